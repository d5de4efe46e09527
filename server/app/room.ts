/** What a room is, and the pure rules of it: an ordered list of polls, and the one that everybody is at. */
import type { PollId, RoomId } from "../../shared/ids.ts";
import { MAX_ROOM_POLLS } from "../../shared/limits.ts";
import { type Refusal, refuse } from "../../shared/refusals.ts";

export interface RoomPoll {
  readonly pollId: PollId;
  /** Everybody has been at it: from then on it is in everybody's list. */
  readonly asked: boolean;
}

/**
 * A code that stays on the wall while its host goes from question to question. The polls are polls like any other, with
 * codes of their own; they share the room's host key.
 */
export interface Room {
  readonly roomId: RoomId;
  /** May be empty. */
  readonly title: string;
  readonly polls: readonly RoomPoll[];
  /** One of `polls`, or `null` before the first. */
  readonly current: PollId | null;
  /** Changes one by one, compare-and-set. */
  readonly seq: number;
  /** SHA-256 of the host key, hex. */
  readonly hostKeyHash: string;
  /** Epoch ms. */
  readonly createdAt: number;
  /** Its removal has begun: nobody finds it any more but whoever removes it, who may have to finish in a second go. */
  readonly removing?: true;
}

/** One step of steering a room. What it says of polls is done to them elsewhere. */
export type RoomStep =
  | { readonly action: "go"; readonly pollId: PollId }
  /** Puts a poll after another, or at the end. */
  | { readonly action: "add"; readonly pollId: PollId; readonly after: PollId | null }
  | { readonly action: "drop"; readonly pollId: PollId }
  | { readonly action: "rewrite"; readonly title?: string; readonly polls?: readonly PollId[] }
  /** The beginning of its end; its polls are removed next, then the room. */
  | { readonly action: "remove" };

/**
 * Judges one step. Returns the next room, `"unchanged"` where it is already as asked (so that a repeated click or a retry
 * is harmless), or a refusal.
 */
export function steerRoom(room: Room, step: RoomStep): Room | "unchanged" | Refusal {
  const next = (change: Partial<Room>): Room => ({ ...room, ...change, seq: room.seq + 1 });
  if (room.removing) return step.action === "remove" ? "unchanged" : roomNotFoundRefusal(room.roomId);
  switch (step.action) {
    case "go": {
      const { pollId } = step;
      if (!has(room, pollId)) return noSuchQuestionRefusal(room.roomId, pollId);
      if (room.current === pollId) return "unchanged";
      const polls = room.polls.map((poll) => (poll.pollId === pollId ? { ...poll, asked: true } : poll));
      return next({ current: pollId, polls });
    }
    case "add":
      return add(room, step.pollId, step.after, next);
    case "drop": {
      const { pollId } = step;
      if (!has(room, pollId)) return "unchanged";
      const polls = room.polls.filter((poll) => poll.pollId !== pollId);
      return next({ polls, current: room.current === pollId ? null : room.current });
    }
    case "rewrite":
      return rewrite(room, step, next);
    case "remove":
      return next({ removing: true });
  }
}

type Next = (change: Partial<Room>) => Room;

function add(room: Room, pollId: PollId, after: PollId | null, next: Next): Room | "unchanged" | Refusal {
  if (has(room, pollId)) return "unchanged";
  if (room.polls.length >= MAX_ROOM_POLLS) {
    return refuse("NOT_SUPPORTED", `A room has at most ${MAX_ROOM_POLLS} questions.`, {
      roomId: room.roomId,
    });
  }
  if (after !== null && !has(room, after)) return noSuchQuestionRefusal(room.roomId, after);
  const at = after === null ? room.polls.length : room.polls.findIndex((poll) => poll.pollId === after) + 1;
  return next({ polls: room.polls.toSpliced(at, 0, { pollId, asked: false }) });
}

function rewrite(
  room: Room,
  { title = room.title, polls }: { readonly title?: string; readonly polls?: readonly PollId[] },
  next: Next,
): Room | "unchanged" | Refusal {
  const known = new Map(room.polls.map((poll) => [poll.pollId, poll]));
  const ordered = polls ? [...new Set(polls)].flatMap((pollId) => known.get(pollId) ?? []) : room.polls;
  if (ordered.length !== room.polls.length || (polls && polls.length !== room.polls.length)) {
    return refuse("CONFLICT", "An order names every question of the room once; read the room again.", {
      roomId: room.roomId,
    });
  }
  const isSame = title === room.title && ordered.every(({ pollId }, at) => room.polls[at]?.pollId === pollId);
  return isSame ? "unchanged" : next({ title, polls: ordered });
}

function has(room: Room, pollId: PollId): boolean {
  return room.polls.some((poll) => poll.pollId === pollId);
}

export function noSuchQuestionRefusal(roomId: RoomId, pollId: PollId): Refusal {
  return refuse("POLL_NOT_FOUND", "This room has no such question.", { roomId, pollId });
}

export function roomNotFoundRefusal(roomId: string): Refusal {
  return refuse("ROOM_NOT_FOUND", "There is no room with this code. Check the 6 letters and digits.", {
    roomId,
  });
}
