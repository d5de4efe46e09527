import type { RoomStore } from "./app/room-ports.ts";
import type { HintChannelsPorts } from "./fanout/hint-channels.ts";
import { RedisRoomBus } from "./fanout/redis-room-bus.ts";
import type { OnTrouble } from "./ops/trouble-log.ts";
import type { DynamoLedger } from "./store/dynamo/dynamo-ledger.ts";
import { DynamoRoomStore } from "./store/dynamo/dynamo-room-store.ts";
import { connectSubscriber, type RedisSettings } from "./store/redis/connect-redis.ts";
import { RedisRoomCopies } from "./store/redis/redis-room-copies.ts";
import type { RedisTier } from "./store/redis/redis-tier.ts";
import type { StoreBreakers } from "./store/tiers/breakers.ts";
import { LedgeredRoomStore } from "./store/tiers/ledgered-room-store.ts";

export interface RoomParts {
  readonly settings: RedisSettings | null;
  readonly ledger: DynamoLedger;
  /** `null`: the ledger alone. */
  readonly redis: RedisTier | null;
  readonly breakers: StoreBreakers;
  readonly onTrouble: OnTrouble;
}

export interface OpenedRooms {
  readonly rooms: RoomStore;
  readonly roomBus: RedisRoomBus;
  close(): Promise<void>;
}

/** Rooms on the stores of the polls. */
export function openRooms({ settings, ledger, redis, breakers, onTrouble }: RoomParts): OpenedRooms {
  const kept = new DynamoRoomStore(ledger.table);
  const copied =
    redis &&
    new LedgeredRoomStore({ ledger: kept, copies: new RedisRoomCopies(redis.connection), onTrouble });
  const roomBus = new RedisRoomBus(hintPorts(redis, settings));
  breakers.onReset(() => roomBus.subscribeAgain());
  return {
    rooms: copied ?? kept,
    roomBus,
    async close() {
      await copied?.close();
      roomBus.close();
    },
  };
}

/** What hints travel by, once Redis has been found; until then, and without one, nobody else hears them. */
export function hintPorts(redis: RedisTier | null, settings: RedisSettings | null): HintChannelsPorts {
  return {
    subscriber:
      redis && settings
        ? redis.found.then((topology) => connectSubscriber(settings, topology).on("error", () => {}))
        : new Promise<never>(() => {}),
    publish: async (channel, message) =>
      redis?.connection.askAt(channel, (client) => client.spublish(channel, message)),
  };
}
