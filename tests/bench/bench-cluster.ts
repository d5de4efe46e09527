import { RedisCluster } from "../../infra/local/redis-cluster.ts";
import type { RedisSettings } from "../../server/store/redis/connect-redis.ts";
import { bindToCores, CORES } from "./cores.ts";

/** Three masters with a replica each, bound to the cores for Redis; the settings of the local production shape. */
export interface BenchCluster extends AsyncDisposable {
  /** As REDIS_NODES takes them. */
  readonly addresses: string;
  readonly redis: RedisSettings;
  readonly redisPids: readonly number[];
}

export async function startBenchCluster(): Promise<BenchCluster> {
  const cluster = await RedisCluster.start();
  const redisPids = cluster.nodes.map((node) => node.pid);
  for (const pid of redisPids) bindToCores(CORES.redis, pid);
  return {
    addresses: cluster.addresses,
    redis: { nodes: cluster.nodes.map(({ host, port }) => ({ host, port })) },
    redisPids,
    [Symbol.asyncDispose]: () => cluster.stop(),
  };
}
