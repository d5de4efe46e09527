import { expect, test } from "bun:test";
import { goTo } from "../support/poll-calls.ts";
import { waitFor } from "../support/wait-for.ts";
import { LONG_TEXT } from "./heavy-polls.ts";
import { RawSocket } from "./raw-socket.ts";
import { arrive, enter, joinOf, latestRoom } from "./room-wire.ts";
import { checkFrame, startWireNode } from "./wire-node.ts";

/** Each takes a socket about 11 KB; Linux takes about 4 MB for a connection that nobody reads. */
const MOVES_TO_OVERFLOW = 900;

test("[Q28] a socket that stops reading gets no queue of moves, and ends at the newest when it reads again", async () => {
  await using node = await startWireNode({ env: { FRAMES_PER_SECOND: "0" } });
  const made = await node.http("POST", "/api/rooms", {});
  const { room, hostKey } = (await made.json()) as { room: { roomId: string }; hostKey: string };
  const { roomId } = room;
  const key = { "x-host-key": hostKey };
  const polls: string[] = [];
  for (let count = 0; count < 2; count++) {
    const added = await node.http("POST", `/api/rooms/${roomId}/polls`, LONG_TEXT, key);
    polls.push(((await added.json()) as { view: { poll: { pollId: string } } }).view.poll.pollId);
  }
  const quick = await enter(node, room);
  await using slow = await RawSocket.open(node.port);
  slow.stopReading();
  slow.send(joinOf(room));
  let moved = "";
  for (let move = 0; move < MOVES_TO_OVERFLOW; move++) {
    moved = polls[move % 2] ?? "";
    await goTo(node.url, { roomId, hostKey }, moved);
    await arrive(quick, moved);
  }
  const told = quick.frames.reduce((sum, frame) => sum + Buffer.byteLength(JSON.stringify(frame)), 0);
  expect(told).toBeGreaterThan(9_000_000);
  slow.readAgain();
  await waitFor("the newest question", () => {
    const last = slow.frames.findLast((frame) => frame.type === "RESULTS_UPDATE");
    return slow.frames.some((frame) => isNewest(frame)) && last?.data.pollId === moved;
  });
  await slow.answersPing();
  // What the kernel had taken, and the newest.
  expect(slow.bytes).toBeLessThan((told * 2) / 3);
  expect(slow.closeCode).toBeNull();
  slow.frames.forEach(checkFrame);

  function isNewest(frame: (typeof slow.frames)[number]): boolean {
    return frame.type === "ROOM_UPDATE" && frame.data.seq === latestRoom(quick)?.seq;
  }
}, 60_000);
