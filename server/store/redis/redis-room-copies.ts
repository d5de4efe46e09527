import type { RoomId } from "../../../shared/ids.ts";
import type { Room } from "../../app/room.ts";
import { roomText } from "../room-text.ts";
import type { RoomCopies } from "../tiers/ledgered-room-store.ts";
import { roomKey } from "./keys.ts";
import { KEEP_ROOM_SECONDS, ROOM_TOMBSTONE, readRoomValue } from "./room-value.ts";
import type { TierConnection } from "./tier-connection.ts";

/** Copies in Redis of the rooms that the ledger has. */
export class RedisRoomCopies implements RoomCopies {
  readonly #redis: TierConnection;

  /** Whoever made the connection closes it: polls use it too. Until Redis has been found every room is away. */
  constructor(redis: TierConnection) {
    this.#redis = redis;
  }

  isAway(roomId: RoomId): boolean {
    return this.#redis.isKeyAway(roomKey(roomId));
  }

  /** From a replica where the master is known to be away. */
  async read(roomId: RoomId): Promise<Room | "removed" | null> {
    const key = roomKey(roomId);
    const value = this.isAway(roomId)
      ? this.#redis.readReplica(key)
      : this.#redis.askAt(key, (redis) => redis.get(key));
    return readRoomValue(await value);
  }

  async put(roomId: RoomId, standing: Room | "removed"): Promise<void> {
    const key = roomKey(roomId);
    const value = standing === "removed" ? ROOM_TOMBSTONE : roomText(standing);
    await this.#redis.askAt(key, (redis) => redis.roomPut(key, value, KEEP_ROOM_SECONDS));
  }
}
