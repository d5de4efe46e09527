/** Where a host moves a room to, and a question in its list. Pure. */
import type { RoomUpdate } from "../shared/messages.ts";

type RoomPoll = RoomUpdate["polls"][number];

/** Where Next leads; `null` at the end. A room that is at no question goes on with the first that was not asked. */
export function nextOf({ polls, current }: RoomUpdate): RoomPoll | null {
  const at = polls.findIndex(({ pollId }) => pollId === current);
  if (at >= 0) return polls[at + 1] ?? null;
  return polls.find(({ asked }) => !asked) ?? polls[0] ?? null;
}

/** Where Back leads; `null` before the first question and at it. */
export function backOf({ polls, current }: RoomUpdate): RoomPoll | null {
  return polls[polls.findIndex(({ pollId }) => pollId === current) - 1] ?? null;
}

/** The order of the questions after one of them went up (−1) or down (1); at the ends, the same. */
export function orderAfter({ polls }: RoomUpdate, pollId: string, by: -1 | 1): readonly string[] {
  const order = polls.map((poll) => poll.pollId);
  const from = order.indexOf(pollId);
  const to = from + by;
  if (from < 0 || to < 0 || to >= order.length) return order;
  return order.toSpliced(from, 1).toSpliced(to, 0, pollId);
}
