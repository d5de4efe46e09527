/** Hints that a room changed, between nodes over a real Redis Cluster. */
import { describe, expect, test } from "bun:test";
import { LocalRoomBus } from "../../server/fanout/local-room-bus.ts";
import { newRoomId, type RoomId } from "../../shared/ids.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";
import { waitFor } from "../support/wait-for.ts";
import { type RoomNode, RoomStage } from "./room-tiers-stage.ts";

/** The client learns its servers anew. */
const HEALED_MS = 15_000;

describe("the room bus", () => {
  const stage = new RoomStage();

  /** Counts what a node hears of a room. */
  function following(node: RoomNode, roomId: RoomId) {
    const heard = { count: 0, stop: () => {} };
    heard.stop = node.bus.follow(roomId, () => {
      heard.count += 1;
    });
    return heard;
  }

  /** Tells until it is heard: a subscription that is being made misses what comes before it stands. */
  async function hears(from: RoomNode, to: RoomNode, roomId: RoomId, withinMs = HEALED_MS): Promise<void> {
    const heard = following(to, roomId);
    const tell = () => {
      from.bus.tell(roomId);
      return heard.count > 0;
    };
    await waitFor("the other node to hear", tell, withinMs).finally(heard.stop);
  }

  /** Enough codes to be spread over all shards. */
  const codes = () => Array.from({ length: 24 }, () => newRoomId());

  test("[Q52] who follows a room is told on every node, on one's own at once and once", async () => {
    const [node, other] = [await stage.open(), await stage.open()];
    for (const roomId of codes()) await hears(node, other, roomId);
    const [mine, bystanders] = [newRoomId(), newRoomId()];
    const [own, others, unconcerned] = [
      following(node, mine),
      following(other, mine),
      following(other, bystanders),
    ];
    node.bus.tell(mine);
    expect(own.count).toBe(1);
    await waitFor("the other node to hear", () => others.count === 1);
    // What a node told comes back to it in the order of its channel: after this one it would have.
    other.bus.tell(mine);
    await waitFor("this node to hear", () => own.count === 2);
    expect([own.count, others.count, unconcerned.count]).toEqual([2, 2, 0]);
    others.stop();
    node.bus.tell(mine);
    other.bus.tell(mine);
    await waitFor("this node to hear", () => own.count === 4);
    expect(others.count).toBe(2);
  }, 30_000);

  test("[Q53] before Redis is found a node hears itself, and afterwards the others", async () => {
    const server = stage.cluster.someNode();
    await using proxy = await TcpProxy.start({ host: server.host, port: server.port });
    proxy.refuse();
    const node = await stage.open();
    const late = stage.start({ redis: { nodes: [{ host: "127.0.0.1", port: proxy.port }] } });
    const roomId = newRoomId();
    const heard = following(late, roomId);
    late.bus.tell(roomId);
    expect(heard.count).toBe(1);
    proxy.pass();
    await late.findsRedis();
    await hears(node, late, roomId);
    await hears(late, node, roomId);
  }, 30_000);

  test("[Q53] a shard that was away is heard again, and what anybody else publishes harms nobody", async () => {
    const [node, other] = [await stage.open(), await stage.open()];
    const rooms = codes();
    for (const roomId of rooms) await hears(node, other, roomId);
    const master = await stage.cluster.masterOf("room:{0}:changed");
    const shard = [master, await stage.cluster.replicaOf(master)];
    for (const server of shard) await server.kill9();
    const roomId = newRoomId();
    const heard = following(node, roomId);
    node.bus.tell(roomId);
    expect(heard.count).toBe(1);
    for (const server of shard) await stage.cluster.restart(server);
    await stage.cluster.settled();
    node.bus.subscribeAgain();
    other.bus.subscribeAgain();
    for (const again of rooms) await hears(node, other, again);
    const { redis } = await stage.cluster.masterOf("room:{0}:changed");
    for (const message of ["", "null", "[]", '{"roomId":7}', "{", '{"roomId":"__proto__"}']) {
      await redis.spublish("room:{0}:changed", message);
    }
    for (const again of rooms) await hears(node, other, again);
  }, 60_000);
});

describe("the room bus of a node that is alone", () => {
  test("[Q52] tells who follows in the same turn, each as often as it follows, until it stops", () => {
    const bus = new LocalRoomBus();
    const roomId = newRoomId();
    let heard = 0;
    const listener = () => {
      heard += 1;
    };
    const [once, twice] = [bus.follow(roomId, listener), bus.follow(roomId, listener)];
    bus.tell(roomId);
    bus.tell(newRoomId());
    expect(heard).toBe(2);
    once();
    once();
    bus.tell(roomId);
    expect(heard).toBe(3);
    twice();
    bus.tell(roomId);
    expect(heard).toBe(3);
  });
});
