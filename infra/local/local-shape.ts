import { randomBytes } from "node:crypto";
import { freePorts } from "./free-ports.ts";
import { type Haproxy, startHaproxy } from "./haproxy.ts";
import { RedisCluster } from "./redis-cluster.ts";
import { ServerNode } from "./server-node.ts";

export interface LocalShapeOptions {
  /** For logs and data; whoever made it removes it. */
  readonly folder: string;
  /** Started at once; 3 unless said. */
  readonly nodeCount?: number;
  /** Known to HAProxy and not started: for `startNode`. */
  readonly spareNodeCount?: number;
  /** Of the front door. 127.0.0.1 and a free port unless said. */
  readonly host?: string;
  readonly port?: number;
  /** Beside and over what every node is given here. */
  readonly env?: Readonly<Record<string, string>>;
  /** Beside and over `redis.conf`. */
  readonly redisSettings?: Readonly<Record<string, string>>;
}

/** The local production shape: Redis Cluster, nodes that share it, HAProxy before them. */
export interface LocalShape {
  /** The front door. */
  readonly origin: string;
  readonly redis: RedisCluster;
  /** One for each place where one was started, living or dead; `startNode` replaces or adds one here. */
  readonly nodes: readonly ServerNode[];
  readonly haproxy: Haproxy;
  /** Starts a spare node, or one again that has ended. HAProxy finds it by itself. */
  startNode(name: string): Promise<ServerNode>;
  /** Ends every process, whatever state it is in. */
  stop(): Promise<void>;
}

/** Starts all of it and returns when the front door lets visitors in. If a part fails, what had started is ended. */
export async function startLocalShape(options: LocalShapeOptions): Promise<LocalShape> {
  const { folder, nodeCount = 3, spareNodeCount = 0 } = options;
  const toStop: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const end of toStop.splice(0).reverse()) await end();
  };
  try {
    const redis = await RedisCluster.start({ folder, settings: options.redisSettings ?? {} });
    toStop.push(() => redis.stop());
    const nodes = await NodePlaces.reserve(nodeCount + spareNodeCount, folder, {
      REDIS_NODES: redis.addresses,
      SESSION_SECRET: randomBytes(32).toString("hex"),
      TRUST_PROXY: "1",
      ...options.env,
    });
    toStop.push(() => nodes.stop());
    await nodes.startFirst(nodeCount);
    const haproxy = await startHaproxy({ ...options, servers: nodes.servers });
    toStop.push(() => haproxy.stop());
    return {
      origin: haproxy.origin,
      redis,
      nodes: nodes.started,
      haproxy,
      startNode: (name) => nodes.start(name),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Names and ports for nodes, and the nodes that have been started there. */
class NodePlaces {
  readonly #ports: ReadonlyMap<string, number>;
  readonly started: ServerNode[] = [];
  readonly #folder: string;
  readonly #env: Readonly<Record<string, string>>;

  private constructor(
    ports: ReadonlyMap<string, number>,
    folder: string,
    env: Readonly<Record<string, string>>,
  ) {
    this.#ports = ports;
    this.#folder = folder;
    this.#env = env;
  }

  static async reserve(count: number, folder: string, env: Readonly<Record<string, string>>) {
    const ports = await freePorts(count);
    return new NodePlaces(new Map(ports.map((port, index) => [`node-${index + 1}`, port])), folder, env);
  }

  get servers(): { name: string; address: string }[] {
    return [...this.#ports].map(([name, port]) => ({ name, address: `127.0.0.1:${port}` }));
  }

  async start(name: string): Promise<ServerNode> {
    const port = this.#ports.get(name);
    if (port === undefined) throw new Error(`no place for ${name}`);
    const earlier = this.started.findIndex((node) => node.name === name);
    if (earlier >= 0 && this.started[earlier]?.state !== "gone") throw new Error(`${name} has not ended`);
    const node = await ServerNode.start({ name, folder: this.#folder, port, env: this.#env });
    if (earlier >= 0) this.started[earlier] = node;
    else this.started.push(node);
    return node;
  }

  /** Waits for all, also if one fails: `stop` must know those that came up. */
  async startFirst(count: number): Promise<void> {
    const names = [...this.#ports.keys()].slice(0, count);
    const results = await Promise.allSettled(names.map((name) => this.start(name)));
    const failed = results.find((result) => result.status === "rejected");
    if (failed) throw failed.reason;
    this.started.sort((one, other) => one.name.localeCompare(other.name, "en", { numeric: true }));
  }

  async stop(): Promise<void> {
    await Promise.all(this.started.map((node) => node.stop()));
  }
}
