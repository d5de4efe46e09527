import type { Room } from "../../app/room.ts";
import { roomOf } from "../room-text.ts";

/** A room stays this long after its last change (s), and so does the mark that its id is used up. */
export const KEEP_ROOM_SECONDS = 30 * 24 * 60 * 60;

export const ROOM_TOMBSTONE = '{"removed":true}';

/** What stands under the key of a room; `null`: nothing. */
export function readRoomValue(value: string | null): Room | "removed" | null {
  return value === ROOM_TOMBSTONE ? "removed" : value === null ? null : roomOf(value);
}
