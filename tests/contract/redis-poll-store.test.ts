import { afterAll, beforeAll } from "bun:test";
import type { RedisCluster } from "../../infra/local/redis-cluster.ts";
import { startTestCluster } from "../support/redis-cluster.ts";
import { pollStoreContract } from "./poll-store-contract.ts";
import { redisHarness } from "./redis-harness.ts";

let cluster: RedisCluster | undefined;

/** A test that runs out of time takes every child process with it: the next one gets a cluster of its own. */
async function runningCluster(): Promise<RedisCluster> {
  if (cluster?.nodes.every((node) => node.answers)) return cluster;
  await cluster?.stop();
  cluster = await startTestCluster();
  return cluster;
}

beforeAll(async () => {
  await runningCluster();
}, 30_000);

afterAll(() => cluster?.stop());

pollStoreContract("Redis Cluster", async () => {
  const nodes = (await runningCluster()).nodes.map(({ host, port }) => ({ host, port }));
  return redisHarness({ nodes }, "cluster");
});
