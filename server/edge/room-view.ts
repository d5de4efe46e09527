/** A room and its current question as one asker may see them. */
import type { RoomView } from "../../shared/messages.ts";
import { isRefusal, type Refusal } from "../../shared/refusals.ts";
import type { Asker } from "../app/read-poll.ts";
import { type RoomForAsker, showRoom } from "../app/read-room.ts";
import type { Room } from "../app/room.ts";
import { pollView } from "../app/snapshot.ts";
import type { RoomPorts } from "../app/steer-room.ts";
import type { EdgeContext, EdgePorts } from "./edge-ports.ts";
import { pollEtag } from "./poll-etag.ts";
import { actingAskerOf, ownersOf } from "./request-parts.ts";

/** What `GET /api/rooms/:roomId` and the steps of a host answer. */
export function roomView({ room, current }: RoomForAsker, now: number): RoomView {
  return { room, view: current && pollView(current.poll, current.beholder, now) };
}

/**
 * The tag of a room as one asker sees it: everything of it but the time, and the tag of its current question. Weak, as the
 * times differ in every answer.
 */
export function roomEtag({ room, current }: RoomForAsker): string {
  const seen = Bun.hash(JSON.stringify({ ...room, serverTime: 0 })).toString(36);
  return `W/"${seen}-${current ? pollEtag(current.poll, current.beholder).slice(3, -1) : "none"}"`;
}

/** Takes a step with a room for whoever the request shows to be its host; answers how the host then sees it. */
export async function stepAsHost(
  ports: EdgePorts,
  context: EdgeContext,
  step: (ports: RoomPorts, asker: Asker) => Promise<Room | Refusal>,
): Promise<RoomView | Refusal> {
  const asker = await actingAskerOf(ports, context);
  if (isRefusal(asker)) return asker;
  const owning = { ...ports, ...ownersOf(ports) };
  const room = await step(owning, asker);
  return isRefusal(room) ? room : roomView(await showRoom(owning, room, asker), ports.clock());
}
