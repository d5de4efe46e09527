/** Rooms in the ledger with copies in Redis, on good days and on bad ones. */
import { describe, expect, test } from "bun:test";
import { Outage } from "../../server/app/outage.ts";
import type { Room } from "../../server/app/room.ts";
import { LEDGER } from "../../server/store/tiers/health.ts";
import { roomOf, stepOf } from "../support/room-fixtures.ts";
import { inTime, waitFor } from "../support/wait-for.ts";
import { roomStoreContract } from "./room-store-contract.ts";
import { type RoomNode, RoomStage } from "./room-tiers-stage.ts";

/** A read that DynamoDB does not answer is given up after 0.8 s, and the copy is there at once. */
const READ_WITHIN_MS = 1_500;
/** Longer than a node leaves a room uncopied that it reads. */
const COPY_DUE_MS = 31_000;

describe("rooms above a ledger", () => {
  const stage = new RoomStage();

  roomStoreContract("DynamoDB with Redis above it", async () => {
    let [one, other] = [await stage.open(), await stage.open()];
    return {
      get store() {
        return one.store;
      },
      get other() {
        return other.store;
      },
      async reopen() {
        [one, other] = [await stage.open(), await stage.open()];
      },
      // The stage closes its nodes.
      async dispose() {},
    };
  });
});

