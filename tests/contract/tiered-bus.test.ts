import { afterAll, expect, test } from "bun:test";
import type { RedisNode } from "../../infra/local/redis-node.ts";
import type { PollNews } from "../../server/app/ports.ts";
import { RedisBus } from "../../server/fanout/redis-bus.ts";
import { TieredBus } from "../../server/fanout/tiered-bus.ts";
import { connectSubscriber } from "../../server/store/redis/connect-redis.ts";
import { pollChannels } from "../../server/store/redis/keys.ts";
import type { PollId } from "../../shared/ids.ts";
import { startTestCluster } from "../support/redis-cluster.ts";
import { inTime, waitFor } from "../support/wait-for.ts";

const POLL = "7KQM2D4X" as PollId;
/** Longer than a subscription is waited for, far shorter than a client looks for its servers. */
const JOIN_MS = 1_000;
/** The client learns its servers anew, and the bus tries again. */
const HEALED_MS = 15_000;

const cluster = await startTestCluster();
afterAll(() => cluster.stop());

function openBus() {
  const settings = { nodes: cluster.nodes.map(({ port }) => ({ host: "127.0.0.1", port })) };
  const redis = new RedisBus({
    connect: () => connectSubscriber(settings, "cluster").on("error", () => {}),
    channelsOf: pollChannels,
    onSnapshot: () => {},
    onTrouble: () => {},
  });
  const bus = new TieredBus({ redis: () => redis, isAway: () => false });
  const heard: string[] = [];
  const hear = (news: PollNews) => void heard.push(news.kind === "event" ? news.event : news.kind);
  return { bus, heard, hear, [Symbol.dispose]: () => bus.close() };
}

/** Publishes until it is heard: a subscription that is being made misses what comes before it stands. */
async function hearsRedis(heard: string[]): Promise<void> {
  heard.length = 0;
  const publish = async () => {
    const master = await cluster.masterOf(pollChannels(POLL).system);
    await master.redis.spublish(pollChannels(POLL).system, "hidden").catch(() => 0);
    return heard.includes("hidden");
  };
  await waitFor("news from Redis", publish, HEALED_MS);
}

async function killShard(): Promise<RedisNode[]> {
  const master = await cluster.masterOf(pollChannels(POLL).system);
  const nodes = [master, await cluster.replicaOf(master)];
  await Promise.all(nodes.map((node) => node.kill9()));
  return nodes;
}

async function restart(nodes: readonly RedisNode[]): Promise<void> {
  await Promise.all(nodes.map((node) => cluster.restart(node)));
  await cluster.settled();
}

test("[K95] who joins while the shard is down does not wait for it, and hears it once it is back", async () => {
  const killed = await killShard();
  using parts = openBus();
  await inTime("a join while the shard is down", parts.bus.follow(POLL, parts.hear), JOIN_MS);
  parts.bus.tell({ kind: "event", pollId: POLL, event: "closed" });
  expect(parts.heard).toEqual(["closed"]);
  await restart(killed);
  await hearsRedis(parts.heard);
}, 60_000);

test("[K95] who followed before the shard went down hears it again once it is back", async () => {
  using parts = openBus();
  await parts.bus.follow(POLL, parts.hear);
  await hearsRedis(parts.heard);
  await restart(await killShard());
  parts.bus.subscribeAgain();
  await hearsRedis(parts.heard);
}, 60_000);

test("[K95] who joins while all of Redis is down does not wait for it either", async () => {
  await Promise.all(cluster.nodes.map((node) => node.kill9()));
  using parts = openBus();
  await inTime("a join while Redis is down", parts.bus.follow(POLL, parts.hear), JOIN_MS);
  await restart(cluster.nodes);
  await hearsRedis(parts.heard);
}, 60_000);
