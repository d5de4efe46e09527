import { afterAll, beforeAll, expect, test } from "bun:test";
import { Cluster } from "ioredis";
import type { RedisCluster } from "../../infra/local/redis-cluster.ts";
import { startTestCluster } from "../support/redis-cluster.ts";
import { RedisRoad, readdressing } from "../support/redis-road.ts";
import { waitFor } from "../support/wait-for.ts";

let redis: RedisCluster;
beforeAll(async () => {
  redis = await startTestCluster();
});
afterAll(() => redis?.stop());

/** A client of the cluster that was told of these servers, and hears of the others from the cluster. */
function connect(addresses: string): Cluster {
  const nodes = addresses.split(",").map((address) => ({
    host: address.split(":")[0] ?? "",
    port: Number(address.split(":")[1]),
  }));
  const client = new Cluster(nodes.slice(0, 1), { redisOptions: { commandTimeout: 300 } });
  client.on("error", () => {});
  return client;
}

test("[X9] who goes by a road goes by it to every server; cut, nobody else notices", async () => {
  await using one = await RedisRoad.build(redis, 0);
  await using other = await RedisRoad.build(redis, 1);
  const [cutOff, connected] = [connect(one.addresses), connect(other.addresses)];
  try {
    // Keys of all masters.
    for (const key of ["a", "b", "c", "d", "e"]) await cutOff.set(key, "before");
    one.blackHole();
    await expect(cutOff.set("a", "stuck")).rejects.toThrow();
    for (const key of ["a", "b", "c", "d", "e"]) await connected.set(key, "meanwhile");
    expect(await connected.get("a")).toBe("meanwhile");
    one.open();
    // What was stuck in the cable arrives.
    await waitFor("the late write", async () => (await connected.get("a")) === "stuck");
    one.refuse();
    one.open();
    await waitFor("the way to be free again", () => cutOff.get("c").catch(() => null));
  } finally {
    cutOff.disconnect();
    connected.disconnect();
  }
});

test("[X9] addresses are changed wherever an answer is cut in two", () => {
  const text = "MOVED 1 127.0.0.1:7000\r\n127.0.0.12 127.0.0 1127.0.0.1\r\n";
  for (let cut = 0; cut <= text.length; cut++) {
    const change = readdressing(Buffer.from("127.0.0.5"));
    const parts = [text.slice(0, cut), text.slice(cut)].map((part) => change(Buffer.from(part)));
    expect(Buffer.concat(parts).toString()).toBe(text.replaceAll("127.0.0.1", "127.0.0.5"));
  }
});
