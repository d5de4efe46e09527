import type { RoomId } from "../../shared/ids.ts";
import type { RoomUpdate } from "../../shared/messages.ts";
import { isRefusal, type Refusal } from "../../shared/refusals.ts";
import type { Definitions } from "./definitions.ts";
import { type HostPorts, judgeHost } from "./host-claim.ts";
import type { Clock, PollStore } from "./ports.ts";
import { type Asker, type PollForAsker, readPoll } from "./read-poll.ts";
import { type Room, roomNotFoundRefusal } from "./room.ts";
import type { RoomStore } from "./room-ports.ts";
import { roomUpdate } from "./room-update.ts";

export interface ReadRoomPorts extends HostPorts {
  readonly rooms: Pick<RoomStore, "read">;
  readonly polls: PollStore;
  readonly definitions: Definitions;
  readonly clock: Clock;
}

export interface RoomForAsker {
  /** What the asker may see of it. */
  readonly room: RoomUpdate;
  /** The question everybody is at, as for `readPoll`; `null` without one. */
  readonly current: PollForAsker | null;
  /** Why the asker is not taken for the host: an outage, or because it is none. `null`: it is the host. */
  readonly notHost: Refusal | null;
}

/** A room as it stands, and the question it is at. */
export async function readRoom(
  ports: ReadRoomPorts,
  roomId: RoomId,
  asker: Asker,
): Promise<RoomForAsker | Refusal> {
  const room = await ports.rooms.read(roomId);
  if (!room || room.removing) return roomNotFoundRefusal(roomId);
  return showRoom(ports, room, asker);
}

/** The same of a room that is at hand. */
export async function showRoom(ports: ReadRoomPorts, room: Room, asker: Asker): Promise<RoomForAsker> {
  const notHost = await judgeHost(ports, room, asker);
  const [update, current] = await Promise.all([
    roomUpdate(ports.definitions, room, notHost === null, ports.clock()),
    room.current && readPoll(ports, room.current, asker),
  ]);
  return { room: update, current: current && !isRefusal(current) ? current : null, notHost };
}
