/** How a room is left, and who may not enter it. */
import { expect, test } from "bun:test";
import { MAX_JOINED_POLLS, MAX_JOINED_ROOMS } from "../../shared/limits.ts";
import { CLOSE } from "../../shared/refusals.ts";
import { CookieBrowser, newPerson } from "../support/cookie-browser.ts";
import { makeRoom } from "../support/poll-calls.ts";
import { inTime } from "../support/wait-for.ts";
import { arrive, enter, joinOf, latestRoom, startRoom, typesOf } from "./room-wire.ts";
import { startWireNode } from "./wire-node.ts";

test("[Q26] after LEAVE_ROOM nothing more of the room and its question arrives", async () => {
  const { node, room, polls, go } = await startRoom();
  await using _ = node;
  await go(polls.first);
  const [leaving, staying] = [await enter(node, room), await enter(node, room)];
  await arrive(leaving, polls.first);
  leaving.send({ type: "LEAVE_ROOM", data: { roomId: room.roomId } });
  await leaving.request({ type: "PING", data: {} });
  const before = leaving.frames.length;
  await node.steer({ pollId: polls.first, hostKey: room.hostKey }, "hide");
  await go(polls.second);
  await arrive(staying, polls.second);
  await leaving.request({ type: "PING", data: {} });
  expect(typesOf(leaving.frames.slice(before))).toEqual(["PONG"]);
  const lost = await leaving.request({ type: "CAST_VOTE", data: { optionId: "opt-1" } });
  expect(lost).toMatchObject({ type: "ERROR", data: { code: "BAD_MESSAGE" } });
});

test("[Q26] LEAVE_POLL leaves the question and not the room: the next one comes", async () => {
  const { node, room, polls, go } = await startRoom();
  await using _ = node;
  await go(polls.first);
  const client = await enter(node, room);
  await arrive(client, polls.first);
  client.send({ type: "LEAVE_POLL", data: { pollId: polls.first } });
  await client.request({ type: "PING", data: {} });
  const before = client.frames.length;
  await node.steer({ pollId: polls.first, hostKey: room.hostKey }, "close");
  await go(polls.second);
  await arrive(client, polls.second);
  expect(JSON.stringify(client.frames.slice(before))).not.toContain(`"pollId":"${polls.first}","event"`);
});

test("[Q27] a removed room tells everybody in it, and nobody enters it any more", async () => {
  const { node, room, polls, go, call } = await startRoom();
  await using _ = node;
  await go(polls.first);
  const clients = await Promise.all([enter(node, room), enter(node, room, { hostKey: room.hostKey })]);
  for (const client of clients) await arrive(client, polls.first);
  expect((await call("DELETE", "")).status).toBe(204);
  for (const client of clients) {
    const { data } = await client.next("ROOM_SYSTEM");
    expect(data).toEqual({ roomId: room.roomId, event: "removed" });
    const again = await client.request({ type: "JOIN_ROOM", data: { roomId: room.roomId } });
    expect(again).toMatchObject({ type: "ERROR", data: { code: "ROOM_NOT_FOUND", roomId: room.roomId } });
    // The seats it had are free again.
    client.send({ type: "LEAVE_ROOM", data: { roomId: room.roomId } });
    expect(await client.request({ type: "PING", data: {} })).toMatchObject({ type: "PONG" });
  }
});

test("[Q29] a socket is in 8 rooms at the most, and the question of a room is one of its 32 polls", async () => {
  const { node, room, polls, go } = await startRoom(["First?"]);
  await using _ = node;
  const client = await enter(node, room);
  for (let count = 1; count < MAX_JOINED_ROOMS; count++)
    await client.request(joinOf(await makeRoom(node.url)));
  const other = await makeRoom(node.url);
  const refused = await client.request(joinOf(other));
  expect(refused).toMatchObject({ type: "ERROR", data: { code: "NOT_ALLOWED", roomId: other.roomId } });
  for (let count = 0; count < MAX_JOINED_POLLS; count++) {
    const { pollId } = await node.makePoll();
    await client.request({ type: "JOIN_POLL", data: { pollId } });
  }
  await go(polls.first);
  const told = await client.next("ERROR", ({ id }) => id === undefined);
  expect(told.data).toMatchObject({ code: "NOT_ALLOWED", roomId: room.roomId, pollId: polls.first });
  expect(latestRoom(client)).toMatchObject({ current: polls.first });
});

