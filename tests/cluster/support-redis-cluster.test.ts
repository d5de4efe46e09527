import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Cluster } from "ioredis";
import type { RedisCluster } from "../../infra/local/redis-cluster.ts";
import { addShard, migrateSlot } from "../../infra/local/resharding.ts";
import { waitUntil } from "../../infra/local/wait-until.ts";
import { startTestCluster } from "../support/redis-cluster.ts";

let redis: RedisCluster;
let client: Cluster;
let key: string;

beforeAll(async () => {
  redis = await startTestCluster({ clockShiftSeconds: { "redis-6": -5 } });
});

afterAll(() => redis.stop());

beforeEach(() => {
  key = `poll:{${crypto.randomUUID()}}:votes`;
  client = new Cluster(
    redis.nodes.map(({ host, port }) => ({ host, port })),
    { redisOptions: { commandTimeout: 500 }, slotsRefreshInterval: 500 },
  );
  client.on("error", () => {});
});

afterEach(async () => {
  client.disconnect();
  await redis.settled();
});

test("[X2] six nodes start with the settings of the shape, and every client sees every replica", async () => {
  for (const node of redis.nodes) {
    const shards = await node.redis.cluster("SLOTS");
    expect(shards.map(([from, to, ...members]) => [from, to, members.length])).toEqual([
      [0, 5460, 2],
      [5461, 10922, 2],
      [10923, 16383, 2],
    ]);
    const settings = await node.redis.config("GET", "appendonly", "maxmemory-policy", "cluster-*");
    expect(new Map(pairs(settings))).toMatchObject(
      new Map([
        ["appendonly", "yes"],
        ["maxmemory-policy", "noeviction"],
        ["cluster-require-full-coverage", "no"],
        ["cluster-allow-reads-when-down", "yes"],
        ["cluster-node-timeout", "1000"],
      ]),
    );
  }
});

test("[X2] a killed master is replaced and comes back as a replica", async () => {
  await client.hincrby(key, "opt-1", 1);
  const master = await redis.masterOf(key);
  const replica = await redis.replicaOf(master);
  await master.redis.wait(1, 1_000);
  await master.kill9();
  await redis.settled();
  expect(await redis.masterOf(key)).toBe(replica);
  expect(await client.hget(key, "opt-1")).toBe("1");
  await redis.restart(master);
  await redis.settled();
  expect(await redis.replicaOf(replica)).toBe(master);
});

test("[X2] a node that is restarted at once keeps its data or has lost it, as asked", async () => {
  await client.hincrby(key, "opt-1", 1);
  const master = await redis.masterOf(key);
  await redis.restart(master);
  await redis.settled();
  expect(await redis.masterOf(key)).toBe(master);
  expect(await client.hget(key, "opt-1")).toBe("1");
  await redis.restart(master, { data: "lost" });
  await redis.settled();
  expect(await client.hget(key, "opt-1")).toBeNull();
  const replica = await redis.replicaOf(master);
  await waitUntil("the replica has been emptied, too", async () => (await replica.redis.dbsize()) === 0);
});

test("[X2] a replica takes over when told to", async () => {
  const master = await redis.masterOf(key);
  const replica = await redis.replicaOf(master);
  await client.hincrby(key, "opt-1", 1);
  await redis.failover(replica);
  await redis.settled();
  expect(await redis.masterOf(key)).toBe(replica);
  expect(await client.hget(key, "opt-1")).toBe("1");
});

test("[X3] a frozen master is replaced, and gives in when it thaws", async () => {
  const master = await redis.masterOf(key);
  const replica = await redis.replicaOf(master);
  master.freeze();
  await redis.settled();
  expect(await redis.masterOf(key)).toBe(replica);
  master.thaw();
  await redis.settled();
  expect(await redis.replicaOf(replica)).toBe(master);
});