describe("rooms above a ledger that fails", () => {
  const stage = new RoomStage();

  async function made(node: RoomNode, parts: Partial<Room> = {}): Promise<Room> {
    const room = roomOf(parts);
    expect(await node.store.create(room)).toBe("created");
    return room;
  }

  async function copied(node: RoomNode, room: Room): Promise<void> {
    const isThere = async () => Bun.deepEquals(await node.copies.read(room.roomId), room);
    await waitFor("the copy", isThere);
  }

  const outage = (asked: Promise<unknown>) => expect(asked).rejects.toBeInstanceOf(Outage);

  test("[Q47] with DynamoDB away a room is read from its copy on every node, and steering says so", async () => {
    const [node, other] = [await stage.open(), await stage.open()];
    const room = await made(node);
    await node.store.replace(stepOf(room));
    await copied(other, stepOf(room));
    stage.database.refuse();
    expect(await node.store.read(room.roomId)).toEqual(stepOf(room));
    expect(await other.store.read(room.roomId)).toEqual(stepOf(room));
    await outage(node.store.replace(stepOf(stepOf(room), 1)));
    await outage(node.store.create(roomOf()));
    await outage(node.store.remove(room.roomId));
    // Nobody can say that there is none.
    await outage(node.store.read(roomOf().roomId));
    stage.database.pass();
    expect(await other.store.replace(stepOf(stepOf(room), 1))).toBe("done");
    expect(await node.store.read(room.roomId)).toEqual(stepOf(stepOf(room), 1));
  }, 20_000);

  test("[Q47] a room that was removed stays so with DynamoDB away", async () => {
    const [node, other] = [await stage.open(), await stage.open()];
    const room = await made(node);
    await node.store.remove(room.roomId);
    await waitFor("the tombstone", async () => (await other.copies.read(room.roomId)) === "removed");
    stage.database.refuse();
    expect(await other.store.read(room.roomId)).toBeNull();
    await other.copies.put(room.roomId, stepOf(room));
    expect(await other.store.read(room.roomId)).toBeNull();
  }, 20_000);

  test("[Q48] a DynamoDB that keeps silent is waited for a second, and once that is known not at all", async () => {
    const node = await stage.open();
    const room = await made(node);
    await copied(node, room);
    stage.database.blackHole();
    const asked = node.store.read(room.roomId);
    expect(await inTime("the copy", asked, READ_WITHIN_MS)).toEqual(room);
    node.breakers.open(LEDGER);
    const from = performance.now();
    expect(await node.store.read(room.roomId)).toEqual(room);
    expect(performance.now() - from).toBeLessThan(200);
    // The master is away too: a replica has it.
    const master = await stage.cluster.masterOf(`room:{${room.roomId}}`);
    master.freeze();
    node.breakers.open(master.address);
    expect(await inTime("the replica", node.store.read(room.roomId), READ_WITHIN_MS)).toEqual(room);
  }, 20_000);

  test("[Q49] what DynamoDB answers never comes from the copy", async () => {
    const node = await stage.open();
    const room = await made(node);
    const [changed, gone] = [roomOf(), roomOf()];
    await node.ledger.create(changed);
    await node.ledger.replace(stepOf(changed));
    await node.copies.put(changed.roomId, changed);
    expect(await node.store.read(changed.roomId)).toEqual(stepOf(changed));
    await node.copies.put(gone.roomId, gone);
    expect(await node.store.read(gone.roomId)).toBeNull();
    await copied(node, room);
    await node.copies.put(room.roomId, "removed");
    expect(await node.store.read(room.roomId)).toEqual(room);
  });

  test("[Q49] an older copy never takes the place of a newer one, nor any that of a removal", async () => {
    const node = await stage.open();
    const [room, removed] = [roomOf(), roomOf()];
    await node.copies.put(room.roomId, stepOf(room));
    await node.copies.put(room.roomId, room);
    expect(await node.copies.read(room.roomId)).toEqual(stepOf(room));
    const last = { ...room, seq: 10 };
    await node.copies.put(room.roomId, last);
    await node.copies.put(room.roomId, { ...room, seq: 9 });
    expect(await node.copies.read(room.roomId)).toEqual(last);
    await node.copies.put(removed.roomId, "removed");
    await node.copies.put(removed.roomId, stepOf(removed));
    expect(await node.copies.read(removed.roomId)).toBe("removed");
  });

  test("[Q50] with Redis away rooms are made, read, steered and removed all the same, and nobody waits for it", async () => {
    const node = await stage.open();
    for (const server of stage.cluster.nodes) server.freeze();
    const work = async () => {
      const [room, other] = [await made(node), await made(node)];
      expect(await node.store.replace(stepOf(room))).toBe("done");
      expect(await node.store.read(room.roomId)).toEqual(stepOf(room));
      await node.store.remove(other.roomId);
      expect(await node.store.read(other.roomId)).toBeNull();
      return [stepOf(room), other] as const;
    };
    const [room, removed] = await inTime("the work", work(), 700);
    for (const server of stage.cluster.nodes) server.thaw();
    // What it could not copy, the next who reads it copies.
    const late = await stage.open();
    expect(await late.store.read(room.roomId)).toEqual(room);
    expect(await late.store.read(removed.roomId)).toBeNull();
    await copied(late, room);
    await waitFor("the tombstone", async () => (await late.copies.read(removed.roomId)) === "removed");
  }, 20_000);

  test("[Q50] what a node could not copy it copies at the next read that finds Redis", async () => {
    const node = await stage.open();
    const room = roomOf();
    const master = await stage.cluster.masterOf(`room:{${room.roomId}}`);
    const shard = [master, await stage.cluster.replicaOf(master)];
    for (const server of shard) await server.kill9();
    expect(await node.store.create(room)).toBe("created");
    await waitFor("the copy to fail", () => node.troubles.length > 0);
    for (const server of shard) await stage.cluster.restart(server);
    await stage.cluster.settled();
    await node.findsRedis();
    expect(await node.store.read(room.roomId)).toEqual(room);
    await copied(node, room);
    expect(node.troubles).toEqual(["copy a room"]);
  }, 40_000);

  test("[Q50] a node that never found Redis has its rooms", async () => {
    const alone = stage.start({ redis: { nodes: [{ host: "127.0.0.1", port: stage.database.port }] } });
    const room = await made(alone);
    expect(await alone.store.read(room.roomId)).toEqual(room);
    stage.database.refuse();
    await outage(alone.store.read(room.roomId));
    expect(alone.troubles).toEqual([]);
  }, 20_000);

  test("[Q51] a Redis that comes back empty has the rooms in use again within the minute", async () => {
    const node = await stage.open();
    const room = await made(node);
    await copied(node, room);
    const masters = await Promise.all([0, 6_000, 12_000].map((slot) => stage.cluster.masterOf(slot)));
    for (const { redis } of masters) await redis.flushall();
    expect(await node.copies.read(room.roomId)).toBeNull();
    stage.database.refuse();
    await outage(node.store.read(room.roomId));
    stage.database.pass();
    node.aheadMs = COPY_DUE_MS;
    expect(await node.store.read(room.roomId)).toEqual(room);
    await copied(node, room);
    stage.database.refuse();
    expect(await node.store.read(room.roomId)).toEqual(room);
  }, 20_000);
});
