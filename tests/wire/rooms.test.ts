/** Entering a room and moving with it. */
import { expect, test } from "bun:test";
import { waitFor } from "../support/wait-for.ts";
import { newVoterCookie } from "../support/ws-client.ts";
import { arrive, enter, latestRoom, QUESTIONS, startRoom, typesOf } from "./room-wire.ts";
import { all } from "./wire-node.ts";

test("[Q20] JOIN_ROOM before the first question is answered with ROOM_UPDATE and its id, and nothing follows", async () => {
  const { node, room } = await startRoom();
  await using _ = node;
  const client = await node.connect();
  const spelling = `${room.roomId.slice(0, 3)}-${room.roomId.slice(3)}`.toLowerCase();
  client.send({ type: "JOIN_ROOM", data: { roomId: spelling }, id: "my join" });
  await client.request({ type: "PING", data: {} });
  expect(client.frames.map(({ type, id }) => [type, id])).toEqual([
    ["HELLO", undefined],
    ["ROOM_UPDATE", "my join"],
    ["PONG", "request-1"],
  ]);
  const data = {
    roomId: room.roomId,
    title: "",
    current: null,
    polls: [],
    position: null,
    total: 3,
    host: false,
  };
  expect(latestRoom(client)).toMatchObject(data);
});

test("[Q20][Q23] who comes late lands on the question that is live, and has the codes of those before", async () => {
  const { node, room, polls, go } = await startRoom();
  await using _ = node;
  await go(polls.first);
  const voter = await newVoterCookie(node.url);
  const early = await enter(node, room, { cookie: voter });
  await arrive(early, polls.first);
  await early.request({ type: "CAST_VOTE", data: { optionId: "opt-2" } });
  await go(polls.second);
  const client = await node.connect({ cookie: voter });
  client.send({ type: "JOIN_ROOM", data: { roomId: room.roomId }, id: "late" });
  await arrive(client, polls.second);
  expect(client.frames.map(({ type, id }) => [type, id])).toEqual([
    ["HELLO", undefined],
    ["ROOM_UPDATE", "late"],
    ["POLL_UPDATE", undefined],
    ["RESULTS_UPDATE", undefined],
  ]);
  expect(latestRoom(client)).toMatchObject({
    current: polls.second,
    position: 2,
    total: 3,
    polls: [
      { pollId: polls.first, question: "First?", asked: true },
      { pollId: polls.second, question: "Second?", asked: true },
    ],
  });
  expect(client.latestPoll(polls.second)).toMatchObject({
    status: "open",
    roomId: room.roomId,
    yourVote: null,
  });
  const joined = await client.request({ type: "JOIN_POLL", data: { pollId: polls.first } });
  expect(joined).toMatchObject({ type: "POLL_UPDATE", data: { yourVote: ["opt-2"] } });
});

test("[Q21] when the room moves, every socket hears of the room, then of the new question, and no more of the old one", async () => {
  const { node, room, polls, go } = await startRoom();
  await using _ = node;
  await go(polls.first);
  const clients = await Promise.all(Array.from({ length: 5 }, () => enter(node, room)));
  for (const client of clients) await arrive(client, polls.first);
  const [watcher] = clients;
  if (!watcher) throw new Error("There are five.");
  // This one joined the first question by itself, so it stays there as well.
  await watcher.request({ type: "JOIN_POLL", data: { pollId: polls.first } });
  const before = clients.map(({ frames }) => frames.length);
  await go(polls.second);
  for (const [index, client] of clients.entries()) {
    await arrive(client, polls.second);
    const moved = client.frames
      .slice(before[index])
      .filter(({ data }) => !("pollId" in data) || data.pollId !== polls.first);
    expect(typesOf(moved).slice(0, 3)).toEqual(["ROOM_UPDATE", "POLL_UPDATE", "RESULTS_UPDATE"]);
    expect(latestRoom(client)).toMatchObject({ current: polls.second, seq: 4 });
  }
  const after = clients.map(({ frames }) => frames.length);
  await node.steer({ pollId: polls.first, hostKey: room.hostKey }, "close");
  await watcher.next("RESULTS_UPDATE", ({ data }) => data.pollId === polls.first && data.final);
  for (const [index, client] of clients.entries()) {
    await client.request({ type: "PING", data: {} });
    const heard = client.frames
      .slice(after[index])
      .some(({ data }) => "pollId" in data && data.pollId === polls.first);
    expect(heard).toBe(client === watcher);
  }
});

