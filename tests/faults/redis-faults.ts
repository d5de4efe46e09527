/** The faults of a Redis Cluster. Each is played while people vote, and returns when it is healed. */
import { addShard, migrateSlot } from "../../infra/local/resharding.ts";
import { waitFor } from "../support/wait-for.ts";
import type { Stage } from "./stage.ts";

/** Redis needs the node timeout and one to three seconds more to replace a master. */
const FAILOVER_MS = 20_000;
/** Votes that only the master has, before it is lost. */
const UNREPLICATED = 200;

/** Returns when the nodes that answer say that another server has the poll. */
async function replaced({ cluster, key, master }: Stage): Promise<void> {
  const isOther = () =>
    cluster.redis.masterOf(key).then(
      (now) => now !== master,
      () => false,
    );
  await waitFor("the master to be replaced", isOther, FAILOVER_MS);
}

/** A master that is gone comes back as what it now is, a replica. */
async function cameBack({ cluster, master }: Stage): Promise<void> {
  await cluster.redis.restart(master);
  await cluster.redis.settled();
}

export async function masterKilled(stage: Stage): Promise<void> {
  await stage.master.kill9();
  await replaced(stage);
  await stage.votesGoOn();
  await cameBack(stage);
}

export async function masterFrozen(stage: Stage): Promise<void> {
  stage.master.freeze();
  await replaced(stage);
  await stage.votesGoOn();
  stage.master.thaw();
  await stage.cluster.redis.settled();
}

export async function masterRestarted(stage: Stage): Promise<void> {
  await cameBack(stage);
  await stage.votesGoOn();
}

export async function manualFailover({ cluster, replica, votesGoOn }: Stage): Promise<void> {
  await cluster.redis.failover(replica);
  await cluster.redis.settled();
  await votesGoOn();
}

/** The replica misses what is acknowledged as `primary`, and takes over without it. */
export async function replicaLags(stage: Stage): Promise<void> {
  await loseTail(stage);
  await replaced(stage);
  await stage.votesGoOn();
  await stage.cluster.redis.mendReplication(stage.replica);
  await cameBack(stage);
}

/** The same, and nobody votes afterwards: what browsers show has to go back to what is true without any news. */
export async function replicaLagsQuietly(stage: Stage): Promise<void> {
  await loseTail(stage, async () => {
    stage.crowd.stop();
    await waitFor("all to be answered", () => stage.crowd.isQuiet);
  });
  await replaced(stage);
  await stage.cluster.redis.mendReplication(stage.replica);
  await cameBack(stage);
}

async function loseTail(
  { cluster, crowd, master, replica }: Stage,
  beforeTheKill: () => Promise<void> = async () => {},
): Promise<void> {
  await cluster.redis.cutReplication(replica);
  const cutAt = performance.now();
  const later = () => crowd.casts.filter(({ castAt, answer }) => castAt > cutAt && answer?.accepted).length;
  await waitFor("votes that only the master has", () => later() > UNREPLICATED, FAILOVER_MS);
  await beforeTheKill();
  await master.kill9();
}

/** The replica keeps up in everything but its clock. For `prepare`. */
export async function clockBehind({ cluster, replica }: Pick<Stage, "cluster" | "replica">): Promise<void> {
  await cluster.redis.restart(replica, { clockShiftSeconds: -5 });
  await cluster.redis.settled();
}

/** Everything is gone at once, and comes back with what it had written to its files. */
export async function allKilled({ cluster, crowd, votesGoOn }: Stage): Promise<void> {
  const { redis } = cluster;
  await Promise.all(redis.nodes.map((node) => node.kill9()));
  const waiting = () => crowd.phones.filter(({ casts }) => casts.at(-1)?.pending).length;
  await waitFor("voters to be told to wait", () => waiting() > crowd.phones.length / 4, FAILOVER_MS);
  await Promise.all(redis.nodes.map((node) => redis.restart(node)));
  await redis.settled();
  await votesGoOn();
}

/** Every node loses its subscriptions and is told so: the connections are closed. */
export async function subscriptionsKilled(stage: Stage): Promise<void> {
  await stage.master.redis.client("KILL", "TYPE", "PUBSUB");
  await newsFlows(stage);
}

/**
 * Every node loses the subscriptions of the hot poll, and nothing tells it: the slot is given up and taken again, so
 * that the connections stand and who serves what is as before.
 */
export async function subscriptionsLostSilently(stage: Stage): Promise<void> {
  const { cluster, key, master, poll } = stage;
  const slot = await cluster.redis.slotOf(key);
  await master.redis.pipeline().cluster("DELSLOTS", slot).cluster("ADDSLOTS", slot).exec();
  const [, subscribers] = (await master.redis.call(
    "PUBSUB",
    "SHARDNUMSUB",
    `poll:{${poll.pollId}}:updates`,
  )) as [string, number];
  if (Number(subscribers) > 0) throw new Error("The subscriptions are still there.");
  await newsFlows(stage);
}

/** Every phone gets pictures as fast as the bus brings them; reading back alone gives one a second at the most. */
async function newsFlows({ crowd }: Stage): Promise<void> {
  const from = performance.now();
  const lively = () => {
    const since = Math.max(from, performance.now() - 1_000);
    return crowd.phones.every(({ picturesAt }) => (picturesAt.at(-8) ?? 0) > since);
  };
  await waitFor("every phone to get news again", lively, 15_000);
}

/** A shard more, and the hot poll moves to it. */
export async function pollMigrates({ cluster, key, votesGoOn }: Stage): Promise<void> {
  const { master } = await addShard(cluster.redis);
  await migrateSlot(cluster.redis, key, master);
  await votesGoOn();
}
