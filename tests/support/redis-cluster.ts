import { RedisCluster, type RedisClusterOptions } from "../../infra/local/redis-cluster.ts";

/** A master that is gone for longer (ms) is replaced: short, so that tests do not wait for what they are not about. */
const NODE_TIMEOUT_MS = 1_000;

/** Three masters with a replica each in a temporary folder, ready (about 2 s). To be stopped: `await using`, or `stop`. */
export function startTestCluster({ settings, ...options }: RedisClusterOptions = {}): Promise<RedisCluster> {
  return RedisCluster.start({
    ...options,
    settings: { "cluster-node-timeout": `${NODE_TIMEOUT_MS}`, ...settings },
  });
}
