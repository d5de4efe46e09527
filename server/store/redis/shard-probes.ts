import calculateSlot from "cluster-key-slot";
import { Cluster, Redis } from "ioredis";
import type { ProbedShard } from "../tiers/health.ts";
import { credentials, profileOf, type RedisAddress, type RedisSettings } from "./connect-redis.ts";
import type { RedisClient } from "./scripts.ts";

const PROBE_KEPT_MS = 5_000;
/** Tags tried until one is found whose slot a master has: enough for a master with a few dozen slots. */
const TAGS_TRIED = 5_000;

/** Masters with their replicas, as a client knows them, probed over connections that carry nothing else. */
export class ShardProbes {
  readonly #settings: RedisSettings;
  /** Knows who serves what. */
  readonly #client: RedisClient;
  /** By `host:port`, and apart for reading from a replica: a server may change its role. */
  readonly #connections = new Map<string, Redis>();
  /** By master: what makes a key one of its own. */
  readonly #tags = new Map<string, string>();
  #probed = 0;

  constructor(settings: RedisSettings, client: RedisClient) {
    this.#settings = settings;
    this.#client = client;
  }

  /** One for each master that has slots. Connections to servers that are no longer named are let go. */
  shards(): readonly ProbedShard[] {
    const replicasOf = this.#servers();
    const named = new Set([...replicasOf].flat(2));
    for (const [name, connection] of this.#connections) {
      if (named.has(addressIn(name))) continue;
      connection.disconnect();
      this.#connections.delete(name);
    }
    return [...replicasOf].map(([name, replicas]) => ({
      name,
      probe: () => this.#probe(name),
      probeReplica: () => this.#probeReplica(name, replicas),
    }));
  }

  close(): void {
    for (const connection of this.#connections.values()) connection.disconnect();
    this.#connections.clear();
  }

  #servers(): Map<string, readonly string[]> {
    if (!(this.#client instanceof Cluster)) {
      const { host, port } = this.#client.options;
      const { reader } = this.#settings;
      return new Map([[`${host}:${port}`, reader ? [nameOf(reader)] : []]]);
    }
    const servers = new Map<string, readonly string[]>();
    for (const names of this.#client.slots) {
      const [master, ...replicas] = names ?? [];
      if (master && replicas.length >= (servers.get(master)?.length ?? 0)) servers.set(master, replicas);
    }
    return servers;
  }

  async #probe(master: string): Promise<void> {
    const key = this.#keyOf(master);
    const connection = this.#connectionTo(master, false);
    this.#probed += 1;
    const written = `${this.#probed}`;
    // One after the other: sent together they would share one timeout, and hide which of them is slow.
    await connection.ping();
    if (key === null) return;
    await connection.set(key, written, "PX", PROBE_KEPT_MS);
    const read = await connection.get(key);
    // Another node may have written meanwhile; nothing at all is a write that was lost.
    if (read === null) throw new Error(`${master} forgot what was written`);
  }

  async #probeReplica(master: string, replicas: readonly string[]): Promise<void> {
    const key = this.#keyOf(master);
    const reads = replicas.map((replica) => {
      const connection = this.#connectionTo(replica, true);
      return key === null ? connection.ping() : connection.get(key);
    });
    await Promise.any(reads);
  }

  /** A key in one of the slots of this master; `null` if none was found. */
  #keyOf(master: string): string | null {
    if (!(this.#client instanceof Cluster)) return "pollcast:probe";
    const { slots } = this.#client;
    const isOwn = (tag: string) => slots[calculateSlot(tag)]?.[0] === master;
    let tag = this.#tags.get(master);
    if (tag === undefined || !isOwn(tag)) {
      tag = Array.from({ length: TAGS_TRIED }, (_, index) => `${index}`).find(isOwn);
      if (tag === undefined) return null;
      this.#tags.set(master, tag);
    }
    return `pollcast:probe:{${tag}}`;
  }

  #connectionTo(address: string, isReplica: boolean): Redis {
    const name = isReplica ? `replica ${address}` : address;
    const known = this.#connections.get(name);
    if (known) return known;
    const colon = address.lastIndexOf(":");
    const { probeMs } = profileOf(this.#settings);
    const connection = new Redis({
      ...credentials(this.#settings),
      host: address.slice(0, colon),
      port: Number(address.slice(colon + 1)),
      connectionName: "pollcast-probe",
      readOnly: isReplica,
      connectTimeout: probeMs,
      commandTimeout: probeMs,
      socketTimeout: 2 * probeMs,
      maxRetriesPerRequest: 0,
      retryStrategy: () => probeMs,
    });
    // What is wrong is said by the probes themselves.
    connection.on("error", () => {});
    this.#connections.set(name, connection);
    return connection;
  }
}

function nameOf({ host, port }: RedisAddress): string {
  return `${host}:${port}`;
}

function addressIn(name: string): string {
  return name.replace(/^replica /, "");
}
