import type { RoomId } from "../../shared/ids.ts";
import { isRefusal, type Refusal } from "../../shared/refusals.ts";
import type { HostClaim } from "./host-claim.ts";
import { disown, steerPoll } from "./steer-poll.ts";
import { type RoomPorts, stepRoom } from "./steer-room.ts";

/**
 * Removes a room and all its polls. The first step marks it, and from then on it is gone for everybody; the document stays
 * until the polls are gone, because it says which they are and whose. So whatever breaks this off, asking again finishes.
 */
export async function removeRoom(
  ports: RoomPorts,
  roomId: RoomId,
  claim: HostClaim,
): Promise<Refusal | null> {
  const room = await stepRoom(ports, roomId, { action: "remove" }, claim);
  if (isRefusal(room)) return room;
  const removals = room.polls.map(({ pollId }) => steerPoll(ports, pollId, { action: "remove" }, claim));
  for (const removed of await Promise.all(removals)) {
    if (removed !== "removed" && isRefusal(removed) && removed.code !== "POLL_NOT_FOUND") return removed;
  }
  await ports.rooms.remove(roomId);
  ports.roomBus.tell(roomId);
  await disown(ports, roomId);
  return null;
}
