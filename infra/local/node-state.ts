import { parseClusterNodes, type SeenNode } from "./cluster-view.ts";
import type { RedisNode } from "./redis-node.ts";

/** What this node believes of its cluster. */
export async function viewOf(node: RedisNode): Promise<SeenNode[]> {
  return parseClusterNodes(String(await node.redis.cluster("NODES")));
}

/** Of a replica: its link to its master stands. */
export async function followsMaster(node: RedisNode): Promise<boolean> {
  return (await replicationOf(node)).get("master_link_status") === "up";
}

/**
 * Whether the node serves, follows its master or is followed by its replicas, and tells clients of every replica (which
 * it does some time after it knows them itself). `replicasOf`: how many there should be, by id of the master.
 */
export async function isReady(node: RedisNode, replicasOf: (masterId: string) => number): Promise<boolean> {
  const [cluster, replication, shards] = await Promise.all([
    node.redis.cluster("INFO"),
    replicationOf(node),
    node.redis.cluster("SLOTS"),
  ]);
  if (!cluster.includes("cluster_state:ok")) return false;
  const tellsAll = shards.every(
    ([, , master, ...replicas]) => replicas.length === replicasOf(String(master?.[2])),
  );
  if (!tellsAll) return false;
  if (replication.get("role") === "slave") return replication.get("master_link_status") === "up";
  const online = [...replication].filter(
    ([name, value]) => /^slave\d+$/.test(name) && /state=online/.test(value),
  );
  return online.length === replicasOf(node.id);
}

/** `graceful`: the master is asked and waits; `force`: without the master; `takeover`: without the other masters, too. */
export type FailoverKind = "graceful" | "force" | "takeover";

export async function askForFailover(replica: RedisNode, kind: FailoverKind): Promise<void> {
  if (kind === "graceful") await replica.redis.cluster("FAILOVER");
  else if (kind === "force") await replica.redis.cluster("FAILOVER", "FORCE");
  else await replica.redis.cluster("FAILOVER", "TAKEOVER");
}

/** The lines of `INFO replication` by name. */
async function replicationOf(node: RedisNode): Promise<Map<string, string>> {
  const lines = (await node.redis.info("replication")).split("\r\n").filter((line) => line.includes(":"));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]));
}
