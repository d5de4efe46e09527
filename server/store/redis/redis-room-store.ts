import type { RoomId } from "../../../shared/ids.ts";
import type { Room } from "../../app/room.ts";
import type { RoomStore } from "../../app/room-ports.ts";
import { roomText } from "../room-text.ts";
import { roomKey } from "./keys.ts";
import { CREATE_ROOM, PUT_ROOM, REPLACE_ROOM } from "./room-scripts.ts";
import { KEEP_ROOM_SECONDS, ROOM_TOMBSTONE, readRoomValue } from "./room-value.ts";
import type { RedisClient } from "./scripts.ts";
import type { Shards } from "./shards.ts";
import { tryAgain } from "./try-again.ts";

/** Rooms in Redis without a ledger: what is answered, a replica has, as far as the shard has one that keeps up. */
export class RedisRoomStore implements RoomStore {
  readonly #commands: RedisClient;
  readonly #shards: Pick<Shards, "write">;

  /** Clients and shards stay their opener's: polls use them too. */
  constructor(commands: RedisClient, shards: Pick<Shards, "write">) {
    this.#commands = commands;
    this.#shards = shards;
  }

  async create(room: Room): Promise<"created" | "taken"> {
    const created = await this.#write<"CREATED" | "TAKEN">(CREATE_ROOM, room.roomId, [
      roomText(room),
      KEEP_ROOM_SECONDS,
    ]);
    return created === "CREATED" ? "created" : "taken";
  }

  async read(roomId: RoomId): Promise<Room | null> {
    const key = roomKey(roomId);
    const standing = readRoomValue(await tryAgain(this.#commands, () => this.#commands.get(key)));
    return standing === "removed" ? null : standing;
  }

  async replace(room: Room): Promise<"done" | "conflict" | "absent"> {
    const replaced = await this.#write<"DONE" | "CONFLICT" | "ABSENT">(REPLACE_ROOM, room.roomId, [
      roomText(room),
      KEEP_ROOM_SECONDS,
    ]);
    return replaced === "DONE" ? "done" : replaced === "CONFLICT" ? "conflict" : "absent";
  }

  async remove(roomId: RoomId): Promise<void> {
    await this.#write(PUT_ROOM, roomId, [ROOM_TOMBSTONE, KEEP_ROOM_SECONDS]);
  }

  #write<Answer>(script: string, roomId: RoomId, parameters: readonly (string | number)[]): Promise<Answer> {
    return this.#shards.write<Answer>(script, [roomKey(roomId)], parameters);
  }
}
