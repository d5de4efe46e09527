/** Which adapters a node has: the part of the wiring that depends on what it was given. */
import type { Clock, PollBus, PollStore } from "./app/ports.ts";
import type { Config, RedisConfig } from "./config.ts";
import { LocalBus } from "./fanout/local-bus.ts";
import { RedisBus } from "./fanout/redis-bus.ts";
import type { Log } from "./ops/log.ts";
import { troubleLog } from "./ops/trouble-log.ts";
import { openEmbeddedPollStore } from "./store/embedded/embedded-poll-store.ts";
import { loadOrMakeSecret } from "./store/embedded/session-secret.ts";
import {
  askTopology,
  connectRedis,
  connectSubscriber,
  type Topology,
  whenReady,
} from "./store/redis/connect-redis.ts";
import { pollChannels } from "./store/redis/keys.ts";
import { RedisPollStore } from "./store/redis/redis-poll-store.ts";

/** How often a Redis that does not answer is asked again at the start (ms). */
const ASK_AGAIN_MS = 500;

export interface Stores {
  readonly polls: PollStore;
  readonly bus: PollBus;
  /** The first signs cookies, all verify. */
  readonly secrets: readonly string[];
  /** Deletes ballots of polls closed before a time (epoch ms) and returns how many polls; nothing where they expire. */
  readonly forgetBallots: (closedBefore: number) => Promise<number>;
  /** Finishes what was begun and lets go. */
  readonly close: () => Promise<void>;
}

/** Opens what the configuration names. Rejects with a message for the operator if the data folder cannot be had. */
export async function openStores(config: Config, clock: Clock, log: Log): Promise<Stores> {
  if (config.redis) return openRedis(config.redis, config.sessionSecrets ?? [], log);
  return openEmbedded(config, clock, log);
}

function openEmbedded({ dataDir, sessionSecrets }: Config, clock: Clock, log: Log): Stores {
  const bus = new LocalBus();
  const onTrouble = (message: string, cause: unknown) => log.error({ err: cause }, message);
  const polls = openEmbeddedPollStore({ directory: dataDir, clock, tell: bus.tell, onTrouble });
  return {
    polls,
    bus,
    secrets: sessionSecrets ?? [loadOrMakeSecret(dataDir)],
    forgetBallots: (closedBefore) => polls.forgetBallots(closedBefore),
    close: () => polls.close(),
  };
}

async function openRedis(settings: RedisConfig, secrets: readonly string[], log: Log): Promise<Stores> {
  const topology = await waitForRedis(settings, log);
  log.info({ topology }, "Redis found; without a ledger a ballot is safe once a replica has it");
  const onTrouble = troubleLog(log);
  const onError = (error: Error) => log.debug({ err: error }, "Redis connection");
  const [commands, ballots] = ["commands", "ballots"].map((role) => connectRedis(settings, topology, role));
  if (!commands || !ballots) throw new Error("two clients were asked for");
  for (const client of [commands, ballots]) client.on("error", onError);
  await Promise.all([commands, ballots].map(whenReady));
  const polls = new RedisPollStore({ commands, ballots, onTrouble });
  const bus = new RedisBus({
    connect: () => connectSubscriber(settings, topology).on("error", onError),
    channelsOf: pollChannels,
    onSnapshot: (pollId, version) => polls.snapshotHeard(pollId, version),
    onTrouble,
  });
  const close = async () => {
    await polls.close();
    bus.close();
  };
  return { polls, bus, secrets, forgetBallots: async () => 0, close };
}

/** A node may be started before its Redis: it waits, and says so once. */
async function waitForRedis(settings: RedisConfig, log: Log): Promise<Topology> {
  for (let said = false; ; said = true) {
    try {
      return await askTopology(settings);
    } catch (trouble) {
      if (!said) log.warn({ err: trouble }, "no Redis answers yet; waiting for one");
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
    }
  }
}
