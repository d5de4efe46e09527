import { once } from "node:events";
import calculateSlot from "cluster-key-slot";
import { Cluster, type ClusterOptions, Redis, type RedisOptions } from "ioredis";
import { CONNECTION_PROFILES, type ConnectionProfile, type RedisEnvironment } from "./connection-profile.ts";
import { connectionTrouble, ReaderOfCluster } from "./connection-trouble.ts";
import { type RedisClient, SCRIPTS } from "./scripts.ts";

export interface RedisAddress {
  readonly host: string;
  readonly port: number;
}

export interface RedisSettings {
  /** `host:port` of one or more servers: of a cluster, of its configuration endpoint, or of a single server. */
  readonly nodes: readonly RedisAddress[];
  /** ACL user; without one `password` is that of the default user. */
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Certificate and name of every server are checked; `ca`: PEM, else what the system trusts. `null`: not encrypted. */
  readonly tls?: { readonly ca: string | null } | null;
  /** Where replicas of a single server are read; absent: its primary serves these reads. A cluster names its own. */
  readonly reader?: RedisAddress | null;
  /** Whose profile is used; production unless said. */
  readonly environment?: RedisEnvironment;
}

/** Whether `nodes` is a cluster or one server is asked of the server, so there is one setting for both. */
export type Topology = "cluster" | "single";

/**
 * Client options that were measured to matter:
 * - `retryDelayOnFailover: 0`, no offline queue: a command whose connection closed is not silently sent again, because a
 *   hidden resend may land after a newer ballot; what to send again is decided by the pipeline, once.
 * - `socketTimeout`: a frozen server closes no socket; without it calls hung until it thawed.
 * - `slotsRefreshInterval`: documented as 5000 but off by default; without it a frozen master is never left.
 * - `dnsLookup`: names stay names. Left alone the client puts an address in the place of each name, and then no
 *   certificate fits, nor is another address of a configuration endpoint tried.
 */
const CLUSTER_OPTIONS = {
  enableOfflineQueue: false,
  // Asks one server at random, and begins anew where that is not connected yet: with a configuration endpoint, which none
  // of the servers is, for ever. It would also wait for the whole cluster, and one shard must not keep the others waiting.
  enableReadyCheck: false,
  retryDelayOnFailover: 0,
  retryDelayOnClusterDown: 0,
  dnsLookup: (name, resolved) => resolved(null, name),
} satisfies ClusterOptions;

/** What the settings' environment is patient with. */
export function profileOf({ environment = "production" }: RedisSettings): ConnectionProfile {
  return CONNECTION_PROFILES[environment];
}

/**
 * Asks the first server that answers whether it is part of a cluster. Rejects if none answers, with one line for an
 * operator, and with `ReaderOfCluster`.
 */
export async function askTopology(settings: RedisSettings): Promise<Topology> {
  let trouble: unknown = new Error("no Redis server is named");
  for (const address of settings.nodes) {
    try {
      const isCluster = await askOne(settings, address, async (server) =>
        /cluster_enabled:1/.test(await server.info("cluster")),
      );
      if (isCluster && settings.reader) throw new ReaderOfCluster();
      return isCluster ? "cluster" : "single";
    } catch (failed) {
      trouble = failed;
      if (failed instanceof ReaderOfCluster) break;
    }
  }
  throw trouble;
}

/** Asks one server over a connection of its own. Rejects with one line for an operator. */
export async function askOne<Answer>(
  settings: RedisSettings,
  { host, port }: RedisAddress,
  ask: (server: Redis) => Promise<Answer>,
  patienceMs = profileOf(settings).askMs,
): Promise<Answer> {
  const server = new Redis({
    ...credentials(settings),
    host,
    port,
    lazyConnect: true,
    retryStrategy: () => null,
    connectTimeout: patienceMs,
    // A frozen server takes connections and answers nothing.
    socketTimeout: patienceMs,
  });
  // What `connect` rejects with only says that the connection is closed.
  let why: Error | null = null;
  server.on("error", (error: Error) => {
    why ??= error;
  });
  try {
    await server.connect();
    return await ask(server);
  } catch (failed) {
    throw connectionTrouble(why ?? failed, `${host}:${port}`, settings);
  } finally {
    server.disconnect();
  }
}

/**
 * A client for commands. `role` names it in CLIENT LIST; `timeouts` (ms) are for whoever has another way when Redis keeps
 * silent.
 */
export function connectRedis(
  settings: RedisSettings,
  topology: Topology,
  role: string,
  timeouts: Pick<RedisOptions, "commandTimeout" | "socketTimeout"> = {},
): RedisClient {
  const options = { ...nodeOptions(settings, role), ...timeouts };
  const client =
    topology === "cluster"
      ? connectEagerly(
          new Cluster([...settings.nodes], {
            ...clusterOptions(settings),
            redisOptions: options,
            scripts: SCRIPTS,
          }),
        )
      : new Redis({
          ...options,
          ...firstOf(settings),
          enableOfflineQueue: false,
          scripts: SCRIPTS,
          retryStrategy: retryStrategyOf(settings),
        });
  return client as unknown as RedisClient; // `scripts` adds the commands that the type names
}

