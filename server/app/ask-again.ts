import type { PollId, RoomId } from "../../shared/ids.ts";
import { isRefusal, type Refusal } from "../../shared/refusals.ts";
import { makePoll } from "./create-poll.ts";
import { type HostClaim, judgeHost } from "./host-claim.ts";
import { notFoundRefusal, type Poll } from "./poll.ts";
import { addToRoom } from "./room-polls.ts";
import type { RoomPorts } from "./steer-room.ts";

/**
 * Asks the same once more: a new poll with text, settings and host key of the old one, which it names. In a room it is a
 * draft after the old one, to be gone to; alone it is open at once.
 */
export async function askAgain(ports: RoomPorts, pollId: PollId, claim: HostClaim): Promise<Poll | Refusal> {
  const before = await ports.polls.read(pollId);
  if (!before) return notFoundRefusal(pollId);
  const refused = await judgeHost(ports, before.definition, claim);
  if (refused) return refused;
  const { pollId: _, createdAt: __, hostKeyHash, roomId, ...text } = before.definition;
  // A draft was never asked: there is nothing to compare with, and its code is nobody's to know yet.
  const again = before.control.status === "draft" ? text : { ...text, previousId: pollId };
  if (roomId === undefined) return makePoll(ports, { ...again, hostKeyHash }, true);
  const waiting = await waitingAfter(ports, roomId, pollId);
  if (waiting) return waiting;
  const added = await addToRoom(ports, roomId, again, pollId, claim);
  return isRefusal(added) ? added : added.poll;
}

/** The copy that waits behind the old one already: it was asked for before, and the answer was lost. */
async function waitingAfter(
  { rooms, polls }: Pick<RoomPorts, "rooms" | "polls">,
  roomId: RoomId,
  pollId: PollId,
): Promise<Poll | null> {
  const room = await rooms.read(roomId);
  const place = room?.polls.findIndex((each) => each.pollId === pollId) ?? -1;
  const next = place < 0 ? undefined : room?.polls[place + 1];
  if (!next || next.asked) return null;
  const poll = await polls.read(next.pollId);
  return poll?.control.status === "draft" && poll.definition.previousId === pollId ? poll : null;
}
