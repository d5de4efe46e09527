/** The production shape for tests: six redis-server, nodes, HAProxy. `await using` ends every process, by its id. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LocalShape, startLocalShape } from "../../infra/local/local-shape.ts";
import type { RedisCluster } from "../../infra/local/redis-cluster.ts";
import { ServerNode } from "../../infra/local/server-node.ts";
import { waitUntil } from "../../infra/local/wait-until.ts";
import type { OpsReport } from "../../shared/ops-report.ts";
import { RedisRoad } from "./redis-road.ts";

/** A master that is gone for longer (ms) is replaced: short, so that tests do not wait for what they are not about. */
const NODE_TIMEOUT_MS = 1_000;

/** Tests send faster than any person, and read the log only where something went wrong. */
const USUAL = { LOG_LEVEL: "warn", FRAMES_PER_SECOND: "0" };

export interface TestClusterParts {
  readonly nodeCount?: number;
  /** Beside and over what every node of a test is given. */
  readonly env?: Readonly<Record<string, string>>;
  /** Beside and over `redis.conf` and the short node timeout. */
  readonly redisSettings?: Readonly<Record<string, string>>;
  /** With the ledger; without one unless said. */
  readonly ledger?: boolean;
  /** Each node has its own way to Redis, which can be cut. */
  readonly roads?: boolean;
}

export interface TestCluster extends LocalShape, AsyncDisposable {
  /** The ways to Redis, by name of the node. */
  readonly roads: ReadonlyMap<string, RedisRoad>;
  /** A node that is started beside those behind the balancer, with their settings. Ended with the cluster. */
  addNode(name: string): Promise<ServerNode>;
}

/** About 4 s: a cluster with three masters and a replica each, three nodes unless said. */
export async function startCluster(parts: TestClusterParts = {}): Promise<TestCluster> {
  const folder = await mkdtemp(join(tmpdir(), "pollcast-cluster-"));
  const env = { ...USUAL, SESSION_SECRET: crypto.randomUUID(), ...parts.env };
  const redisSettings = { "cluster-node-timeout": `${NODE_TIMEOUT_MS}`, ...parts.redisSettings };
  const roads = new Map<string, RedisRoad>();
  let roadsBegun = 0;
  const envOf = async (name: string, redis: RedisCluster) => {
    if (!parts.roads) return {};
    const road = roads.get(name) ?? (await RedisRoad.build(redis, roadsBegun++));
    roads.set(name, road);
    return { REDIS_NODES: road.addresses };
  };
  const { nodeCount = 3, ledger = false } = parts;
  const dispose = async () => {
    await Promise.all([...roads.values()].map((road) => road[Symbol.asyncDispose]()));
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const shape = await startLocalShape({ folder, nodeCount, ledger, env, envOf, redisSettings }).catch(
    async (failure: unknown) => {
      await dispose();
      throw failure;
    },
  );
  // Ready is a node also before it has found its stores; what tests begin with is a whole system.
  if (ledger) await Promise.all(shape.nodes.map(atLevelZero));
  const added: ServerNode[] = [];
  const stop = async () => {
    await Promise.all(added.map((node) => node.kill9()));
    await shape.stop();
    await dispose();
  };
  return {
    ...shape,
    roads,
    async addNode(name) {
      const node = await ServerNode.start({ name, folder, env: await shape.envOf(name) });
      added.push(node);
      return node;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** Waits until the node sees Redis and the ledger, and both answer it. */
export async function atLevelZero({ name, origin }: ServerNode): Promise<void> {
  await waitUntil(`${name} is at level 0`, async () => {
    const report = (await (await fetch(`${origin}/api/ops`)).json()) as OpsReport;
    return report.level === 0 && report.ledger?.breaker === "closed" && (report.shards?.length ?? 0) > 0;
  });
}

/** Where a socket of the node or balancer at `origin` is opened. */
export function wsUrlOf(origin: string): string {
  return `${origin.replace("http", "ws")}/ws?protocol=1`;
}
