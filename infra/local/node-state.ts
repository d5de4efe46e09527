import { parseClusterNodes, type SeenNode } from "./cluster-view.ts";
import type { RedisNode } from "./redis-node.ts";

/** What this node believes of its cluster. */
export async function viewOf(node: RedisNode): Promise<SeenNode[]> {
  return parseClusterNodes(String(await node.redis.cluster("NODES")));
}

/** Whether the link to its master stands; a master itself has nobody to follow. */
export async function followsMaster(node: RedisNode): Promise<boolean> {
  const replication = await replicationOf(node);
  return replication.get("role") === "master" || replication.get("master_link_status") === "up";
}

/**
 * What keeps the node from serving, from following its master or being followed by its replicas, or from telling clients
 * of every replica (which it does some time after it knows them itself). `replicasOf`: how many there should be, by id of
 * the master.
 */
export async function troubleOf(
  node: RedisNode,
  replicasOf: (masterId: string) => number,
): Promise<string | null> {
  const [cluster, replication, shards] = await Promise.all([
    node.redis.cluster("INFO"),
    replicationOf(node),
    node.redis.cluster("SLOTS"),
  ]);
  if (!cluster.includes("cluster_state:ok")) return `${node.name} finds the cluster down`;
  if (replication.get("role") === "slave") {
    if (replication.get("master_link_status") !== "up") return `${node.name} has lost its master`;
  } else {
    const online = [...replication].filter(
      ([name, value]) => /^slave\d+$/.test(name) && /state=online/.test(value),
    );
    if (online.length !== replicasOf(node.id)) return `${node.name} has ${online.length} replicas online`;
  }
  const hides = shards.find(
    ([, , master, ...replicas]) => replicas.length !== replicasOf(String(master?.[2])),
  );
  return hides ? `${node.name} hides a replica from clients` : null;
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
