/** The polls of a room: put into its list, gone to, and dropped from it. */
import { newPollId, type PollId, type RoomId } from "../../shared/ids.ts";
import type { PollText } from "../../shared/messages.ts";
import { isRefusal, type Refusal } from "../../shared/refusals.ts";
import { makePoll } from "./create-poll.ts";
import type { HostClaim } from "./host-claim.ts";
import { notFoundRefusal, type Poll, type PollDefinition } from "./poll.ts";
import { writePoll } from "./poll-text.ts";
import { noSuchQuestionRefusal, type Room, steerRoom } from "./room.ts";
import { steerPoll } from "./steer-poll.ts";
import { type RoomPorts, roomOfHost, stepRoom } from "./steer-room.ts";

export interface AddedPoll {
  readonly room: Room;
  readonly poll: Poll;
}

/** Writes a new draft into a room, after another of its polls or at the end. */
export async function addPoll(
  ports: RoomPorts,
  roomId: RoomId,
  { after, ...text }: PollText & { readonly after?: PollId | undefined },
  claim: HostClaim,
): Promise<AddedPoll | Refusal> {
  const written = writePoll(text);
  if (isRefusal(written)) return written;
  return addToRoom(ports, roomId, written, after ?? null, claim);
}

/**
 * Makes a draft with the room's key and puts it into the list. What the room would refuse is refused before the poll is
 * made; what it refuses then, because somebody was faster, takes the draft away again.
 */
export async function addToRoom(
  ports: RoomPorts,
  roomId: RoomId,
  text: Omit<PollDefinition, "pollId" | "createdAt" | "hostKeyHash" | "roomId">,
  after: PollId | null,
  claim: HostClaim,
): Promise<AddedPoll | Refusal> {
  const before = await roomOfHost(ports, roomId, claim);
  if (isRefusal(before)) return before;
  const judged = steerRoom(before, { action: "add", pollId: newPollId(), after });
  if (judged !== "unchanged" && isRefusal(judged)) return judged;
  const { hostKeyHash } = before;
  const poll = await makePoll(ports, { ...text, hostKeyHash, roomId }, false);
  const { pollId } = poll.definition;
  const room = await stepRoom(ports, roomId, { action: "add", pollId, after }, claim);
  if (!isRefusal(room)) return { room, poll };
  await steerPoll(ports, pollId, { action: "remove" }, claim);
  return room;
}

/**
 * Everybody moves to this poll, which opens if it is a draft, unless `open: false`. Opened first: what breaks off in between
 * leaves an open poll that nobody is at, and going again makes it good.
 */
export async function goTo(
  ports: RoomPorts,
  roomId: RoomId,
  { pollId, open = true }: { readonly pollId: PollId; readonly open?: boolean | undefined },
  claim: HostClaim,
): Promise<Room | Refusal> {
  const room = await roomOfHost(ports, roomId, claim);
  if (isRefusal(room)) return room;
  const judged = steerRoom(room, { action: "go", pollId });
  if (judged !== "unchanged" && isRefusal(judged)) return judged;
  const poll = await ports.polls.read(pollId);
  if (!poll) return notFoundRefusal(pollId);
  if (open && poll.control.status === "draft") {
    const opened = await steerPoll(ports, pollId, { action: "open" }, claim);
    if (opened !== "removed" && isRefusal(opened)) return opened;
  }
  return stepRoom(ports, roomId, { action: "go", pollId }, claim);
}

/** Takes a poll out of the room and removes it. Out of the room first, so that nobody is left at a poll that is gone. */
export async function dropPoll(
  ports: RoomPorts,
  roomId: RoomId,
  pollId: PollId,
  claim: HostClaim,
): Promise<Room | Refusal> {
  const poll = await ports.polls.read(pollId);
  if (poll && poll.definition.roomId !== roomId) return noSuchQuestionRefusal(roomId, pollId);
  const room = await stepRoom(ports, roomId, { action: "drop", pollId }, claim);
  if (isRefusal(room) || !poll) return room;
  const removed = await steerPoll(ports, pollId, { action: "remove" }, claim);
  // Somebody else has removed it meanwhile: it is gone, as was asked.
  return removed === "removed" || !isRefusal(removed) || removed.code === "POLL_NOT_FOUND" ? room : removed;
}

/** Removes a poll wherever it is asked: in a room it is taken out of that first. */
export async function removePoll(
  ports: RoomPorts,
  pollId: PollId,
  claim: HostClaim,
): Promise<Refusal | null> {
  const poll = await ports.polls.read(pollId);
  if (!poll) return notFoundRefusal(pollId);
  const { roomId } = poll.definition;
  if (roomId !== undefined) {
    const room = await stepRoom(ports, roomId, { action: "drop", pollId }, claim);
    // A poll outlives its room where the removal of that broke off.
    if (isRefusal(room) && room.code !== "ROOM_NOT_FOUND") return room;
  }
  const removed = await steerPoll(ports, pollId, { action: "remove" }, claim);
  return removed !== "removed" && isRefusal(removed) ? removed : null;
}
