import type { RoomId } from "../../shared/ids.ts";
import type { Unfollow } from "../app/ports.ts";
import type { RoomBus } from "../app/room-ports.ts";
import { HintChannels, type HintChannelsPorts } from "./hint-channels.ts";
import { LocalRoomBus } from "./local-room-bus.ts";

/** Tells this node at once, and the others over sharded Pub/Sub, that a room changed. */
export class RedisRoomBus implements RoomBus {
  readonly #local = new LocalRoomBus();
  readonly #channels: HintChannels;

  constructor(ports: HintChannelsPorts) {
    this.#channels = new HintChannels({
      ...ports,
      nameOf: (index) => `room:{${index}}:changed`,
      onHint: ({ roomId }) => {
        // One that nobody here follows, or that is no code at all, reaches nobody.
        if (typeof roomId === "string") this.#local.tell(roomId as RoomId);
      },
    });
  }

  follow(roomId: RoomId, listener: () => void): Unfollow {
    return this.#local.follow(roomId, listener);
  }

  tell(roomId: RoomId): void {
    this.#local.tell(roomId);
    // Codes are random: any character is spread evenly enough.
    this.#channels.tell(roomId.charCodeAt(roomId.length - 1), { roomId });
  }

  /** A shard answers again, and may have forgotten who listens. */
  subscribeAgain(): void {
    this.#channels.subscribeAgain();
  }

  close(): void {
    this.#channels.close();
  }
}
