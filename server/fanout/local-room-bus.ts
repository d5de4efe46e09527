import type { RoomId } from "../../shared/ids.ts";
import type { Unfollow } from "../app/ports.ts";
import type { RoomBus } from "../app/room-ports.ts";

/** The room bus of a node that is alone, and of every node for itself: who follows is told in the same turn. */
export class LocalRoomBus implements RoomBus {
  readonly #listeners = new Map<RoomId, Set<() => void>>();

  follow(roomId: RoomId, listener: () => void): Unfollow {
    // A function of its own: one listener may follow twice, and unfollows each.
    const own = () => listener();
    const listeners = this.#listeners.get(roomId) ?? new Set();
    this.#listeners.set(roomId, listeners.add(own));
    return () => {
      listeners.delete(own);
      if (listeners.size === 0 && this.#listeners.get(roomId) === listeners) this.#listeners.delete(roomId);
    };
  }

  tell(roomId: RoomId): void {
    for (const listener of [...(this.#listeners.get(roomId) ?? [])]) listener();
  }
}
