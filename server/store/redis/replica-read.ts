import calculateSlot from "cluster-key-slot";
import { Cluster, type Redis } from "ioredis";
import { addressOf } from "./slot-owner.ts";

/** Asks the replicas of the shard that has this key, or the one reader; the first answer counts. Rejects if none comes. */
export async function readReplica(client: Cluster | Redis, key: string): Promise<string | null> {
  if (!(client instanceof Cluster)) return client.get(key);
  const [, ...replicas] = client.slots[calculateSlot(key)] ?? [];
  const connections = client.nodes("slave").filter((server) => replicas.includes(addressOf(server)));
  if (connections.length === 0) throw new Error("no connection to a replica of the slot");
  try {
    return await Promise.any(connections.map((replica) => replica.get(key)));
  } catch (all) {
    throw all instanceof AggregateError ? all.errors[0] : all;
  }
}
