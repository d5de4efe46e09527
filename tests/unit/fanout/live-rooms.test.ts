import { expect, test } from "bun:test";
import { Outage } from "../../../server/app/outage.ts";
import type { PollId } from "../../../shared/ids.ts";
import { MAX_JOINED_POLLS } from "../../../shared/limits.ts";
import { waitFor } from "../../support/wait-for.ts";
import { SeatedViewer } from "./hall.ts";
import { RoomHall } from "./room-hall.ts";

const isAt = (viewer: SeatedViewer, pollId: PollId | undefined) =>
  viewer.got("ROOM_UPDATE").at(-1)?.current === pollId &&
  viewer.got("RESULTS_UPDATE").at(-1)?.pollId === pollId;
const typesOf = (viewer: SeatedViewer) => viewer.frames.map((frame) => JSON.parse(frame).type);

/** A room that is at the first of its three questions. */
async function startRoom() {
  const hall = await RoomHall.open();
  const { roomId, polls } = await hall.room(3);
  const [first, second, third] = polls;
  if (!first || !second || !third) throw new Error("It has three questions.");
  const go = (pollId: PollId) => hall.step(roomId, { action: "go", pollId });
  await go(first);
  return { hall, roomId, first, second, third, go };
}

test("[Q35] however many enter at once, the room is read once and its question is read once", async () => {
  const { hall, roomId, first, second, go } = await startRoom();
  await using _ = hall;
  const viewers = await Promise.all(Array.from({ length: 500 }, () => hall.enter(roomId)));
  for (const viewer of viewers) await waitFor("all to be there", () => isAt(viewer, first));
  expect([hall.reads, hall.hall.calls.follow, hall.hall.calls.read]).toEqual([1, 1, 1]);
  const published = hall.hall.published.length;
  await go(second);
  for (const viewer of viewers) await waitFor("all to have moved", () => isAt(viewer, second));
  // One frame for all of them, as they may all see the same.
  const news = hall.hall.published.slice(published).filter((frame) => frame.includes("ROOM_UPDATE"));
  expect(news).toHaveLength(1);
});

test("[Q33] a hint that is lost is made good within two seconds, also one of the removal", async () => {
  const { hall, roomId, first, second, go } = await startRoom();
  await using _ = hall;
  const viewer = await hall.enter(roomId);
  await waitFor("it to be there", () => isAt(viewer, first));
  hall.isSilent = true;
  const began = performance.now();
  await go(second);
  await waitFor("the move", () => isAt(viewer, second));
  expect(performance.now() - began).toBeLessThan(3_000);
  await hall.step(roomId, { action: "remove" });
  await waitFor("the end", () => viewer.got("ROOM_SYSTEM").length === 1);
  expect([...viewer.topics]).toEqual([]);
});

test("[Q34] while the store is away those in the room keep what they have, and who comes is told to try again", async () => {
  const { hall, roomId, first, second, go } = await startRoom();
  await using _ = hall;
  const viewer = await hall.enter(roomId);
  await waitFor("it to be there", () => isAt(viewer, first));
  const { roomId: another } = await hall.room(1);
  hall.isAway = true;
  await go(second);
  await waitFor("the trouble to be told", () => hall.hall.troubles.length > 0);
  const late = new SeatedViewer();
  await expect(hall.enter(another, late)).rejects.toBeInstanceOf(Outage);
  expect([isAt(viewer, first), late.frames]).toEqual([true, []]);
  // This node knows the room: whoever comes to that gets what it shows.
  const here = await hall.enter(roomId);
  await waitFor("the question that is shown", () => isAt(here, first));
  hall.isAway = false;
  for (const who of [viewer, here]) await waitFor("the move", () => isAt(who, second));
});

test("[Q34] a move whose question cannot be read is tried again until everybody is there", async () => {
  const { hall, roomId, first, second, go } = await startRoom();
  await using _ = hall;
  const viewer = await hall.enter(roomId);
  await waitFor("it to be there", () => isAt(viewer, first));
  let failures = 0;
  hall.hall.betweenFollowingAndReading = async () => {
    failures += 1;
    throw new Outage("the store", 1_000, null);
  };
  await go(second);
  await waitFor("the failure", () => failures > 0);
  hall.hall.betweenFollowingAndReading = null;
  await waitFor("the move", () => isAt(viewer, second));
});

test("[Q29][Q34] questions that could not be joined are left with the others: they fill no place of the socket", async () => {
  await using hall = await RoomHall.open();
  const { roomId, polls } = await hall.room(MAX_JOINED_POLLS + 2);
  const viewer = await hall.enter(roomId);
  let failures = 0;
  hall.hall.betweenFollowingAndReading = async () => {
    failures += 1;
    throw new Outage("the store", 1_000, null);
  };
  for (const pollId of polls.slice(0, -1)) {
    const before = failures;
    await hall.step(roomId, { action: "go", pollId });
    await waitFor("the failure", () => failures > before);
  }
  hall.hall.betweenFollowingAndReading = null;
  const last = polls.at(-1);
  if (!last) throw new Error("It has questions.");
  await hall.step(roomId, { action: "go", pollId: last });
  await waitFor("the move", () => isAt(viewer, last));
  expect(viewer.got("ERROR")).toEqual([]);
});

