import { afterAll, afterEach, beforeAll, beforeEach } from "bun:test";
import type { RedisCluster } from "../../infra/local/redis-cluster.ts";
import { RedisRoomBus } from "../../server/fanout/redis-room-bus.ts";
import { hintPorts } from "../../server/open-rooms.ts";
import type { DynamoSettings } from "../../server/store/dynamo/connect-dynamo.ts";
import { DynamoLedger } from "../../server/store/dynamo/dynamo-ledger.ts";
import { DynamoRoomStore } from "../../server/store/dynamo/dynamo-room-store.ts";
import type { RedisSettings } from "../../server/store/redis/connect-redis.ts";
import { RedisRoomCopies } from "../../server/store/redis/redis-room-copies.ts";
import { RedisTier } from "../../server/store/redis/redis-tier.ts";
import { LEDGER } from "../../server/store/tiers/health.ts";
import { LedgeredRoomStore } from "../../server/store/tiers/ledgered-room-store.ts";
import { newRoomId } from "../../shared/ids.ts";
import { startDynamo, type TestDynamo } from "../support/dynalite.ts";
import { startTestCluster } from "../support/redis-cluster.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";
import { waitFor } from "../support/wait-for.ts";
import { HandBreakers } from "./redis-tier-bench.ts";

export interface RoomNodeParts {
  readonly redis: RedisSettings;
  readonly dynamo: DynamoSettings;
}

/** What one node has for its rooms, put together as `open-rooms.ts` does, with breakers that a test opens. */
export class RoomNode {
  readonly breakers = new HandBreakers();
  readonly store: LedgeredRoomStore;
  readonly ledger: DynamoRoomStore;
  readonly copies: RedisRoomCopies;
  readonly bus: RedisRoomBus;
  /** What could not be done behind the scenes. */
  readonly troubles: string[] = [];
  /** How far (ms) this node's clock is ahead. */
  aheadMs = 0;
  readonly #tier: RedisTier;
  readonly #ledger: DynamoLedger;

  constructor({ redis, dynamo }: RoomNodeParts) {
    const onTrouble = (doing: string) => void this.troubles.push(doing);
    this.#tier = new RedisTier({ settings: redis, breakers: this.breakers, onTrouble, onError() {} });
    this.#ledger = new DynamoLedger({
      settings: dynamo,
      ballotRetentionDays: 1,
      isAway: () => this.breakers.isOpen(LEDGER),
    });
    this.ledger = new DynamoRoomStore(this.#ledger.table);
    this.copies = new RedisRoomCopies(this.#tier.connection);
    this.store = new LedgeredRoomStore({
      ledger: this.ledger,
      copies: this.copies,
      onTrouble,
      now: () => performance.now() + this.aheadMs,
    });
    this.bus = new RedisRoomBus(hintPorts(this.#tier, redis));
  }

  /** Resolves when every shard can be asked. */
  async findsRedis(): Promise<void> {
    const probes = Array.from({ length: 12 }, () => newRoomId());
    await waitFor(
      "the shards to be found",
      () => probes.every((roomId) => !this.copies.isAway(roomId)),
      10_000,
    );
  }

  async close(): Promise<void> {
    await this.store.close();
    this.bus.close();
    await this.#tier.close();
    await this.#ledger.close();
  }
}

/** Both stores, real, and a way to break each: a cluster for all tests of a `describe`. Make it within `describe`. */
export class RoomStage {
  readonly #nodes: RoomNode[] = [];
  #cluster: RedisCluster | undefined;
  #dynamo: TestDynamo | undefined;
  #way: TcpProxy | undefined;

  constructor() {
    beforeAll(async () => {
      // Nobody is to be found dead while a test holds it still.
      const settings = { "cluster-node-timeout": "10000" };
      [this.#cluster, this.#dynamo] = await Promise.all([startTestCluster({ settings }), startDynamo()]);
      this.#way = await TcpProxy.start({ host: this.#dynamo.host, port: this.#dynamo.port });
    }, 30_000);
    afterAll(async () => {
      await this.#way?.stop();
      await Promise.all([this.#cluster?.stop(), this.#dynamo?.[Symbol.asyncDispose]()]);
    });
    beforeEach(() => this.database.pass());
    afterEach(async () => {
      this.database.pass();
      for (const server of this.cluster.nodes) server.thaw();
      await Promise.all(this.#nodes.splice(0).map((node) => node.close()));
    }, 20_000);
  }

  get cluster(): RedisCluster {
    return must(this.#cluster);
  }

  /** The way of all nodes to DynamoDB. */
  get database(): TcpProxy {
    return must(this.#way);
  }

  /** A node that has begun to look for its stores. */
  start(parts: Partial<RoomNodeParts> = {}): RoomNode {
    const node = new RoomNode({
      redis: { nodes: this.cluster.nodes.map(({ host, port }) => ({ host, port })) },
      dynamo: { ...must(this.#dynamo).settings, endpoint: `http://127.0.0.1:${this.database.port}` },
      ...parts,
    });
    this.#nodes.push(node);
    return node;
  }

  async open(): Promise<RoomNode> {
    const node = this.start();
    await node.findsRedis();
    return node;
  }
}

function must<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error("It is there only while tests run.");
  return value;
}
