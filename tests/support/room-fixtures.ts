/** Builders for rooms, each with what a test is about said by the test. */
import type { Room } from "../../server/app/room.ts";
import { newPollId, newRoomId } from "../../shared/ids.ts";
import { NOON } from "./fixtures.ts";

/** A room with two questions, before the first. */
export function roomOf(parts: Partial<Room> = {}): Room {
  return {
    roomId: newRoomId(),
    title: "All hands",
    polls: [newPollId(), newPollId()].map((pollId) => ({ pollId, asked: false })),
    current: null,
    seq: 1,
    hostKeyHash: "0".repeat(64),
    createdAt: NOON,
    ...parts,
  };
}

/** The room one step on: at its question at `index`. */
export function stepOf(room: Room, index = 0): Room {
  const current = room.polls[index]?.pollId ?? null;
  const polls = room.polls.map((poll, at) => (at === index ? { ...poll, asked: true } : poll));
  return { ...room, polls, current, seq: room.seq + 1 };
}