test("[Q28] who does not keep up gets no queue of moves, and the newest, with its question, when it has read", async () => {
  const { hall, roomId, first, second, third, go } = await startRoom();
  await using _ = hall;
  const [slow, quick] = [await hall.enter(roomId), await hall.enter(roomId)];
  for (const viewer of [slow, quick]) await waitFor("it to be there", () => isAt(viewer, first));
  slow.stalled = true;
  await go(second);
  await waitFor("the quick one to move", () => isAt(quick, second));
  const queued = slow.frames.length;
  for (const pollId of [first, third, first, second, third]) {
    await go(pollId);
    await waitFor("the quick one to move", () => isAt(quick, pollId));
  }
  expect(slow.frames).toHaveLength(queued);
  expect(isAt(slow, second)).toBe(false);
  hall.liveRooms.drained(slow);
  expect(slow.frames).toHaveLength(queued);
  slow.stalled = false;
  hall.liveRooms.drained(slow);
  await waitFor("the newest", () => isAt(slow, third));
  expect(typesOf(slow).slice(queued)).toEqual(["ROOM_UPDATE", "POLL_UPDATE", "RESULTS_UPDATE"]);
  await go(first);
  await waitFor("it to take part again", () => isAt(slow, first));
});

test("[Q28] who does not keep up learns of the end all the same", async () => {
  const { hall, roomId, second, go } = await startRoom();
  await using _ = hall;
  const [slow, quick] = [await hall.enter(roomId), await hall.enter(roomId)];
  slow.stalled = true;
  await go(second);
  await waitFor("the quick one to move", () => isAt(quick, second));
  await hall.step(roomId, { action: "remove" });
  for (const viewer of [slow, quick]) {
    await waitFor("the end", () => viewer.got("ROOM_SYSTEM").length === 1);
    expect([...viewer.topics]).toEqual([]);
  }
});

test("[Q24] a host who enters while the room moves misses nothing, and nobody else sees what it sees", async () => {
  const { hall, roomId, second, go } = await startRoom();
  await using _ = hall;
  const guest = await hall.enter(roomId);
  const [host] = await Promise.all([hall.enter(roomId, new SeatedViewer(), true), go(second)]);
  await waitFor("the host to have moved", () => isAt(host, second));
  await waitFor("the guest to have moved", () => isAt(guest, second));
  expect(host.got("ROOM_UPDATE").at(-1)?.polls).toHaveLength(3);
  expect(host.got("POLL_UPDATE").at(-1)?.host).toBe(true);
  for (const { polls, host: isHost } of guest.got("ROOM_UPDATE")) {
    expect([isHost, polls.every(({ asked }) => asked)]).toEqual([false, true]);
  }
});

test("[Q24] the room that moves while its texts are read for somebody is told as it then is", async () => {
  const { hall, roomId, second, third, go } = await startRoom();
  await using _ = hall;
  const guest = await hall.enter(roomId);
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  let reading = false;
  hall.beforeReadingText = async (pollId) => {
    reading ||= pollId === third;
    if (pollId === third) await held;
  };
  // Only a host is told of the third.
  const entering = hall.enter(roomId, new SeatedViewer(), true);
  await waitFor("the texts to be read", () => reading);
  await go(second);
  await waitFor("the guest to have moved", () => isAt(guest, second));
  release();
  const host = await entering;
  expect(host.got("ROOM_UPDATE").map(({ current }) => current)).toEqual([second]);
});

test("[Q9] a room whose removal has begun is found by nobody, though its document is still there", async () => {
  await using hall = await RoomHall.open();
  const { roomId } = await hall.room(1);
  await hall.step(roomId, { action: "remove" });
  const viewer = new SeatedViewer();
  const refused = await hall.liveRooms.join(viewer, roomId, undefined, undefined);
  expect([refused?.code, viewer.frames]).toEqual(["ROOM_NOT_FOUND", []]);
});

test("[Q36] an older copy takes nobody back; a step that took the number of one that was lost is followed", async () => {
  const { hall, roomId, first, second, third, go } = await startRoom();
  await using _ = hall;
  const viewer = await hall.enter(roomId);
  const older = await hall.rooms.read(roomId);
  if (!older) throw new Error("There is a room.");
  await go(second);
  await waitFor("the move", () => isAt(viewer, second));
  const { read } = hall.rooms;
  hall.rooms.read = async () => older;
  const reads = hall.reads;
  await waitFor("it to be read again", () => hall.reads > reads + 1, 10_000);
  expect(isAt(viewer, second)).toBe(true);
  hall.rooms.read = async () => ({ ...older, current: third, seq: older.seq + 1 });
  await waitFor("the step of that number", () => viewer.got("RESULTS_UPDATE").at(-1)?.pollId === third);
  hall.rooms.read = read;
  await go(first);
  await waitFor("the next", () => isAt(viewer, first));
}, 20_000);
