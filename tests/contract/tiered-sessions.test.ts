import { afterAll, beforeAll } from "bun:test";
import type { RedisCluster } from "../../infra/local/redis-cluster.ts";
import { startDynamo, type TestDynamo } from "../support/dynalite.ts";
import { steppableClock } from "../support/fixtures.ts";
import { startTestCluster } from "../support/redis-cluster.ts";
import { waitFor } from "../support/wait-for.ts";
import { newSessionId } from "./session-tier-bench.ts";
import { sessionStoreContract } from "./tiered-sessions-contract.ts";
import { SessionNode } from "./tiered-sessions-node.ts";

let dynamo: TestDynamo;
let cluster: RedisCluster;

beforeAll(async () => {
  [dynamo, cluster] = await Promise.all([startDynamo(), startTestCluster()]);
}, 30_000);

afterAll(async () => {
  await Promise.all([dynamo[Symbol.asyncDispose](), cluster.stop()]);
});

async function open(redis: { nodes: { host: string; port: number }[] } | null) {
  // Redis deletes by its own clock, so this one begins with it.
  const clock = steppableClock(Date.now());
  const settings = await dynamo.makeTable();
  const [one, other] = [0, 1].map(() => new SessionNode({ redis, dynamo: settings, clock: clock.now }));
  if (!one || !other) throw new Error("two nodes were opened");
  const isNormal = (node: SessionNode) => node.levelOf(newSessionId()) === 0;
  for (const node of [one, other]) await waitFor("the stores to be found", () => isNormal(node));
  return {
    nodes: [one.sessions, other.sessions] as const,
    clock,
    async dispose() {
      await Promise.all([one.close(), other.close()]);
      const troubles = [...one.troubles, ...other.troubles];
      if (troubles.length > 0) throw new Error(troubles.join("\n"));
    },
  };
}

sessionStoreContract("Redis above DynamoDB", () =>
  open({ nodes: cluster.nodes.map(({ host, port }) => ({ host, port })) }),
);

sessionStoreContract("DynamoDB alone", () => open(null));
