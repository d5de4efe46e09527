import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { RedisCluster } from "../../infra/local/redis-cluster.ts";
import { connectRedis, whenReady } from "../../server/store/redis/connect-redis.ts";
import { roomKey } from "../../server/store/redis/keys.ts";
import { RedisRoomStore } from "../../server/store/redis/redis-room-store.ts";
import { WAIT_MS } from "../../server/store/redis/replication-watch.ts";
import { Shards } from "../../server/store/redis/shards.ts";
import { startTestCluster } from "../support/redis-cluster.ts";
import { roomOf, stepOf } from "../support/room-fixtures.ts";
import { roomStoreContract, twoNodesOfRooms } from "./room-store-contract.ts";

const MONTH_SECONDS = 30 * 24 * 60 * 60;

let running: RedisCluster | undefined;

/** A test that runs out of time takes every child process with it: the next one gets a cluster of its own. */
async function runningCluster(): Promise<RedisCluster> {
  if (running?.nodes.every((node) => node.answers)) return running;
  await running?.stop();
  // Nobody is to be found dead while a test holds it still.
  running = await startTestCluster({ settings: { "cluster-node-timeout": "10000" } });
  return running;
}

beforeAll(async () => {
  await runningCluster();
}, 30_000);
afterAll(() => running?.stop());

/** One node's clients, as the product has them. */
async function openNode() {
  const nodes = (await runningCluster()).nodes.map(({ host, port }) => ({ host, port }));
  const commands = connectRedis({ nodes }, "cluster", "test");
  const writes = connectRedis({ nodes }, "cluster", "test-writes");
  await Promise.all([commands, writes].map(whenReady));
  const shards = new Shards(writes, {
    hasLedger: false,
    onUnpublished() {},
    onTrouble() {},
    onNoAnswer() {},
  });
  const close = () => {
    commands.disconnect();
    writes.disconnect();
  };
  return { store: new RedisRoomStore(commands, shards), close, [Symbol.dispose]: close };
}

roomStoreContract("Redis Cluster", () => twoNodesOfRooms(() => openNode()));

describe("rooms in Redis without a ledger", () => {
  /** How long (ms) it took. */
  async function timed(work: () => Promise<unknown>): Promise<number> {
    const from = performance.now();
    await work();
    return performance.now() - from;
  }

  test("[Q44] what is answered a replica was waited for, also what stood there already", async () => {
    const cluster = await runningCluster();
    const room = roomOf();
    const replica = await cluster.replicaOf(await cluster.masterOf(roomKey(room.roomId)));
    const ways = [
      ["create", (store: RedisRoomStore) => store.create(room)],
      ["create again", (store: RedisRoomStore) => store.create(room)],
      ["replace", (store: RedisRoomStore) => store.replace(stepOf(room))],
      ["replace again", (store: RedisRoomStore) => store.replace(stepOf(room))],
      ["remove", (store: RedisRoomStore) => store.remove(room.roomId)],
    ] as const;
    const waited: string[] = [];
    for (const [name, write] of ways) {
      // Each on a node that does not know yet that the replica stands still.
      using node = await openNode();
      replica.freeze();
      // Timers and clocks differ by some milliseconds.
      const tookMs = await timed(() => write(node.store)).finally(() => replica.thaw());
      if (tookMs > WAIT_MS - 10) waited.push(name);
    }
    expect(waited).toEqual(ways.map(([name]) => name));
  }, 20_000);

  test("[Q44] what was answered survives its master", async () => {
    const cluster = await runningCluster();
    using node = await openNode();
    const [room, removed] = [roomOf(), roomOf()];
    await node.store.create(room);
    await node.store.create(removed);
    await node.store.replace(stepOf(room));
    await node.store.remove(removed.roomId);
    for (const { roomId } of [room, removed]) {
      const master = await cluster.masterOf(roomKey(roomId));
      await cluster.failover(await cluster.replicaOf(master), "takeover");
      await cluster.settled();
    }
    using late = await openNode();
    expect(await late.store.read(room.roomId)).toEqual(stepOf(room));
    expect(await late.store.read(removed.roomId)).toBeNull();
    expect(await late.store.create(removed)).toBe("taken");
  }, 30_000);

  test("[Q45] a room, and the mark that its code is used up, stay 30 days after the last change", async () => {
    const cluster = await runningCluster();
    using node = await openNode();
    const room = roomOf();
    const key = roomKey(room.roomId);
    const { redis } = await cluster.masterOf(key);
    const secondsLeft = async () => {
      const left = await redis.ttl(key);
      await redis.expire(key, 100);
      return left;
    };
    const changes = [
      () => node.store.create(room),
      () => node.store.replace(stepOf(room)),
      () => node.store.remove(room.roomId),
    ];
    for (const change of changes) {
      await change();
      expect(Math.abs((await secondsLeft()) - MONTH_SECONDS)).toBeLessThan(30);
    }
    expect(await redis.get(key)).not.toContain(room.title);
  });
});
