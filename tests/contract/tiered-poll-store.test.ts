import { afterAll, beforeAll } from "bun:test";
import type { RedisCluster } from "../../infra/local/redis-cluster.ts";
import { startDynamo, type TestDynamo } from "../support/dynalite.ts";
import { startTestCluster } from "../support/redis-cluster.ts";
import { pollStoreContract } from "./poll-store-contract.ts";
import { tieredHarness } from "./tiered-harness.ts";

let dynamo: TestDynamo;
let cluster: RedisCluster;

beforeAll(async () => {
  [dynamo, cluster] = await Promise.all([startDynamo(), startTestCluster()]);
}, 30_000);

afterAll(async () => {
  await Promise.all([dynamo[Symbol.asyncDispose](), cluster.stop()]);
});

pollStoreContract("Redis above a ledger", async () =>
  tieredHarness(await dynamo.makeTable(), { nodes: cluster.nodes.map(({ host, port }) => ({ host, port })) }),
);
