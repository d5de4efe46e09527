import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LocalLedger } from "../../infra/local/local-ledger.ts";
import { RedisCluster } from "../../infra/local/redis-cluster.ts";
import type { RedisSettings } from "../../server/store/redis/connect-redis.ts";
import { bindToCores, CORES } from "./cores.ts";

/** Three masters with a replica each, bound to the cores for Redis; the settings of the local production shape. */
export interface BenchCluster extends AsyncDisposable {
  /** As REDIS_NODES takes them. */
  readonly addresses: string;
  readonly redis: RedisSettings;
  /** What a node is told to have a ledger beneath it: DynamoDB in memory, on the cores for Redis. */
  readonly ledger: Readonly<Record<string, string>>;
  readonly redisPids: readonly number[];
}

export async function startBenchCluster(): Promise<BenchCluster> {
  const folder = await mkdtemp(join(tmpdir(), "pollcast-bench-"));
  const [cluster, ledger] = await Promise.all([RedisCluster.start(), LocalLedger.start(folder)]);
  bindToCores(CORES.redis, ledger.pid);
  const redisPids = cluster.nodes.map((node) => node.pid);
  for (const pid of redisPids) bindToCores(CORES.redis, pid);
  return {
    addresses: cluster.addresses,
    redis: { nodes: cluster.nodes.map(({ host, port }) => ({ host, port })) },
    ledger: ledger.env,
    redisPids,
    async [Symbol.asyncDispose]() {
      await Promise.all([cluster.stop(), ledger.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
