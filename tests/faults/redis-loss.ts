/** Redis loses what it had, under votes. */
import { allElsewhere, nodeOf } from "./cut-off-node.ts";
import type { LedgerStage } from "./ledger-stage.ts";
import { preload, undrainedMs, wholeAgain } from "./rebuild-figures.ts";

/** Ballots go to the ledger alone until Redis is back. */
export async function allGone(stage: LedgerStage, data: "kept" | "lost"): Promise<void> {
  const { redis } = stage.cluster;
  await Promise.all(redis.nodes.map((node) => node.kill9()));
  await stage.votesGoOn();
  await Promise.all(redis.nodes.map((node) => redis.restart(node, { data })));
  await redis.settled();
  await stage.votesGoOn();
}

/** Master and replica of one shard; the polls of the others notice nothing. */
export async function shardGone(stage: LedgerStage): Promise<void> {
  const { cluster, master, replica, calm } = stage;
  await Promise.all([master.kill9(), replica.kill9()]);
  const from = performance.now();
  await stage.votesGoOn();
  const there = calm.crowd.casts.filter(({ castAt, answer }) => castAt > from && answer);
  const past = there.filter(({ answer }) => answer?.said !== "replicated");
  if (there.length === 0 || past.length > 0) {
    throw new Error(
      `Of ${there.length} ballots of another shard ${past.length} were not acknowledged by Redis.`,
    );
  }
  await Promise.all([master, replica].map((node) => cluster.redis.restart(node)));
  await cluster.redis.settled();
  await stage.votesGoOn();
}

/** Every server forgets everything at the same moment. */
export async function flushAll({ cluster }: Pick<LedgerStage, "cluster">): Promise<void> {
  const masters = cluster.redis.nodes.filter(({ answers }) => answers);
  // Replicas refuse, and get it from their masters.
  await Promise.allSettled(masters.map(({ redis }) => redis.flushall()));
}

export async function wiped(stage: LedgerStage): Promise<void> {
  await flushAll(stage);
  await stage.votesGoOn();
}

/** As `wiped`, with ballots of voters who have left; notes what a loss of everything would cost, and how long it takes. */
export async function rebuilt(stage: LedgerStage, ballots: number): Promise<void> {
  const { ledger, hot } = stage;
  hot.crowd.remember(await preload(ledger, hot.poll.pollId, ballots));
  stage.note("rpo", await undrainedMs(ledger, hot));
  await stage.votesGoOn();
  stage.begins();
  const from = performance.now();
  await flushAll(stage);
  await Promise.all([
    stage.votesGoOn(),
    wholeAgain(stage, ballots).then(() => stage.note("rto", performance.now() - from)),
  ]);
}

export async function wipedAndNode(stage: LedgerStage): Promise<void> {
  await Promise.all([nodeOf(stage).kill9(), flushAll(stage)]);
  await allElsewhere(stage);
  await stage.votesGoOn();
}
