import { setTimeout as pause } from "node:timers/promises";
import type { Redis } from "ioredis";
import type { ProbedShard } from "../tiers/health.ts";
import {
  askTopology,
  connectReader,
  connectRedis,
  NO_SHARD,
  profileOf,
  type RedisSettings,
  shardOf,
  type Topology,
  whenReady,
} from "./connect-redis.ts";
import type { RedisClient } from "./scripts.ts";
import { ShardProbes } from "./shard-probes.ts";

/** How often a Redis that does not answer is asked again (ms). */
const ASK_AGAIN_MS = 500;

export interface RedisClients {
  /** For everything but ballots. */
  readonly commands: RedisClient;
  /** For what waits for a replica: WAIT blocks its connection. */
  readonly ballots: RedisClient;
  /** For reads that may be old, beside a single server; a cluster's replicas are among the servers of `commands`. */
  readonly reader: Redis | null;
}

export interface RedisLinkPorts {
  readonly settings: RedisSettings;
  /** Told of every connection that could not be made or broke. */
  readonly onError: (error: Error) => void;
  readonly onConnected: (clients: RedisClients) => void;
}

/** The way to Redis for a node that starts in any weather: made in the background, however long that takes. */
export class RedisLink {
  /** Resolves once a server has answered; stays pending where none ever does. */
  readonly found: Promise<Topology>;
  readonly #ports: RedisLinkPorts;
  readonly #all: Pick<RedisClient, "disconnect">[] = [];
  /** Once they are connected. */
  #clients: RedisClients | null = null;
  #probes: ShardProbes | null = null;
  #closed = false;

  constructor(ports: RedisLinkPorts) {
    this.#ports = ports;
    const { promise, resolve } = Promise.withResolvers<Topology>();
    this.found = promise;
    void this.#find(resolve);
  }

  /** `host:port` of the master that has this key; `null` while none is known. */
  shardOf(key: string): string | null {
    if (!this.#clients) return null;
    const shard = shardOf(this.#clients.ballots, key);
    return shard === NO_SHARD ? null : shard;
  }

  /** The masters as they are known now, each with its own way to be probed; empty until Redis was found. */
  shards(): readonly ProbedShard[] {
    return this.#probes?.shards() ?? [];
  }

  close(): void {
    this.#closed = true;
    this.#probes?.close();
    for (const client of this.#all) client.disconnect();
  }

  async #find(found: (topology: Topology) => void): Promise<void> {
    while (!this.#closed) {
      try {
        const topology = await askTopology(this.#ports.settings);
        found(topology);
        return await this.#connect(topology);
      } catch (trouble) {
        this.#ports.onError(trouble as Error); // what a client rejects with
        await pause(ASK_AGAIN_MS);
      }
    }
  }

  async #connect(topology: Topology): Promise<void> {
    if (this.#closed) return;
    const { settings, onError, onConnected } = this.#ports;
    const { besideLedger } = profileOf(settings);
    // With a ledger there is another way, so a silent server is left sooner.
    const timeouts = { commandTimeout: besideLedger.commandMs, socketTimeout: besideLedger.silenceMs };
    const connect = (role: string) => {
      const client = connectRedis(settings, topology, role, timeouts);
      this.#all.push(client.on("error", onError));
      return client;
    };
    const reader = connectReader(settings, topology);
    // Nobody waits for it: without it a read that may be old finds no answer.
    if (reader) this.#all.push(reader.on("error", onError));
    const clients = { commands: connect("commands"), ballots: connect("ballots"), reader };
    await Promise.all([whenReady(clients.commands), whenReady(clients.ballots)]);
    if (this.#closed) return;
    this.#clients = clients;
    this.#probes = new ShardProbes(settings, clients.commands);
    onConnected(clients);
  }
}