test("[X3] a replica that is cut off loses writes when it is promoted", async () => {
  await client.hincrby(key, "opt-1", 1);
  const master = await redis.masterOf(key);
  const replica = await redis.replicaOf(master);
  await master.redis.wait(1, 1_000);
  await redis.cutReplication(replica);
  await client.hincrby(key, "opt-1", 1);
  expect(await master.redis.wait(1, 50)).toBe(0);
  await master.kill9();
  await redis.settled();
  expect(await replica.redis.hget(key, "opt-1")).toBe("1");
  await redis.mendReplication(replica);
  await redis.restart(master);
});

test("[X3] a replica that was cut off catches up once it is mended", async () => {
  const master = await redis.masterOf(key);
  const replica = await redis.replicaOf(master);
  await redis.cutReplication(replica);
  await client.hincrby(key, "opt-1", 1);
  await redis.mendReplication(replica);
  expect(await master.redis.wait(1, 1_000)).toBe(1);
});

test("[X3] the clock of one node is wrong, and it serves all the same", async () => {
  const slow = redis.nodes.find((node) => node.name === "redis-6");
  if (!slow) throw new Error("no redis-6");
  const [seconds] = await slow.redis.time();
  expect(Math.round(Date.now() / 1000 - Number(seconds))).toBeWithin(4, 7);
});

test("[X4] a shard joins and takes a slot while clients write; no write is lost", async () => {
  await using own = await startTestCluster({ replicasPerMaster: 0 });
  const writer = new Cluster(own.nodes.map(({ host, port }) => ({ host, port })));
  const siblings = Array.from({ length: 50 }, (_, index) => `${key}:${index}`);
  await Promise.all(siblings.map((sibling) => writer.set(sibling, sibling)));
  let written = 0;
  let stopping = false;
  const writing = (async () => {
    while (!stopping) written = await writer.hincrby(key, "opt-1", 1);
  })();
  const { master } = await addShard(own);
  const before = written;
  await migrateSlot(own, key, master);
  await waitUntil("writes go on after the move", () => written > before + 100);
  stopping = true;
  await writing;
  expect(await own.masterOf(key)).toBe(master);
  expect(await master.redis.hget(key, "opt-1")).toBe(`${written}`);
  expect(await Promise.all(siblings.map((sibling) => writer.get(sibling)))).toEqual(siblings);
  writer.disconnect();
});

test("[X5] stopping ends frozen nodes, too, and removes the folder", async () => {
  const own = await startTestCluster({ masters: 1, replicasPerMaster: 1 });
  const pids = own.nodes.map((node) => node.pid);
  const [, folder = ""] = pairs(await own.someNode().redis.config("GET", "dir"))[0] ?? [];
  expect(existsSync(folder)).toBe(true);
  own.nodes[1]?.freeze();
  await own.stop();
  expect(pids.filter(isAlive)).toEqual([]);
  expect(existsSync(folder)).toBe(false);
});

test("[X5] the nodes end with the process that started them, even if that is killed", async () => {
  const module = new URL("../support/redis-cluster.ts", import.meta.url).pathname;
  const folder = await mkdtemp(join(tmpdir(), "pollcast-killed-"));
  const options = { folder, masters: 1, replicasPerMaster: 0 };
  const starter = Bun.spawn([
    process.execPath,
    "-e",
    `const { startTestCluster } = await import(${JSON.stringify(module)});
     const redis = await startTestCluster(${JSON.stringify(options)});
     console.log(redis.nodes.map((node) => node.pid).join());`,
  ]);
  const reader = starter.stdout.getReader();
  const pid = Number(new TextDecoder().decode((await reader.read()).value));
  expect(isAlive(pid)).toBe(true);
  starter.kill("SIGKILL");
  await waitUntil("the node has ended", () => !isAlive(pid));
  await rm(folder, { recursive: true });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** `CONFIG GET` answers name, value, name, value … */
function pairs(answer: unknown): [string, string][] {
  const flat = answer as string[]; // the shape under the client's default "legacy" reply mapping
  return flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1] ?? ""]] : []));
}