/**
 * A client for reads that may be old. `null` where there is no reader beside a single server: then its primary serves
 * them; and for a cluster, which names its replicas itself.
 */
export function connectReader(settings: RedisSettings, topology: Topology): Redis | null {
  if (topology === "cluster" || !settings.reader) return null;
  const { besideLedger } = profileOf(settings);
  return new Redis({
    ...nodeOptions(settings, "reader"),
    commandTimeout: besideLedger.commandMs,
    socketTimeout: besideLedger.silenceMs,
    ...settings.reader,
    enableOfflineQueue: false,
    retryStrategy: retryStrategyOf(settings),
  });
}

/** Resolves once the client knows its servers, however long that takes, and is connected to those that answer. */
export async function whenReady(client: RedisClient): Promise<void> {
  if (client.status !== "ready") await new Promise((resolve) => client.once("ready", resolve));
  if (!(client instanceof Cluster)) return;
  const connecting = client.nodes("master").filter((server) => server.status !== "ready");
  // One that does not answer is given up with an error, or without.
  const settled = (server: Redis) =>
    Promise.race([once(server, "ready"), once(server, "end")]).catch(() => {});
  await Promise.all(connecting.map(settled));
}

/**
 * Connections stand before they are needed, those to replicas too. The client would open each with its first command, and
 * refuse all others until it stands: after a failover that is a volley of ballots.
 */
function connectEagerly(cluster: Cluster): Cluster {
  // What does not connect is reported as an error of its server, and tried again with the next look at the topology.
  return cluster.on("+node", (server: Redis) => void server.connect().catch(() => {}));
}

/** A client that only listens: one connection per master, each back by itself. */
export function connectSubscriber(settings: RedisSettings, topology: Topology): Cluster | Redis {
  // No socketTimeout: it counts only while a command waits, and a listener waits for none.
  const options = {
    ...credentials(settings),
    connectTimeout: profileOf(settings).listenerConnectMs,
    connectionName: "pollcast-bus",
  };
  if (topology === "single") {
    return new Redis({ ...options, ...firstOf(settings), retryStrategy: retryStrategyOf(settings) });
  }
  return new Cluster([...settings.nodes], {
    ...clusterOptions(settings),
    enableOfflineQueue: true,
    shardedSubscribers: true,
    redisOptions: options,
  });
}

/** Begins to ask the cluster anew who serves what, unless that is being asked. */
export function relearnTopology(client: RedisClient): void {
  if (client instanceof Cluster) client.refreshSlotsCache();
}

/** What `shardOf` says while nobody is known to own the slot, or nothing is connected. */
export const NO_SHARD = "unknown";

/** Which server writes of this key go to, as `host:port`: ballots of the same shard share a pipeline. */
export function shardOf(client: RedisClient, key: string): string {
  if (client instanceof Cluster) return client.slots[calculateSlot(key)]?.[0] ?? NO_SHARD;
  return client.status === "ready" ? `${client.options.host}:${client.options.port}` : NO_SHARD;
}

/** How many replicas the cluster names beside the master of this key; 0: none, or it is not a cluster. */
export function replicasOf(client: RedisClient, key: string): number {
  if (!(client instanceof Cluster)) return 0;
  return Math.max(0, (client.slots[calculateSlot(key)]?.length ?? 0) - 1);
}

function nodeOptions(settings: RedisSettings, role: string) {
  const { connectMs, commands } = profileOf(settings);
  return {
    ...credentials(settings),
    connectionName: `pollcast-${role}`,
    connectTimeout: connectMs,
    commandTimeout: commands.commandMs,
    socketTimeout: commands.silenceMs,
    enableReadyCheck: true,
    maxRetriesPerRequest: 0,
  } satisfies RedisOptions;
}

function clusterOptions(settings: RedisSettings) {
  const { slots } = profileOf(settings);
  return {
    ...CLUSTER_OPTIONS,
    slotsRefreshInterval: slots.everyMs,
    slotsRefreshTimeout: slots.withinMs,
    clusterRetryStrategy: retryStrategyOf(settings),
  } satisfies ClusterOptions;
}

function retryStrategyOf(settings: RedisSettings): (times: number) => number {
  const { stepMs, longestMs, spread } = profileOf(settings).retry;
  return (times) => Math.min(stepMs * times, longestMs) * (1 + spread * Math.random());
}

function firstOf({ nodes }: RedisSettings): RedisAddress {
  return { host: nodes[0]?.host ?? "127.0.0.1", port: nodes[0]?.port ?? 6379 };
}

/** What a connection to any of the servers says of itself, and asks of the server. */
export function credentials({ username, password, tls }: RedisSettings) {
  return {
    // Redis 7.0 does not know this command yet, so no ACL could allow it.
    disableClientInfo: true,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    // Nothing else is said: the name that was dialled, or the address, is the one that the certificate must have.
    ...(tls && { tls: tls.ca === null ? {} : { ca: tls.ca } }),
  };
}