test("[Q21] going back takes everybody back, and a room whose question is dropped is at none", async () => {
  const { node, room, polls, go, call } = await startRoom();
  await using _ = node;
  const client = await enter(node, room);
  for (const pollId of [polls.first, polls.second, polls.first]) {
    await go(pollId);
    await arrive(client, pollId);
  }
  expect((await call("DELETE", `/polls/${polls.first}`)).status).toBe(200);
  await client.next("ROOM_UPDATE", ({ data }) => data.current === null);
  expect(latestRoom(client)).toMatchObject({ polls: [{ pollId: polls.second }], total: 2 });
  const lost = await client.request({ type: "CAST_VOTE", data: { optionId: "opt-1" } });
  expect(lost).toMatchObject({ type: "ERROR", data: { code: "BAD_MESSAGE" } });
});

test("[Q22] a ballot without pollId is for the question the room is at", async () => {
  const { node, room, polls, go } = await startRoom();
  await using _ = node;
  const client = await enter(node, room);
  for (const pollId of [polls.first, polls.second]) {
    await go(pollId);
    await arrive(client, pollId);
    const answer = await client.request({ type: "CAST_VOTE", data: { optionId: "opt-1" } });
    expect(answer).toMatchObject({ type: "VOTE_ACCEPTED", data: { pollId } });
  }
});

test("[Q24] what has not been asked is on no wire but the host's", async () => {
  const { node, room, polls, go, call } = await startRoom();
  await using _ = node;
  const guest = await enter(node, room);
  const host = await enter(node, room, { hostKey: room.hostKey });
  expect(latestRoom(host)?.polls.map(({ question }) => question)).toEqual(QUESTIONS);
  const fourth = await call("POST", "/polls", { question: "Fourth?", options: ["A", "B"] });
  expect(fourth.status).toBe(201);
  await call("PATCH", "", { polls: [...room.polls].reverse() });
  await go(polls.second);
  await arrive(guest, polls.second);
  await arrive(host, polls.second);
  expect(host.latestPoll(polls.second)).toMatchObject({ host: true });
  expect(guest.latestPoll(polls.second)).toMatchObject({ host: false });
  expect(latestRoom(host)).toMatchObject({ host: true, total: 4 });
  expect(latestRoom(host)?.polls.map(({ asked }) => asked)).toEqual([false, true, false, false]);
  const heard = JSON.stringify(guest.frames);
  for (const unasked of ["First?", "Third?", "Fourth?", polls.first, polls.third])
    expect(heard).not.toContain(unasked);
  expect(latestRoom(guest)).toMatchObject({
    polls: [{ question: "Second?" }],
    total: 4,
    position: 2,
    host: false,
  });
  // A guest that shows the key from then on sees as the host does, of the question too.
  await guest.request({ type: "JOIN_ROOM", data: { roomId: room.roomId, hostKey: room.hostKey } });
  expect(latestRoom(guest)).toMatchObject({ host: true, total: 4 });
  await guest.next("POLL_UPDATE", ({ data }) => data.host);
  await go(polls.third);
  await guest.next("ROOM_UPDATE", ({ data }) => data.host && data.current === polls.third);
});

test("[Q25] two hosts who move at once: everybody ends where the room is", async () => {
  const { node, room, polls, go } = await startRoom();
  await using _ = node;
  const clients = await Promise.all(Array.from({ length: 3 }, () => enter(node, room)));
  for (let round = 0; round < 10; round++) {
    await Promise.all([go(polls.first), go(polls.second), go(polls.third)]);
  }
  const { room: now } = await go(polls.second);
  for (const client of clients) {
    await waitFor(
      "the last move",
      () => latestRoom(client)?.seq === now.seq && client.latestPoll(polls.second),
    );
    await client.request({ type: "PING", data: {} });
    const seqs = all(client, "ROOM_UPDATE").map(({ seq }) => seq);
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
    expect(latestRoom(client)).toMatchObject({ current: polls.second });
    const answer = await client.request({ type: "CAST_VOTE", data: { optionId: "opt-1" } });
    expect(answer).toMatchObject({ type: "VOTE_ACCEPTED", data: { pollId: polls.second } });
    await client.next(
      "RESULTS_UPDATE",
      ({ data }) => data.pollId === polls.second && data.participantCount > 0,
    );
  }
});
