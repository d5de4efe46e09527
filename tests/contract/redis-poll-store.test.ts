import { afterAll, beforeAll } from "bun:test";
import { RedisCluster } from "../../infra/local/redis-cluster.ts";
import { pollStoreContract } from "./poll-store-contract.ts";
import { redisHarness } from "./redis-harness.ts";

let cluster: RedisCluster;

beforeAll(async () => {
  cluster = await RedisCluster.start();
}, 30_000);

afterAll(() => cluster?.stop());

pollStoreContract("Redis Cluster", () => {
  const nodes = cluster.addresses.split(",").map((address) => {
    const [host = "", port] = address.split(":");
    return { host, port: Number(port) };
  });
  return redisHarness({ nodes }, "cluster");
});
