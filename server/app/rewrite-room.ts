import type { PollId, RoomId } from "../../shared/ids.ts";
import type { RewriteRoomRequest } from "../../shared/messages.ts";
import { isRefusal, type Refusal } from "../../shared/refusals.ts";
import type { HostClaim } from "./host-claim.ts";
import type { Room } from "./room.ts";
import { type RoomPorts, roomOfHost, stepRoom } from "./steer-room.ts";

/** Changes a room's title, or the order of its polls. */
export async function rewriteRoom(
  ports: RoomPorts,
  roomId: RoomId,
  { title, polls }: RewriteRoomRequest,
  claim: HostClaim,
): Promise<Room | Refusal> {
  const room = await roomOfHost(ports, roomId, claim);
  if (isRefusal(room)) return room;
  const order = polls && [...polls, ...(await goneFrom(ports, room, polls))];
  const step = {
    action: "rewrite",
    ...(title !== undefined && { title }),
    ...(order && { polls: order }),
  } as const;
  return stepRoom(ports, roomId, step, claim);
}

/** Polls of the room that are gone by themselves: no picture shows them, so an order cannot name them. */
async function goneFrom(
  { polls }: RoomPorts,
  room: Room,
  order: readonly PollId[],
): Promise<readonly PollId[]> {
  const missing = room.polls.map(({ pollId }) => pollId).filter((pollId) => !order.includes(pollId));
  const found = await Promise.all(missing.map((pollId) => polls.read(pollId)));
  return missing.filter((_, index) => found[index] === null);
}
