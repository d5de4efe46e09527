import calculateSlot from "cluster-key-slot";
import type { Redis } from "ioredis";
import { type Finding, judge } from "../../ops/finding.ts";
import type { RedisAddress, RedisSettings } from "./connect-redis.ts";
import { askPatiently } from "./server-facts.ts";

const SLOTS = 16_384;
const KEPT_MS = 5_000;
const WAIT_MS = 500;
/** Tags tried until one is found whose slot is wanted: of 16,384 slots each comes by at last. */
const TAGS_TRIED = 200_000;

interface Shard {
  readonly first: number;
  readonly master: RedisAddress;
  readonly replicas: readonly RedisAddress[];
  readonly slots: number;
}

export interface ExaminedShards {
  /** All that the cluster names. */
  readonly servers: readonly RedisAddress[];
  readonly findings: readonly Finding[];
}

/** Who serves what, as the server at `address` tells it, and whether each master takes a write that a replica has. */
export async function examineShards(settings: RedisSettings, address: string): Promise<ExaminedShards> {
  const colon = address.lastIndexOf(":");
  const asked = { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
  try {
    const shards = await askPatiently(settings, asked, async (server) =>
      shardsOf(await server.cluster("SLOTS"), asked),
    );
    const written = await Promise.all(shards.map((shard) => examineWrite(settings, shard)));
    return {
      servers: shards.flatMap(({ master, replicas }) => [master, ...replicas]),
      findings: [judgeTopology(shards), ...written],
    };
  } catch (trouble) {
    const said = trouble instanceof Error ? trouble.message : String(trouble);
    const action = "see CLUSTER INFO and CLUSTER NODES there";
    return { servers: [], findings: [{ subject: "Redis cluster", state: "failed", said, action }] };
  }
}

function judgeTopology(shards: readonly Shard[]): Finding {
  const served = shards.reduce((sum, { slots }) => sum + slots, 0);
  const replicas = shards.reduce((sum, shard) => sum + shard.replicas.length, 0);
  const bare = shards.filter((shard) => shard.replicas.length === 0).map(({ master }) => nameOf(master));
  const said = `${shards.length} masters, ${replicas} replicas, ${served} of ${SLOTS} slots served`;
  if (served < SLOTS) {
    const action = "start the masters that are missing, or CLUSTER ADDSLOTS: polls of these slots are away";
    return { subject: "Redis cluster", state: "failed", said, action };
  }
  const action = "add a replica to each: without one ballots are acknowledged as `primary` only";
  return judge(
    "Redis cluster",
    bare.length === 0,
    bare.length ? `${said}; no replica: ${bare}` : said,
    action,
  );
}

/** One master takes a write, gives it back and has it confirmed. */
async function examineWrite(settings: RedisSettings, shard: Shard): Promise<Finding> {
  const subject = `Redis shard ${nameOf(shard.master)}`;
  try {
    const confirmed = await askPatiently(settings, shard.master, (server) => writeTo(server, shard));
    const said = `takes writes; ${confirmed} of ${shard.replicas.length} replicas confirm them`;
    const action = "see the replicas' logs: until they keep up a ballot is as safe as one machine";
    return judge(subject, confirmed >= Math.max(1, shard.replicas.length), said, action);
  } catch (trouble) {
    const said = trouble instanceof Error ? trouble.message : String(trouble);
    const action = "see that the user has the rights that `bun run doctor --redis-user` prints";
    return { subject, state: "failed", said, action };
  }
}

async function writeTo(server: Redis, { first, replicas }: Shard): Promise<number> {
  const key = `pollcast:probe:{${tagOf(first)}}`;
  await server.set(key, "doctor", "PX", KEPT_MS);
  const confirmed = await server.wait(Math.max(1, replicas.length), WAIT_MS);
  if ((await server.get(key)) === null) throw new Error("it forgot what was written");
  return confirmed;
}

function tagOf(slot: number): string {
  for (let index = 0; index < TAGS_TRIED; index += 1)
    if (calculateSlot(`${index}`) === slot) return `${index}`;
  throw new Error(`no key was found for slot ${slot}`);
}

/** One for each master, with all its ranges. */
function shardsOf(ranges: readonly unknown[], asked: RedisAddress): Shard[] {
  const shards = new Map<string, Shard>();
  for (const range of ranges as [number, number, ...[string | null, number][]][]) {
    const [first, last, ...servers] = range;
    // Without a name of its own it is the one that was asked.
    const [master, ...replicas] = servers.map(([host, port]) => ({ host: host || asked.host, port }));
    if (!master) continue;
    const known = shards.get(nameOf(master));
    const slots = (known?.slots ?? 0) + last - first + 1;
    shards.set(nameOf(master), { first: known?.first ?? first, master, replicas, slots });
  }
  return [...shards.values()];
}

function nameOf({ host, port }: RedisAddress): string {
  return `${host}:${port}`;
}
