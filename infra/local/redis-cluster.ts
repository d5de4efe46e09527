import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Certificates, makeCertificates } from "./certificates.ts";
import { type SeenNode, servedSlots, servesSlot, slotMap } from "./cluster-view.ts";
import { freePorts } from "./free-ports.ts";
import { askForFailover, type FailoverKind, followsMaster, troubleOf, viewOf } from "./node-state.ts";
import { RedisNode, type RedisUsers, type RestartOptions } from "./redis-node.ts";
import { waitUntil } from "./wait-until.ts";

const SLOTS = 16_384;

export interface RedisClusterOptions {
  /** Kept by `stop`; absent: one in the temporary folder, removed by `stop`. */
  readonly folder?: string;
  readonly masters?: number;
  readonly replicasPerMaster?: number;
  /** Beside and over `redis.conf`, by name, for every node. */
  readonly settings?: Readonly<Record<string, string>>;
  /** A wrong clock from the start: node name → seconds. */
  readonly clockShiftSeconds?: Readonly<Record<string, number>>;
  /** TLS only, with a CA of its own (`certificates`). `names`: whose certificate the nodes have; this machine's unless said. */
  readonly tls?: boolean | { readonly names: readonly string[] };
  /** Users as an `aclfile` has them, `user NAME on >PASSWORD …`; the default one is off then. */
  readonly acl?: readonly string[];
}

/**
 * A Redis Cluster of real `redis-server` processes on this machine, for the local production shape, tests and benches.
 * Masters come first in `nodes` ("redis-1" …), then their replicas in the same order; the roles change with failovers,
 * so ask `masterOf` and `replicaOf`.
 */
export class RedisCluster {
  readonly #nodes: RedisNode[] = [];
  readonly #folder: string;
  readonly #keepFolder: boolean;
  readonly #options: RedisClusterOptions;
  readonly #users: RedisUsers | null;
  #certificates: Certificates | null = null;

  private constructor(folder: string, options: RedisClusterOptions) {
    this.#folder = folder;
    this.#keepFolder = options.folder !== undefined;
    this.#options = options;
    const admin = { username: "admin", password: randomBytes(20).toString("hex") };
    this.#users = options.acl ? { admin, lines: options.acl } : null;
  }

