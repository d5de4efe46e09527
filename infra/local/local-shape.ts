import { randomBytes } from "node:crypto";
import { freePorts } from "./free-ports.ts";
import { type Haproxy, startHaproxy } from "./haproxy.ts";
import { RedisCluster } from "./redis-cluster.ts";
import { ServerNode } from "./server-node.ts";

export interface LocalShapeOptions {
  /** For logs and data; whoever made it removes it. */
  readonly folder: string;
  readonly nodeCount?: number;
  /** Of the front door. 127.0.0.1 and a free port unless said. */
  readonly host?: string;
  readonly port?: number;
  /** Beside and over what every node is given here. */
  readonly env?: Readonly<Record<string, string>>;
  /** Beside and over `redis.conf`. */
  readonly redisSettings?: Readonly<Record<string, string>>;
}

/** The local production shape: Redis Cluster, nodes, HAProxy before them. */
export interface LocalShape {
  /** The front door. */
  readonly origin: string;
  readonly redis: RedisCluster;
  readonly nodes: readonly ServerNode[];
  readonly haproxy: Haproxy;
  /** Ends every process, whatever state it is in. */
  stop(): Promise<void>;
}

/** Starts all of it and returns when the front door lets visitors in. If a part fails, what had started is ended. */
export async function startLocalShape(options: LocalShapeOptions): Promise<LocalShape> {
  const { folder, nodeCount = 3 } = options;
  const toStop: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const end of toStop.splice(0).reverse()) await end();
  };
  try {
    const redis = await RedisCluster.start({ folder, settings: options.redisSettings ?? {} });
    toStop.push(() => redis.stop());
    const env = {
      REDIS_NODES: redis.addresses,
      SESSION_SECRET: randomBytes(32).toString("hex"),
      TRUST_PROXY: "1",
      ...options.env,
    };
    const ports = await freePorts(nodeCount);
    const starting = ports.map((port, index) =>
      ServerNode.start({ name: `node-${index + 1}`, folder, port, env }),
    );
    const started = await Promise.allSettled(starting);
    const nodes = started.filter((result) => result.status === "fulfilled").map((result) => result.value);
    toStop.push(() => Promise.all(nodes.map((node) => node.stop())));
    const failed = started.find((result) => result.status === "rejected");
    if (failed) throw failed.reason;
    const haproxy = await startHaproxy({ ...options, servers: nodes });
    toStop.push(() => haproxy.stop());
    return { origin: haproxy.origin, redis, nodes, haproxy, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
