import { setTimeout as pause } from "node:timers/promises";
import { NO_TIERS } from "../shared/ops-report.ts";
import type { Clock } from "./app/ports.ts";
import type { Config, RedisConfig } from "./config.ts";
import { RedisBus } from "./fanout/redis-bus.ts";
import { RedisRoomBus } from "./fanout/redis-room-bus.ts";
import type { Log } from "./ops/log.ts";
import { storeLog } from "./ops/store-log.ts";
import { troubleLog } from "./ops/trouble-log.ts";
import {
  askTopology,
  connectRedis,
  connectSubscriber,
  shardOf,
  type Topology,
  whenReady,
} from "./store/redis/connect-redis.ts";
import { ReaderOfCluster } from "./store/redis/connection-trouble.ts";
import { pollChannels, pollKeys } from "./store/redis/keys.ts";
import { RedisPollStore } from "./store/redis/redis-poll-store.ts";
import { RedisRoomStore } from "./store/redis/redis-room-store.ts";
import { ShardProbes } from "./store/redis/shard-probes.ts";
import { tryAgain } from "./store/redis/try-again.ts";
import { StoreBreakers } from "./store/tiers/breakers.ts";
import { StoreMonitor } from "./store/tiers/monitor.ts";
import type { Stores } from "./stores.ts";

/** How often a Redis that does not answer is asked again at the start (ms). */
const ASK_AGAIN_MS = 500;

type RedisOnly = Pick<Config, "sessionSecrets" | "nodeName"> & { readonly redis: RedisConfig };

/** Redis without a ledger: a ballot is safe once a replica has it. Waits for a Redis that is not there yet. */
export async function openRedis(config: RedisOnly, clock: Clock, log: Log): Promise<Stores> {
  const settings = config.redis;
  const topology = await waitForRedis(settings, log);
  log.info({ topology }, "Redis found; without a ledger a ballot is safe once a replica has it");
  const onTrouble = troubleLog(log);
  const onError = (error: Error) => log.debug({ err: error }, "Redis connection");
  const [commands, ballots] = (["commands", "ballots"] as const).map((role) =>
    connectRedis(settings, topology, role).on("error", onError),
  );
  if (!commands || !ballots) throw new Error("two clients were asked for");
  await Promise.all([commands, ballots].map(whenReady));
  const polls = new RedisPollStore({ commands, ballots, onTrouble });
  const bus = new RedisBus({
    connect: () => connectSubscriber(settings, topology).on("error", onError),
    channelsOf: pollChannels,
    onSnapshot: (pollId, version) => polls.snapshotHeard(pollId, version),
    onTrouble,
  });
  const roomBus = new RedisRoomBus({
    subscriber: Promise.resolve(connectSubscriber(settings, topology).on("error", onError)),
    publish: (channel, message) => tryAgain(commands, () => commands.spublish(channel, message)),
  });
  const breakers = new StoreBreakers();
  breakers.onReset(() => roomBus.subscribeAgain());
  const probes = new ShardProbes(settings, commands);
  const monitor = new StoreMonitor({
    shards: () => probes.shards(),
    ledger: null,
    node: config.nodeName,
    breakers,
    clock,
    ...storeLog(log),
  });
  monitor.start();
  return {
    polls,
    bus,
    rooms: new RedisRoomStore(commands, polls.shards),
    roomBus,
    // Redis alone is no place for accounts: losing it would lose them.
    sessions: null,
    accounts: null,
    secrets: config.sessionSecrets ?? [],
    forgetBallots: async () => 0,
    ops: () => ({ ...monitor.report(), ...NO_TIERS }),
    shardOf: (pollId) => shardOf(commands, pollKeys(pollId).poll),
    async close() {
      monitor.stop();
      await polls.close();
      probes.close();
      bus.close();
      roomBus.close();
    },
  };
}

/** A node may be started before its Redis: it waits, and says so once. */
async function waitForRedis(settings: RedisConfig, log: Log): Promise<Topology> {
  for (let said = false; ; said = true) {
    try {
      return await askTopology(settings);
    } catch (trouble) {
      if (trouble instanceof ReaderOfCluster) throw trouble;
      if (!said) log.warn({ err: trouble }, "no Redis answers yet; waiting for one");
      await pause(ASK_AGAIN_MS);
    }
  }
}
