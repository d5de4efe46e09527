import type { Room, RoomPoll } from "../app/room.ts";

/**
 * A room as every store keeps it. The order is fixed, so that the same room is the same text on every node; `seq` is at
 * the head, where scripts find it without understanding what a host wrote.
 */
export function roomText(room: Room): string {
  const { seq, roomId, title, polls, current, hostKeyHash, createdAt, removing } = room;
  const ordered = polls.map(
    ({ pollId, asked }) => ({ pollId, asked }) satisfies Record<keyof RoomPoll, unknown>,
  );
  const kept = { seq, roomId, title, polls: ordered, current, hostKeyHash, createdAt, removing };
  return JSON.stringify(kept satisfies Record<keyof Room, unknown>);
}

/** Reads what `roomText` wrote; nobody else writes it. */
export function roomOf(text: string): Room {
  return JSON.parse(text) as Room;
}
