import { expect, test } from "bun:test";
import { PROTOCOL_VERSION } from "../../shared/limits.ts";
import { NOON } from "../support/fixtures.ts";
import { newVoterCookie } from "../support/ws-client.ts";
import { all, startWireNode } from "./wire-node.ts";

test("[W1] an open socket is greeted with protocol, node and time, and with nothing else", async () => {
  await using node = await startWireNode();
  const client = await node.connect();
  expect(client.hello).toEqual({ protocol: PROTOCOL_VERSION, node: "wire", serverTime: NOON });
  await client.request({ type: "PING", data: {} });
  expect(client.frames.map(({ type }) => type)).toEqual(["HELLO", "PONG"]);
});

test("[W2] JOIN_POLL is answered by POLL_UPDATE with its id, then RESULTS_UPDATE", async () => {
  await using node = await startWireNode();
  const { pollId } = await node.makePoll({ durationSeconds: 90 });
  const client = await node.connect();
  client.send({ type: "JOIN_POLL", data: { pollId }, id: "my join" });
  const results = await client.next("RESULTS_UPDATE");
  expect(client.frames.map(({ type, id }) => [type, id])).toEqual([
    ["HELLO", undefined],
    ["POLL_UPDATE", "my join"],
    ["RESULTS_UPDATE", undefined],
  ]);
  expect(client.latestPoll(pollId)).toMatchObject({
    pollId,
    question: "Tea or coffee?",
    kind: "single",
    options: [
      { optionId: "opt-1", label: "Tea" },
      { optionId: "opt-2", label: "Coffee" },
      { optionId: "opt-3", label: "Water" },
    ],
    settings: { allowChange: false, resultsVisibility: "live", durability: "replicated" },
    status: "open",
    closesAt: NOON + 90_000,
    remainingTime: 90,
    serverTime: NOON,
    participantCount: 0,
    yourVote: null,
    host: false,
  });
  expect(results.data).toMatchObject({
    pollId,
    results: ["opt-1", "opt-2", "opt-3"].map((optionId) => ({ optionId, votes: 0, percentage: 0 })),
    totalVotes: 0,
    participantCount: 0,
    final: false,
  });
});

test("[W2] a code is understood in any case, with or without dash, and with I, L and O as typed by people", async () => {
  await using node = await startWireNode();
  const { pollId } = await node.makePoll();
  const dashed = `${pollId.slice(0, 4)}-${pollId.slice(4)}`;
  const misread = pollId.replaceAll("1", "I").replaceAll("0", "o");
  const client = await node.connect();
  for (const spelling of [pollId, dashed, pollId.toLowerCase(), ` ${dashed.toLowerCase()} `, misread]) {
    const answer = await client.request({ type: "JOIN_POLL", data: { pollId: spelling } });
    expect(answer).toMatchObject({ type: "POLL_UPDATE", data: { pollId } });
  }
});

test("[W2] a code that no poll has is POLL_NOT_FOUND with the code, and what is no code is BAD_MESSAGE", async () => {
  await using node = await startWireNode();
  const client = await node.connect();
  expect(await client.request({ type: "JOIN_POLL", data: { pollId: "zzzz-zzzz" } })).toMatchObject({
    type: "ERROR",
    data: { code: "POLL_NOT_FOUND", pollId: "ZZZZZZZZ" },
  });
  expect(await client.request({ type: "JOIN_POLL", data: { pollId: "no code" } })).toMatchObject({
    type: "ERROR",
    data: { code: "BAD_MESSAGE", errors: [{ path: "data.pollId" }] },
  });
});

