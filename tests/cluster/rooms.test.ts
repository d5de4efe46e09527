/** A room whose people are on different nodes: where one takes it, all are, whatever dies. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { newVisitor } from "../support/phone.ts";
import { goTo, makeRoom, viewPoll } from "../support/poll-calls.ts";
import { startCluster, type TestCluster, wsUrlOf } from "../support/start-cluster.ts";
import { waitFor } from "../support/wait-for.ts";
import { connect, type WsClient } from "../support/ws-client.ts";

/** A failover, a reconciliation and the slowness of this machine (ms). */
const FAILOVER_MS = 20_000;

let cluster: TestCluster;
/** Origins of the three nodes. */
let [one, two, three] = ["", "", ""];

beforeAll(async () => {
  cluster = await startCluster();
  [one = "", two = "", three = ""] = cluster.nodes.map((node) => node.origin);
}, 30_000);

afterAll(() => cluster?.stop());

async function enterAt(origin: string, roomId: string): Promise<WsClient> {
  const socket = await connect(wsUrlOf(origin), await newVisitor(origin));
  const answer = await socket.request({ type: "JOIN_ROOM", data: { roomId } }, FAILOVER_MS);
  expect(answer).toMatchObject({ type: "ROOM_UPDATE", data: { roomId, host: false } });
  return socket;
}

/** The poll that the socket has been taken to: its room, its text and its results came. */
function isAt(socket: WsClient, pollId: string): boolean {
  const room = socket.frames.findLast(({ type }) => type === "ROOM_UPDATE");
  return (
    room?.type === "ROOM_UPDATE" && room.data.current === pollId && socket.latestResults(pollId) !== null
  );
}

const arrive = (socket: WsClient, pollId: string, timeoutMs?: number) =>
  waitFor("it to be taken there", () => isAt(socket, pollId), timeoutMs);

test("[Q37] a move on one node takes everybody along on all; late comers on any node land where the room is", async () => {
  const room = await makeRoom(one, ["First?", "Second?", "Third?"]);
  const [first = "", second = "", third = ""] = room.polls;
  const early = await Promise.all([one, two, three].map((origin) => enterAt(origin, room.roomId)));
  for (const [origin, pollId] of [
    [two, first],
    [three, second],
    [one, first],
  ] as const) {
    await goTo(origin, room, pollId);
    for (const socket of early) await arrive(socket, pollId);
  }
  for (const socket of early) {
    expect(await socket.request({ type: "CAST_VOTE", data: { optionId: "opt-1" } })).toMatchObject({
      type: "VOTE_ACCEPTED",
      data: { pollId: first },
    });
  }
  const late = await enterAt(three, room.roomId);
  await arrive(late, first);
  for (const socket of [...early, late]) {
    await waitFor("three votes", () => socket.latestResults(first)?.totalVotes === 3);
  }
  // Two hosts on two nodes at once: the room is at one of the two, and everybody there.
  await Promise.all([goTo(one, room, second), goTo(two, room, third)]);
  const { current } = (await (await fetch(`${three}/api/rooms/${room.roomId}`)).json()).room;
  for (const socket of [...early, late]) await arrive(socket, current);
  const removed = await fetch(`${two}/api/rooms/${room.roomId}`, {
    method: "DELETE",
    headers: { "x-host-key": room.hostKey },
  });
  expect(removed.status).toBe(204);
  for (const socket of [...early, late]) {
    await waitFor("the end", () => socket.frames.some(({ type }) => type === "ROOM_SYSTEM"));
    await socket.close();
  }
  for (const pollId of room.polls) await expect(viewPoll(three, pollId)).rejects.toThrow("POLL_NOT_FOUND");
}, 40_000);

test("[Q38] a node dies in the middle of a room: the others move on, and who was on it comes to where they are", async () => {
  const doomed = await cluster.addNode("doomed");
  const room = await makeRoom(doomed.origin, ["First?", "Second?"]);
  const [first = "", second = ""] = room.polls;
  await goTo(doomed.origin, room, first);
  const [lost, staying] = [await enterAt(doomed.origin, room.roomId), await enterAt(two, room.roomId)];
  for (const socket of [lost, staying]) await arrive(socket, first);
  await doomed.kill9();
  await lost.closed;
  const { view } = await goTo(three, room, second);
  expect(view?.poll).toMatchObject({ pollId: second, status: "open" });
  await arrive(staying, second);
  const back = await enterAt(one, room.roomId);
  await arrive(back, second);
  expect(await back.request({ type: "CAST_VOTE", data: { optionId: "opt-2" } })).toMatchObject({
    type: "VOTE_ACCEPTED",
    data: { pollId: second },
  });
  await waitFor("the vote", () => staying.latestResults(second)?.totalVotes === 1);
  for (const socket of [staying, back]) await socket.close();
}, 40_000);

test("[Q38] the Redis master that has the room dies: nobody is thrown out, and the room moves on after the failover", async () => {
  const room = await makeRoom(one, ["First?", "Second?"]);
  const [first = "", second = ""] = room.polls;
  await goTo(one, room, first);
  const sockets = await Promise.all([one, two, three].map((origin) => enterAt(origin, room.roomId)));
  for (const socket of sockets) await arrive(socket, first);
  const master = await cluster.redis.masterOf(`room:{${room.roomId}}`);
  await master.kill9();
  await waitFor("a host to be able to move", () => goTo(two, room, second).catch(() => null), FAILOVER_MS);
  for (const socket of sockets) {
    await arrive(socket, second, FAILOVER_MS);
    expect(socket.frames.some(({ type }) => type === "ROOM_SYSTEM")).toBe(false);
    await socket.close();
  }
}, 60_000);
