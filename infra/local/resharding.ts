import type { RedisCluster } from "./redis-cluster.ts";
import type { RedisNode } from "./redis-node.ts";
import { waitUntil } from "./wait-until.ts";

/** Given to one MIGRATE (ms): many times what a poll with 100,000 ballots needs. */
const MIGRATE_MS = 5_000;

/** A master and its replica join the running cluster. They serve no slot yet; returns when everybody knows them. */
export async function addShard(cluster: RedisCluster): Promise<{ master: RedisNode; replica: RedisNode }> {
  const member = cluster.someNode();
  const master = await cluster.addNode();
  const replica = await cluster.addNode();
  for (const joining of [master, replica]) {
    await member.redis.cluster("MEET", joining.host, joining.port, joining.busPort);
  }
  // Refused until the two, who were introduced to a third one, know each other.
  await waitUntil(
    `${replica.name} is a replica of ${master.name}`,
    async () => (await replica.redis.cluster("REPLICATE", master.id)) === "OK",
  );
  await cluster.settled();
  return { master, replica };
}

/**
 * Moves a slot, or the slot of a key, with all its keys to another master while clients use it: they see ASK, TRYAGAIN,
 * then MOVED. One key at a time, so that keys of one poll really are in two places for a while.
 */
export async function migrateSlot(
  cluster: RedisCluster,
  slotOrKey: number | string,
  to: RedisNode,
): Promise<void> {
  const slot = await cluster.slotOf(slotOrKey);
  const from = await cluster.masterOf(slot);
  if (from === to) return;
  await to.redis.cluster("SETSLOT", slot, "IMPORTING", from.id);
  await from.redis.cluster("SETSLOT", slot, "MIGRATING", to.id);
  while (true) {
    const [key] = await from.redis.cluster("GETKEYSINSLOT", slot, 1);
    if (key === undefined) break;
    // Answers NOKEY where the key has expired meanwhile, which is as good.
    await from.redis.migrate(to.host, to.port, key, 0, MIGRATE_MS);
  }
  // The new owner first: a slot that both give away would have no owner if we stopped here.
  await to.redis.cluster("SETSLOT", slot, "NODE", to.id);
  await from.redis.cluster("SETSLOT", slot, "NODE", to.id);
  await cluster.settled();
}