test("[W2] a draft can be joined; its opening arrives with the text as it was rewritten in between", async () => {
  await using node = await startWireNode();
  const draft = await node.makePoll({ open: false });
  const client = await node.join(draft.pollId);
  expect(client.latestPoll(draft.pollId)).toMatchObject({
    status: "draft",
    closesAt: null,
    remainingTime: null,
  });
  const text = { question: "Red, green or blue?", options: ["Red", "Green", "Blue", "None"] };
  const key = { "x-host-key": draft.hostKey };
  expect((await node.http("PATCH", `/api/polls/${draft.pollId}`, text, key)).status).toBe(200);
  const rewritten = await client.next("POLL_UPDATE", ({ data }) => data.options.length === 4);
  expect(rewritten.data).toMatchObject({ status: "draft", question: "Red, green or blue?" });
  node.clock.step(5_000);
  await node.steer(draft, "open");
  const event = await client.next("POLL_SYSTEM");
  expect(event.data).toEqual({ pollId: draft.pollId, event: "opened" });
  const opened = await client.next("POLL_UPDATE");
  expect(opened.data).toMatchObject({
    status: "open",
    question: "Red, green or blue?",
    closesAt: NOON + 5_000 + 3_600_000,
    remainingTime: 3_600,
  });
  expect(opened.data.options.map(({ label }) => label)).toEqual(["Red", "Green", "Blue", "None"]);
  expect(await client.request({ type: "CAST_VOTE", data: { optionId: "opt-4" } })).toMatchObject({
    type: "VOTE_ACCEPTED",
  });
});

test("[W2] whoever joins with the host key is told so, with a wrong one is a guest", async () => {
  await using node = await startWireNode();
  const { pollId, hostKey } = await node.makePoll();
  const client = await node.connect();
  const join = async (key: string) => {
    const answer = await client.request({ type: "JOIN_POLL", data: { pollId, hostKey: key } });
    return answer.type === "POLL_UPDATE" && answer.data.host;
  };
  expect(await join("not the key")).toBe(false);
  expect(await join(hostKey)).toBe(true);
});

test("[W3] after LEAVE_POLL nothing of that poll comes any more, and a ballot needs its pollId again", async () => {
  await using node = await startWireNode();
  const [left, kept] = [await node.makePoll(), await node.makePoll()];
  const client = await node.connect();
  for (const { pollId } of [kept, left]) await client.request({ type: "JOIN_POLL", data: { pollId } });
  client.send({ type: "LEAVE_POLL", data: { pollId: left.pollId.toLowerCase() } });
  await client.request({ type: "PING", data: {} });
  const before = client.frames.length;
  for (const poll of [left, kept]) await node.steer(poll, "hide");
  await client.next("POLL_UPDATE", ({ data }) => data.visibility === "hidden");
  const after = client.frames.slice(before).map(({ data }) => ("pollId" in data ? data.pollId : null));
  expect(new Set(after)).toEqual(new Set([kept.pollId]));
  expect(await client.request({ type: "CAST_VOTE", data: { optionId: "opt-1" } })).toMatchObject({
    type: "ERROR",
    data: { code: "BAD_MESSAGE" },
  });
});

test("[L5] the 33rd poll of a socket is NOT_ALLOWED", async () => {
  await using node = await startWireNode();
  const client = await node.connect();
  for (let count = 0; count < 32; count++) {
    const { pollId } = await node.makePoll();
    expect(await client.request({ type: "JOIN_POLL", data: { pollId } })).toMatchObject({
      type: "POLL_UPDATE",
    });
  }
  const { pollId } = await node.makePoll();
  expect(await client.request({ type: "JOIN_POLL", data: { pollId } })).toMatchObject({
    type: "ERROR",
    data: { code: "NOT_ALLOWED", pollId },
  });
});

test("[W10] a voter's other window learns of the vote, and shows it when it joins", async () => {
  await using node = await startWireNode();
  const { pollId } = await node.makePoll({ settings: { resultsVisibility: "afterVote" } });
  const cookie = await newVoterCookie(node.url);
  const [first, second] = [await node.join(pollId, { cookie }), await node.join(pollId, { cookie })];
  const stranger = await node.join(pollId);
  await first.request({ type: "CAST_VOTE", data: { optionId: "opt-2" } });
  const told = await second.next("POLL_UPDATE");
  expect(told.data.yourVote).toEqual(["opt-2"]);
  const shown = await second.next("RESULTS_UPDATE", ({ data }) => data.results !== null);
  expect(shown.data.totalVotes).toBe(1);
  const third = await node.join(pollId, { cookie });
  expect(third.latestPoll(pollId)?.yourVote).toEqual(["opt-2"]);
  await stranger.next("RESULTS_UPDATE", ({ data }) => data.participantCount === 1);
  expect(all(stranger, "POLL_UPDATE").map(({ yourVote }) => yourVote)).toEqual([null]);
});
