/** What rooms need from the world. */
import type { RoomId } from "../../shared/ids.ts";
import type { Unfollow } from "./ports.ts";
import type { Room } from "./room.ts";

/**
 * Where rooms are kept: one document each, changed at the speed of a host. One contract suite
 * (`tests/contract/room-store-contract.ts`) holds for every adapter. Every method rejects only in an outage.
 */
export interface RoomStore {
  /** Keeps a new room; the same one twice is harmless. `"taken"`: the id was used before, even if that room was removed. */
  create(room: Room): Promise<"created" | "taken">;

  /**
   * The room as it stands; `null` if there is none or it was removed. Only while a ledger does not answer it may be
   * older than the newest step, and a room that was removed.
   */
  read(roomId: RoomId): Promise<Room | null>;

  /**
   * Puts `room` in the place of the one whose `seq` is one less. Done twice, as after a lost answer, it is `"done"` twice.
   * `"conflict"`: another step came first. `"absent"`: no such room.
   */
  replace(room: Room): Promise<"done" | "conflict" | "absent">;

  /** Deletes the room and leaves its id used up; removing again is harmless. Its polls are removed elsewhere. */
  remove(roomId: RoomId): Promise<void>;
}

/** Hints that a room has changed, at most once: whoever follows one also reads it every second or two. */
export interface RoomBus {
  /** Calls `listener` when somebody, on any node, told that the room changed. */
  follow(roomId: RoomId, listener: () => void): Unfollow;

  /** Tells all nodes, this one too, that a room changed. Never rejects. */
  tell(roomId: RoomId): void;
}
