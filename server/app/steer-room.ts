import type { RoomId } from "../../shared/ids.ts";
import { isRefusal, type Refusal } from "../../shared/refusals.ts";
import { type HostClaim, judgeHost } from "./host-claim.ts";
import { type Room, type RoomStep, roomNotFoundRefusal, steerRoom } from "./room.ts";
import type { RoomBus, RoomStore } from "./room-ports.ts";
import type { SteerPollPorts } from "./steer-poll.ts";

export interface RoomPorts extends SteerPollPorts {
  readonly rooms: RoomStore;
  readonly roomBus: RoomBus;
}

/** The room, for its host alone. Also one whose removal has begun: what may still be done to that, `steerRoom` says. */
export async function roomOfHost(
  ports: RoomPorts,
  roomId: RoomId,
  claim: HostClaim,
): Promise<Room | Refusal> {
  const room = await ports.rooms.read(roomId);
  if (!room) return roomNotFoundRefusal(roomId);
  return (await judgeHost(ports, room, claim)) ?? room;
}

/**
 * Takes one step with a room and answers how it then stands. The rule is `steerRoom`; the store only swaps the old room
 * for the new one if nobody else did in between, so a lost race is judged again, never merged.
 */
export async function stepRoom(
  ports: RoomPorts,
  roomId: RoomId,
  step: RoomStep,
  claim: HostClaim,
): Promise<Room | Refusal> {
  for (;;) {
    const room = await roomOfHost(ports, roomId, claim);
    if (isRefusal(room)) return room;
    const next = steerRoom(room, step);
    if (next === "unchanged") return room;
    if (isRefusal(next)) return next;
    const swapped = await ports.rooms.replace(next);
    if (swapped === "absent") return roomNotFoundRefusal(roomId);
    if (swapped === "conflict") continue;
    ports.roomBus.tell(roomId);
    return next;
  }
}
