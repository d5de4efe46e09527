/** What the keys of the wall ask of the server. The answers are left unread: the wall learns of a change as everybody does. */
import type { PollView, RoomView } from "../shared/messages.ts";
import { call, isFailure, post } from "./api.ts";
import { keepHostKey } from "./host-key.ts";
import { callOf } from "./poll-steps.ts";
import { backOf, nextOf } from "./room-moves.ts";
import type { ScreenState } from "./screen-state.ts";
import type { Command } from "./shortcuts.ts";
import { present as texts } from "./texts/spoken.ts";

/** What only a host does. */
export type Step = Exclude<Command, "fullScreen" | "keys">;

/** Does a step of the host. Answers why it did not work, in words; `null` if it did. */
export async function steer(
  { room, poll }: ScreenState,
  command: Step,
  hostKey: string | null,
): Promise<string | null> {
  if (command === "next" || command === "back") {
    return room ? move(room.roomId, command, hostKey) : texts.notNow;
  }
  if (!poll) return texts.notNow;
  const { pollId } = poll.poll;
  if (command === "again") return askAgain(pollId, room?.roomId ?? null, hostKey);
  return whyNot(await post(...callOf(pollId, command), hostKey));
}

/** The poll that asked the same before, as anybody may see it: it is asked for without saying who asks. */
export async function previousAt(pollId: string): Promise<PollView | null> {
  try {
    const answer = await fetch(`/api/polls/${pollId}`, { credentials: "omit" });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

/** The wall itself knows no question that has not been asked, so the host's list is read first. */
async function move(roomId: string, to: "next" | "back", hostKey: string | null): Promise<string | null> {
  const known = await call<RoomView>("GET", `/api/rooms/${roomId}`, undefined, hostKey);
  if (isFailure(known)) return known.failed;
  const target = to === "next" ? nextOf(known.room) : backOf(known.room);
  if (!target) return to === "next" ? texts.lastQuestion : texts.firstQuestion;
  return go(roomId, target.pollId, hostKey);
}

async function go(roomId: string, pollId: string, hostKey: string | null): Promise<string | null> {
  return whyNot(await post(`/api/rooms/${roomId}/go`, { pollId }, hostKey));
}

/** In a room everybody goes to the new question; a poll alone has a new code, so the wall goes to its page. */
async function askAgain(
  pollId: string,
  roomId: string | null,
  hostKey: string | null,
): Promise<string | null> {
  const made = await post<{ poll: PollView["poll"] }>(`/api/polls/${pollId}/again`, {}, hostKey);
  if (isFailure(made)) return made.failed;
  const again = made.poll.pollId;
  if (roomId) return go(roomId, again, hostKey);
  const isKept = hostKey === null || keepHostKey(again, hostKey);
  location.assign(`/${again}/present${isKept ? "" : `#host=${hostKey}`}`);
  return null;
}

function whyNot(answer: object): string | null {
  return isFailure(answer) ? answer.failed : null;
}
