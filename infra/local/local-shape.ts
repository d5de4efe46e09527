import { randomBytes } from "node:crypto";
import { freePorts } from "./free-ports.ts";
import { type Haproxy, startHaproxy } from "./haproxy.ts";
import { LocalLedger } from "./local-ledger.ts";
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
  /** With the ledger; without one unless said. */
  readonly ledger?: boolean;
  /** Beside and over what every node is given here. */
  readonly env?: Readonly<Record<string, string>>;
  /** Over that, for one node: how it alone is to see the others. */
  readonly envOf?: (name: string, redis: RedisCluster) => Promise<Readonly<Record<string, string>>>;
  /** Beside and over `redis.conf`. */
  readonly redisSettings?: Readonly<Record<string, string>>;
}

/** The local production shape: Redis Cluster, perhaps the ledger, nodes that share them, HAProxy before them. */
export interface LocalShape {
  /** The front door. */
  readonly origin: string;
  readonly redis: RedisCluster;
  readonly ledger: LocalLedger | null;
  /** One for each place where one was started, living or dead; `startNode` replaces or adds one here. */
  readonly nodes: readonly ServerNode[];
  readonly haproxy: Haproxy;
  /** Starts a spare node, or one again that has ended. HAProxy finds it by itself. */
  startNode(name: string): Promise<ServerNode>;
  /** The whole configuration of a node of this name, but its address. */
  envOf(name: string): Promise<Readonly<Record<string, string>>>;
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
    const ledger = options.ledger ? await LocalLedger.start(folder) : null;
    toStop.push(async () => ledger?.stop());
    const secret = randomBytes(32).toString("hex");
    const envOf = async (name: string) => ({
      REDIS_NODES: redis.addresses,
      SESSION_SECRET: secret,
      TRUST_PROXY: "1",
      ...(await ledger?.envOf(name)),
      ...options.env,
      ...(await options.envOf?.(name, redis)),
    });
    const nodes = await NodePlaces.reserve(nodeCount + spareNodeCount, folder, envOf);
    toStop.push(() => nodes.stop());
    await nodes.startFirst(nodeCount);
    const haproxy = await startHaproxy({ ...options, servers: nodes.servers });
    toStop.push(() => haproxy.stop());
    return {
      origin: haproxy.origin,
      redis,
      ledger,
      nodes: nodes.started,
      haproxy,
      startNode: (name) => nodes.start(name),
      envOf,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

type EnvironmentOf = (name: string) => Promise<Readonly<Record<string, string>>>;

/** Names and ports for nodes, and the nodes that have been started there. */
class NodePlaces {
  readonly #ports: ReadonlyMap<string, number>;
  readonly started: ServerNode[] = [];
  readonly #folder: string;
  readonly #envOf: EnvironmentOf;

  private constructor(ports: ReadonlyMap<string, number>, folder: string, envOf: EnvironmentOf) {
    this.#ports = ports;
    this.#folder = folder;
    this.#envOf = envOf;
  }

  static async reserve(count: number, folder: string, envOf: EnvironmentOf) {
    const ports = await freePorts(count);
    return new NodePlaces(new Map(ports.map((port, index) => [`node-${index + 1}`, port])), folder, envOf);
  }

  get servers(): { name: string; address: string }[] {
    return [...this.#ports].map(([name, port]) => ({ name, address: `127.0.0.1:${port}` }));
  }

  async start(name: string): Promise<ServerNode> {
    const port = this.#ports.get(name);
    if (port === undefined) throw new Error(`no place for ${name}`);
    const earlier = this.started.findIndex((node) => node.name === name);
    if (earlier >= 0 && this.started[earlier]?.state !== "gone") throw new Error(`${name} has not ended`);
    const node = await ServerNode.start({ name, folder: this.#folder, port, env: await this.#envOf(name) });
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
