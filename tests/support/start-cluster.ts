/** The production shape for tests: six redis-server, nodes, HAProxy. `await using` ends every process, by its id. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LocalShape, startLocalShape } from "../../infra/local/local-shape.ts";
import { ServerNode } from "../../infra/local/server-node.ts";

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
}

export interface TestCluster extends LocalShape, AsyncDisposable {
  /** A node that is started beside those behind the balancer, with their settings. Ended with the cluster. */
  addNode(name: string): Promise<ServerNode>;
}

/** About 4 s: a cluster with three masters and a replica each, three nodes unless said. */
export async function startCluster(parts: TestClusterParts = {}): Promise<TestCluster> {
  const folder = await mkdtemp(join(tmpdir(), "pollcast-cluster-"));
  const env = { ...USUAL, SESSION_SECRET: crypto.randomUUID(), ...parts.env };
  const redisSettings = { "cluster-node-timeout": `${NODE_TIMEOUT_MS}`, ...parts.redisSettings };
  const removeFolder = () => rm(folder, { recursive: true, force: true, maxRetries: 5 });
  const shape = await startLocalShape({ folder, nodeCount: parts.nodeCount ?? 3, env, redisSettings }).catch(
    async (failure: unknown) => {
      await removeFolder();
      throw failure;
    },
  );
  const added: ServerNode[] = [];
  const stop = async () => {
    await Promise.all(added.map((node) => node.kill9()));
    await shape.stop();
    await removeFolder();
  };
  return {
    ...shape,
    async addNode(name) {
      const redis = { REDIS_NODES: shape.redis.addresses, TRUST_PROXY: "1" };
      const node = await ServerNode.start({ name, folder, env: { ...redis, ...env } });
      added.push(node);
      return node;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** Where a socket of the node or balancer at `origin` is opened. */
export function wsUrlOf(origin: string): string {
  return `${origin.replace("http", "ws")}/ws?protocol=1`;
}
