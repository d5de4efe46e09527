import { once } from "node:events";
import calculateSlot from "cluster-key-slot";
import { Cluster, type ClusterOptions, Redis, type RedisOptions } from "ioredis";
import { type RedisClient, SCRIPTS } from "./scripts.ts";

export interface RedisSettings {
  /** `host:port` of one or more servers: of a cluster, of its configuration endpoint, or of a single server. */
  readonly nodes: readonly { readonly host: string; readonly port: number }[];
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/** Whether `nodes` is a cluster or one server is asked of the server, so there is one setting for both. */
export type Topology = "cluster" | "single";

/**
 * Client options that were measured to matter:
 * - `retryDelayOnFailover: 0`, no offline queue: a command whose connection closed is not silently sent again, because a
 *   hidden resend may land after a newer ballot; what to send again is decided by the pipeline, once.
 * - `socketTimeout`: a frozen server closes no socket; without it calls hung until it thawed.
 * - `slotsRefreshInterval`: documented as 5000 but off by default; without it a frozen master is never left.
 */
const NODE_OPTIONS = {
  connectTimeout: 1_000,
  commandTimeout: 2_000,
  socketTimeout: 1_000,
  enableReadyCheck: true,
  maxRetriesPerRequest: 0,
} satisfies RedisOptions;

const CLUSTER_OPTIONS = {
  enableOfflineQueue: false,
  // Asks one server at random, and begins anew where that is not connected yet: with a configuration endpoint, which none
  // of the servers is, for ever. It would also wait for the whole cluster, and one shard must not keep the others waiting.
  enableReadyCheck: false,
  retryDelayOnFailover: 0,
  retryDelayOnClusterDown: 0,
  slotsRefreshInterval: 1_000,
  slotsRefreshTimeout: 500,
  clusterRetryStrategy: retryStrategy,
} satisfies ClusterOptions;

/** Asks the first server that answers whether it is part of a cluster. Rejects if none answers. */
export async function askTopology(settings: RedisSettings): Promise<Topology> {
  let trouble: unknown = new Error("no Redis server is named");
  for (const { host, port } of settings.nodes) {
    const probe = new Redis({
      ...credentials(settings),
      host,
      port,
      lazyConnect: true,
      retryStrategy: () => null,
      connectTimeout: 1_000,
      // A frozen server takes connections and answers nothing.
      socketTimeout: 1_000,
    });
    probe.on("error", () => {});
    try {
      await probe.connect();
      return /cluster_enabled:1/.test(await probe.info("cluster")) ? "cluster" : "single";
    } catch (failed) {
      trouble = failed;
    } finally {
      probe.disconnect();
    }
  }
  throw trouble;
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
  const name = { connectionName: `pollcast-${role}` };
  const options = { ...NODE_OPTIONS, ...timeouts, ...credentials(settings), ...name };
  const client =
    topology === "cluster"
      ? connectEagerly(
          new Cluster([...settings.nodes], { ...CLUSTER_OPTIONS, redisOptions: options, scripts: SCRIPTS }),
        )
      : new Redis({
          ...options,
          ...firstOf(settings),
          enableOfflineQueue: false,
          scripts: SCRIPTS,
          retryStrategy,
        });
  return client as unknown as RedisClient; // `scripts` adds the commands that the type names
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
  const options = { ...credentials(settings), connectTimeout: 1_000, connectionName: "pollcast-bus" };
  if (topology === "single") return new Redis({ ...options, ...firstOf(settings), retryStrategy });
  return new Cluster([...settings.nodes], {
    ...CLUSTER_OPTIONS,
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

function retryStrategy(times: number): number {
  return Math.min(100 * times, 1_000);
}

function firstOf({ nodes }: RedisSettings) {
  return { host: nodes[0]?.host ?? "127.0.0.1", port: nodes[0]?.port ?? 6379 };
}

/** What a connection to any of the servers says of itself. */
export function credentials({ username, password }: RedisSettings) {
  return { ...(username !== undefined && { username }), ...(password !== undefined && { password }) };
}
