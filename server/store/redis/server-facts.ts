/** What one Redis server tells of itself, asked over a connection of its own. */
import type { Redis } from "ioredis";
import { typicalMs } from "../../ops/finding.ts";
import { askOne, type RedisAddress, type RedisSettings } from "./connect-redis.ts";

export interface ServerFacts {
  /** `host:port` as it was dialled. */
  readonly address: string;
  readonly p50Ms: number;
  /** How far its clock is before ours (ms). */
  readonly clockMs: number;
  readonly version: string;
  readonly isCluster: boolean;
  readonly role: "master" | "replica";
  /** Of a replica: whether the link to its master stands. */
  readonly isLinked: boolean;
  readonly maxmemoryPolicy: string;
  readonly hasAppendOnlyFile: boolean;
  /** By name; `null`: whoever asks may not know, or a managed service does not tell. */
  readonly settings: ReadonlyMap<string, string> | null;
}

/** Longer than a node waits: what is slow is to be seen, not given up (ms). */
const PATIENCE_MS = 5_000;
const SETTINGS = ["cluster-require-full-coverage", "cluster-allow-reads-when-down", "appendonly"];

/** Rejects with one line for an operator. */
export function askServer(settings: RedisSettings, address: RedisAddress): Promise<ServerFacts> {
  return askOne(settings, address, (server) => factsOf(server, address), PATIENCE_MS);
}

/** Asks anything of one server, as patiently. Rejects with one line for an operator. */
export function askPatiently<Answer>(
  settings: RedisSettings,
  address: RedisAddress,
  ask: (server: Redis) => Promise<Answer>,
): Promise<Answer> {
  return askOne(settings, address, ask, PATIENCE_MS);
}

async function factsOf(server: Redis, { host, port }: RedisAddress): Promise<ServerFacts> {
  const p50Ms = await typicalMs(() => server.ping());
  const clockMs = await clockOf(server);
  const info = parse(await server.info());
  return {
    address: `${host}:${port}`,
    p50Ms,
    clockMs,
    version: info.get("redis_version") ?? "unknown",
    isCluster: info.get("cluster_enabled") === "1",
    role: info.get("role") === "slave" ? "replica" : "master",
    isLinked: info.get("master_link_status") === "up",
    maxmemoryPolicy: info.get("maxmemory_policy") ?? "unknown",
    hasAppendOnlyFile: info.get("aof_enabled") === "1",
    settings: await settingsOf(server),
  };
}

/** The middle of the way there and back counts as now. */
async function clockOf(server: Redis): Promise<number> {
  const askedAt = Date.now();
  const [seconds = 0, microseconds = 0] = await server.time();
  const now = (askedAt + Date.now()) / 2;
  return Number(seconds) * 1_000 + Number(microseconds) / 1_000 - now;
}

async function settingsOf(server: Redis): Promise<ReadonlyMap<string, string> | null> {
  const found = new Map<string, string>();
  for (const name of SETTINGS) {
    // The least rights do not have it, and a managed service renames it.
    const answer = (await server.config("GET", name).catch(() => null)) as string[] | null; // legacy shape
    if (answer === null) return null;
    if (answer[1] !== undefined) found.set(name, answer[1]);
  }
  return found;
}

/** The lines of INFO, by name. */
function parse(info: string): Map<string, string> {
  const lines = info.split("\r\n").filter((line) => line.includes(":"));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]));
}
