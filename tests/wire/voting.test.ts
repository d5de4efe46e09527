import { describe, expect, test } from "bun:test";
import type { ClientFrame, ServerMessage } from "../../shared/messages.ts";
import type { RefusalCode } from "../../shared/refusals.ts";
import { NOON } from "../support/fixtures.ts";
import { newVoterCookie, type WsClient } from "../support/ws-client.ts";
import { all, startWireNode } from "./wire-node.ts";

type Ballot = Extract<ClientFrame, { type: "CAST_VOTE" }>["data"];

const cast = (client: WsClient, data: Ballot) => client.request({ type: "CAST_VOTE", data });

function expectAccepted(answer: ServerMessage, optionIds: string[], repeated = false) {
  expect(answer).toMatchObject({
    type: "VOTE_ACCEPTED",
    data: { optionIds, repeated, durability: "embedded" },
  });
}

function expectRefused(answer: ServerMessage, code: RefusalCode, yourVote?: string[]) {
  expect(answer).toMatchObject({ type: "ERROR", data: { code, ...(yourVote && { yourVote }) } });
}

describe("casting a ballot", () => {
  test("[W4] without pollId it is for the poll joined last; the answer repeats id, choice and revision", async () => {
    await using node = await startWireNode();
    const [first, last] = [await node.makePoll(), await node.makePoll()];
    const client = await node.connect();
    for (const { pollId } of [first, last]) await client.request({ type: "JOIN_POLL", data: { pollId } });
    client.send({ type: "CAST_VOTE", data: { optionId: "opt-2", revision: 17 }, id: "ballot" });
    const answer = await client.next("VOTE_ACCEPTED");
    expect(answer).toEqual({
      type: "VOTE_ACCEPTED",
      data: {
        pollId: last.pollId,
        optionIds: ["opt-2"],
        revision: 17,
        durability: "embedded",
        repeated: false,
      },
      id: "ballot",
    });
    expect((await node.view(first.pollId)).poll.participantCount).toBe(0);
  });

  test("[W4] with pollId no join is needed, and nothing is joined by it", async () => {
    await using node = await startWireNode();
    const { pollId } = await node.makePoll();
    const client = await node.connect();
    expectAccepted(await cast(client, { pollId: pollId.toLowerCase(), optionId: "opt-1" }), ["opt-1"]);
    expectRefused(await cast(client, { optionId: "opt-1" }), "BAD_MESSAGE");
    expect((await node.view(pollId)).results).toMatchObject({ totalVotes: 1, participantCount: 1 });
    expect(all(client, "RESULTS_UPDATE")).toEqual([]);
  });

  test("[W4] without a revision the receipt is one", async () => {
    await using node = await startWireNode();
    const { pollId } = await node.makePoll();
    const client = await node.connect();
    expect(await cast(client, { pollId, optionId: "opt-1" })).toMatchObject({ data: { revision: NOON } });
  });

  test("[W4] optionId and optionIds are two ways to say one choice; both or none is BAD_MESSAGE", async () => {
    await using node = await startWireNode();
    const { pollId } = await node.makePoll();
    const client = await node.connect();
    expectRefused(await cast(client, { pollId, optionId: "opt-1", optionIds: ["opt-1"] }), "BAD_MESSAGE");
    expectRefused(await cast(client, { pollId }), "BAD_MESSAGE");
    expectRefused(await cast(client, { pollId, optionIds: [] }), "BAD_MESSAGE");
    expectAccepted(await cast(client, { pollId, optionIds: ["opt-1"] }), ["opt-1"]);
    expectAccepted(await cast(client, { pollId, optionId: "opt-1" }), ["opt-1"], true);
  });
});

describe("one vote per voter", () => {
  test("[B2] the same choice again is repeated, over the socket, from another window and over HTTP", async () => {
    await using node = await startWireNode();
    const { pollId } = await node.makePoll();
    const cookie = await newVoterCookie(node.url);
    const client = await node.join(pollId, { cookie });
    expectAccepted(await cast(client, { optionId: "opt-1", revision: 1 }), ["opt-1"]);
    expectAccepted(await cast(client, { optionId: "opt-1", revision: 1 }), ["opt-1"], true);
    const other = await node.connect({ cookie });
    expectAccepted(await cast(other, { pollId, optionId: "opt-1" }), ["opt-1"], true);
    const http = await node.http("POST", `/api/polls/${pollId}/votes`, { optionId: "opt-1" }, { cookie });
    expect([http.status, await http.json()]).toMatchObject([201, { repeated: true }]);
    expect((await node.view(pollId)).results).toMatchObject({ totalVotes: 1, participantCount: 1 });
  });

  test("[B3] another choice is ALREADY_VOTED with the vote that stands", async () => {
    await using node = await startWireNode();
    const { pollId } = await node.makePoll();
    const client = await node.join(pollId);
    await cast(client, { optionId: "opt-1" });
    expectRefused(await cast(client, { optionId: "opt-2", revision: 2 ** 52 }), "ALREADY_VOTED", ["opt-1"]);
    expect((await node.view(pollId)).results.results?.map(({ votes }) => votes)).toEqual([1, 0, 0]);
  });

  test("[V1] where changing is allowed a greater revision moves the vote, and an older one does not", async () => {
    await using node = await startWireNode();
    const { pollId } = await node.makePoll({ settings: { allowChange: true } });
    const client = await node.join(pollId);
    expectAccepted(await cast(client, { optionId: "opt-1", revision: 10 }), ["opt-1"]);
    expectAccepted(await cast(client, { optionId: "opt-2", revision: 20 }), ["opt-2"]);
    expectRefused(await cast(client, { optionId: "opt-3", revision: 15 }), "ALREADY_VOTED", ["opt-2"]);
    expectRefused(await cast(client, { optionId: "opt-1", revision: 10 }), "ALREADY_VOTED", ["opt-2"]);
    expectAccepted(await cast(client, { optionId: "opt-2", revision: 20 }), ["opt-2"], true);
    expect((await node.view(pollId)).results).toMatchObject({ totalVotes: 1, participantCount: 1 });
    expect((await node.view(pollId)).results.results?.map(({ votes }) => votes)).toEqual([0, 1, 0]);
  });

  test("[B9] of two changes sent back to back without a revision the second stands", async () => {
    await using node = await startWireNode();
    const { pollId } = await node.makePoll({ settings: { allowChange: true } });
    const client = await node.connect();
    for (const [first, second] of [
      ["opt-1", "opt-2"],
      ["opt-3", "opt-1"],
    ] as const) {
      // The first pair meets a node that has not read this poll yet.
      const answers = [first, second].map((optionId) => cast(client, { pollId, optionId }));
      const [one, two] = await Promise.all(answers);
      if (!one || !two) throw new Error("Two were sent.");
      expectAccepted(one, [first]);
      expectAccepted(two, [second]);
      const { results } = (await node.view(pollId)).results;
      expect(results?.filter(({ votes }) => votes > 0).map(({ optionId }) => optionId)).toEqual([second]);
    }
  });

  test("[B2] a voter whose answer was lost is told yes also after the end", async () => {
    await using node = await startWireNode();
    const poll = await node.makePoll();
    const client = await node.join(poll.pollId);
    await cast(client, { optionId: "opt-1", revision: 5 });
    await node.steer(poll, "close");
    expectAccepted(await cast(client, { optionId: "opt-1", revision: 5 }), ["opt-1"], true);
    expectRefused(await cast(client, { optionId: "opt-2", revision: 6 }), "ALREADY_VOTED", ["opt-1"]);
  });
});