test("[Q30] the owner is the host by session, of the room and its question; a session that ends ends the socket", async () => {
  await using node = await startWireNode();
  const browserOf = () =>
    new CookieBrowser((path, init) => fetch(`${node.url}${path}`, init), node.url).arrive();
  const ann = await (await browserOf()).signUp(newPerson());
  const made = await ann.json("POST", "/api/rooms", { polls: [{ question: "First?", options: ["A", "B"] }] });
  const { room } = (await made.json()) as { room: { roomId: string; polls: { pollId: string }[] } };
  const pollId = room.polls[0]?.pollId ?? "";
  const own = await enter(node, room, { cookie: ann.cookieHeader });
  expect(latestRoom(own)).toMatchObject({ host: true, polls: [{ pollId, asked: false }] });
  await ann.json("POST", `/api/rooms/${room.roomId}/go`, { pollId });
  await arrive(own, pollId);
  expect(own.latestPoll(pollId)).toMatchObject({ host: true });
  const byPoll = await node.join(pollId, { cookie: ann.cookieHeader });
  expect(byPoll.latestPoll(pollId)).toMatchObject({ host: true });
  const ben = await (await browserOf()).signUp(newPerson());
  const stranger = await enter(node, room, { cookie: ben.cookieHeader });
  expect(latestRoom(stranger)).toMatchObject({ host: false });
  node.clock.step(1_000);
  expect((await ann.json("POST", "/api/logout", {})).status).toBe(204);
  const { code } = await inTime("the close", own.closed, 2_000);
  expect(code).toBe(CLOSE.SESSION_ENDED);
});

test("[Q31] a code that no room has is ROOM_NOT_FOUND, what is no room's code BAD_MESSAGE", async () => {
  await using node = await startWireNode();
  const client = await node.connect();
  expect(await client.request({ type: "JOIN_ROOM", data: { roomId: "zzz-zzz" } })).toMatchObject({
    type: "ERROR",
    data: { code: "ROOM_NOT_FOUND", roomId: "ZZZZZZ" },
  });
  const { pollId } = await node.makePoll();
  for (const roomId of [pollId, "", "room", "constructor"]) {
    const answer = await client.request({ type: "JOIN_ROOM", data: { roomId } });
    expect(answer).toMatchObject({
      type: "ERROR",
      data: { code: "BAD_MESSAGE", errors: [{ path: "data.roomId" }] },
    });
  }
});

test("[Q26] who leaves, or is gone, while the room is read has left", async () => {
  const { node, room, polls, go } = await startRoom();
  await using _ = node;
  const client = await node.connect();
  client.send(joinOf(room));
  client.send({ type: "LEAVE_ROOM", data: { roomId: room.roomId } });
  const gone = await node.connect();
  gone.send(joinOf(room));
  await gone.close();
  const staying = await enter(node, room);
  await go(polls.first);
  await arrive(staying, polls.first);
  await client.request({ type: "PING", data: {} });
  expect(client.latestPoll(polls.first)).toBeNull();
  await staying.next("RESULTS_UPDATE", ({ data }) => data.viewerCount === 1);
});

test("[Q32] a draining node sends those in a room away like all others, and serves them until they go", async () => {
  const { node, room, polls, go } = await startRoom();
  await using _ = node;
  const client = await enter(node, room);
  const drained = node.drain(400);
  await client.next("RECONNECT");
  await go(polls.first);
  await arrive(client, polls.first);
  expect((await client.closed).code).toBe(CLOSE.DRAIN);
  await drained;
});