  /** Returns when every node is ready and every replica linked (2 to 3 s with three masters and a replica each). */
  static async start(options: RedisClusterOptions = {}): Promise<RedisCluster> {
    const folder = options.folder ?? (await mkdtemp(join(tmpdir(), "pollcast-redis-")));
    const cluster = new RedisCluster(folder, options);
    try {
      await cluster.#makeCertificates();
      await cluster.#startAll(options.masters ?? 3, options.replicasPerMaster ?? 1);
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  get nodes(): readonly RedisNode[] {
    return this.#nodes;
  }

  /** `host:port,host:port`, as the variable REDIS_NODES takes it. */
  get addresses(): string {
    return this.#nodes.map((node) => node.address).join(",");
  }

  /** Where `tls` is. */
  get certificates(): Certificates {
    if (!this.#certificates) throw new Error("the nodes of this cluster do not speak TLS");
    return this.#certificates;
  }

  /** The node that serves a slot or a key, as those say that answer; the newest claim wins. */
  async masterOf(slotOrKey: number | string): Promise<RedisNode> {
    const slot = await this.slotOf(slotOrKey);
    const owners = (await this.views()).flatMap((view) => view.filter((node) => servesSlot(node, slot)));
    const newest = owners.reduce<SeenNode | null>(
      (best, node) => (best && best.configEpoch >= node.configEpoch ? best : node),
      null,
    );
    if (!newest) throw new Error(`no node serves slot ${slot}`);
    return this.node(newest.id);
  }

  /** A slot is its own slot. */
  async slotOf(slotOrKey: number | string): Promise<number> {
    return typeof slotOrKey === "number" ? slotOrKey : this.someNode().redis.cluster("KEYSLOT", slotOrKey);
  }

  /** Any one that answers. */
  someNode(): RedisNode {
    const found = this.#nodes.find((node) => node.answers);
    if (!found) throw new Error("no node of the cluster answers");
    return found;
  }

  /** A replica of this master that answers. */
  async replicaOf(master: RedisNode): Promise<RedisNode> {
    for (const view of await this.views()) {
      const self = view.find((node) => node.myself);
      if (self?.masterId === master.id) return this.node(self.id);
    }
    throw new Error(`no replica of ${master.name} answers`);
  }

  /** By its id in the cluster. */
  node(id: string): RedisNode {
    const found = this.#nodes.find((node) => node.id === id);
    if (!found) throw new Error(`no node of this cluster has the id ${id}`);
    return found;
  }

  /** What each node that answers believes; nodes that fail to answer while they are asked are left out. */
  async views(): Promise<SeenNode[][]> {
    const asked = this.#nodes.filter((node) => node.answers).map((node) => viewOf(node).catch(() => null));
    return (await Promise.all(asked)).filter((view) => view !== null);
  }

  /** The node comes back with its place in the cluster; what becomes of it there is for `settled` to wait for. */
  async restart(node: RedisNode, options: RestartOptions = {}): Promise<void> {
    await node.restart(options);
  }

  /** Makes a replica the master of its shard; returns when all nodes that answer know. */
  async failover(replica: RedisNode, kind: FailoverKind = "graceful"): Promise<void> {
    await askForFailover(replica, kind);
    await waitUntil(`${replica.name} is a master`, async () =>
      (await this.views()).every((view) =>
        view.some((node) => node.id === replica.id && node.role === "master"),
      ),
    );
  }

  /**
   * Cuts the stream from master to replica, and keeps it cut: the replica stays a healthy member of the cluster and can
   * be promoted with what it had, for as long as Redis finds it fresh enough (ten node timeouts).
   */
  async cutReplication(replica: RedisNode): Promise<void> {
    // No master here knows this password: a replica that offers it is turned away.
    await replica.redis.config("SET", "masterauth", "turned-away");
    await replica.redis.client("KILL", "TYPE", "MASTER");
    await waitUntil(`${replica.name} has lost its master`, async () => !(await followsMaster(replica)));
  }

  /**
   * Undoes `cutReplication`; returns when the replica follows its master again. Needed also after it was promoted: it
   * could not follow anybody later.
   */
  async mendReplication(replica: RedisNode): Promise<void> {
    await replica.redis.config("SET", "masterauth", this.#users?.admin.password ?? "");
    await waitUntil(`${replica.name} follows its master`, () => followsMaster(replica));
  }

  /**
   * Waits until the nodes that answer agree about who serves what, all slots are served by them, nobody they have is
   * missed, and every replica follows its master.
   */
  async settled(timeoutMs = 30_000): Promise<void> {
    await waitUntil(
      "the cluster has settled",
      async () => {
        const trouble = await this.#trouble();
        if (trouble !== null) throw new Error(trouble);
        return true;
      },
      timeoutMs,
    );
  }

  /** The first thing found that is not as `settled` wants it. */
  async #trouble(): Promise<string | null> {
    const present = this.#nodes.filter((node) => node.answers);
    const views = await Promise.all(present.map(viewOf));
    const isPresent = (seen: SeenNode) => present.some((node) => node.id === seen.id);
    const wellSeen = views.map((view) =>
      view.filter((seen) => isPresent(seen) && seen.linked && !seen.failing),
    );
    for (const [index, view] of wellSeen.entries()) {
      const name = present[index]?.name;
      if (view.length < present.length) return `${name} misses ${present.length - view.length} nodes`;
      const served = servedSlots(view);
      if (served !== SLOTS) return `${name} sees ${served} slots served`;
    }
    if (new Set(wellSeen.map(slotMap)).size !== 1) return "the nodes disagree about who serves what";
    const replicasOf = (masterId: string) =>
      wellSeen[0]?.filter((seen) => seen.masterId === masterId).length ?? 0;
    const troubles = await Promise.all(present.map((node) => troubleOf(node, replicasOf)));
    return troubles.find((trouble) => trouble !== null) ?? null;
  }

  /** A node more, started and empty; it knows nobody yet. */
  async addNode(): Promise<RedisNode> {
    const [node] = await this.#newNodes(1);
    if (!node) throw new Error("no node was made");
    await node.knowCluster([node.line("myself,master", "-", 0, "")], 0);
    await node.start();
    return node;
  }

  /** Ends every process, frozen ones too, and removes the folder unless it was given. May be called twice. */
  async stop(): Promise<void> {
    await Promise.all(this.#nodes.map((node) => node.kill9()));
    if (!this.#keepFolder) await rm(this.#folder, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #makeCertificates(): Promise<void> {
    const { tls } = this.#options;
    if (tls) this.#certificates = await makeCertificates(this.#folder, tls === true ? undefined : tls.names);
  }

  /** Every node is told the whole cluster before its first start: no handshakes, no election, always the same layout. */
  async #startAll(masterCount: number, replicasPerMaster: number): Promise<void> {
    const nodes = await this.#newNodes(masterCount * (1 + replicasPerMaster));
    for (const self of nodes) {
      const lines = nodes.map((node, index) => {
        const shard = index % masterCount;
        const me = node === self ? "myself," : "";
        return index < masterCount
          ? node.line(`${me}master`, "-", shard + 1, slotRange(shard, masterCount))
          : node.line(`${me}slave`, nodes[shard]?.id ?? "-", shard + 1, "");
      });
      await self.knowCluster(lines, masterCount);
    }
    await Promise.all(nodes.map((node) => node.start()));
    await this.settled();
  }

  async #newNodes(count: number): Promise<RedisNode[]> {
    const ports = await freePorts(2 * count);
    const made = Array.from({ length: count }, (_, index) => {
      const name = `redis-${this.#nodes.length + index + 1}`;
      return new RedisNode({
        name,
        // Random, so that a leftover of another cluster that finds this port takes the node for a stranger.
        id: randomBytes(20).toString("hex"),
        port: ports[2 * index] ?? 0,
        busPort: ports[2 * index + 1] ?? 0,
        folder: join(this.#folder, name),
        settings: this.#options.settings ?? {},
        clockShiftSeconds: this.#options.clockShiftSeconds?.[name] ?? 0,
        ...(this.#certificates && { tls: this.#certificates }),
        ...(this.#users && { users: this.#users }),
      });
    });
    this.#nodes.push(...made);
    return made;
  }
}

/** The part of all slots that a shard of so many begins with: `0-5460`. */
function slotRange(shard: number, shards: number): string {
  const first = Math.round((shard * SLOTS) / shards);
  return `${first}-${Math.round(((shard + 1) * SLOTS) / shards) - 1}`;
}