describe("kinds of poll", () => {
  test("[B8] multiple: a set in the order of the options, at most maxChoices, one participant", async () => {
    await using node = await startWireNode();
    const { pollId } = await node.makePoll({ kind: "multiple", settings: { maxChoices: 2 } });
    const client = await node.join(pollId);
    const tooMany = { optionIds: ["opt-1", "opt-2", "opt-3"] };
    expectRefused(await cast(client, tooMany), "TOO_MANY_OPTIONS");
    expectAccepted(await cast(client, { optionIds: ["opt-3", "opt-1", "opt-3"] }), ["opt-1", "opt-3"]);
    expectAccepted(await cast(client, { optionIds: ["opt-1", "opt-3"] }), ["opt-1", "opt-3"], true);
    const { results } = await node.view(pollId);
    expect(results).toMatchObject({ totalVotes: 2, participantCount: 1 });
    expect(results.results?.map(({ votes, percentage }) => [votes, percentage])).toEqual([
      [1, 100],
      [0, 0],
      [1, 100],
    ]);
  });

  test("[B1] a single poll takes one option", async () => {
    await using node = await startWireNode();
    const { pollId } = await node.makePoll();
    const client = await node.join(pollId);
    expectRefused(await cast(client, { optionIds: ["opt-1", "opt-2"] }), "TOO_MANY_OPTIONS");
    expectRefused(await cast(client, { optionId: "opt-4" }), "UNKNOWN_OPTION");
    expectRefused(await cast(client, { optionId: "__proto__" }), "UNKNOWN_OPTION");
  });

  test("[B8] rating: five steps, and their mean with two decimals", async () => {
    await using node = await startWireNode();
    const { pollId } = await node.makePoll({ kind: "rating", options: undefined });
    const watcher = await node.join(pollId);
    expect(watcher.latestPoll(pollId)?.options.map(({ label }) => label)).toEqual(["1", "2", "3", "4", "5"]);
    expect(watcher.latestResults(pollId)).not.toHaveProperty("average");
    for (const step of [5, 4, 4]) await cast(await node.join(pollId), { optionId: `opt-${step}` });
    const last = await watcher.next("RESULTS_UPDATE", ({ data }) => data.participantCount === 3);
    expect(last.data.average).toBe(4.33);
  });
});

describe("polls that take no ballots", () => {
  test("[B4] a draft is POLL_NOT_OPEN, a closed poll POLL_CLOSED, an unknown one POLL_NOT_FOUND", async () => {
    await using node = await startWireNode();
    const client = await node.connect();
    const draft = await node.makePoll({ open: false });
    expectRefused(await cast(client, { pollId: draft.pollId, optionId: "opt-1" }), "POLL_NOT_OPEN");
    const closed = await node.makePoll();
    await node.steer(closed, "close");
    expectRefused(await cast(client, { pollId: closed.pollId, optionId: "opt-1" }), "POLL_CLOSED");
    expectRefused(await cast(client, { pollId: "ZZZZZZZZ", optionId: "opt-1" }), "POLL_NOT_FOUND");
  });

  test("[C4] a removed poll is POLL_NOT_FOUND, also for who had voted", async () => {
    await using node = await startWireNode();
    const { pollId, hostKey } = await node.makePoll();
    const client = await node.join(pollId);
    await cast(client, { optionId: "opt-1" });
    const gone = await node.http("DELETE", `/api/polls/${pollId}`, undefined, { "x-host-key": hostKey });
    expect(gone.status).toBe(204);
    expectRefused(await cast(client, { optionId: "opt-1" }), "POLL_NOT_FOUND");
    expectRefused(await client.request({ type: "JOIN_POLL", data: { pollId } }), "POLL_NOT_FOUND");
  });
});
