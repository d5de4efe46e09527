/**
 * The production shape under votes, for faults: two hundred voters on a hot poll and some on a calm one of another shard,
 * all through the balancer. A fault is played; what the voters were told is held against what is true.
 */
import { expect } from "bun:test";
import type { RedisNode } from "../../infra/local/redis-node.ts";
import { type MadePoll, makePoll } from "../support/poll-calls.ts";
import { startCluster, type TestCluster } from "../support/start-cluster.ts";
import { keyOf, readStoredPoll, type StoredPoll } from "../support/stored-poll.ts";
import { waitFor } from "../support/wait-for.ts";
import { Crowd } from "./crowd.ts";
import { type FaultFigures, figuresOf } from "./figures.ts";
import { judgeCasts } from "./judge-casts.ts";
import { auditTally, harmTo, logLinesOf, logTroubles } from "./unharmed.ts";

const VOTERS = 200;
const BYSTANDERS = 20;
/** After healing, every browser shows what is true within this time (ms). */
const CONVERGED_MS = 5_000;

/** What a fault has at hand. */
export interface Stage {
  readonly cluster: TestCluster;
  readonly poll: MadePoll;
  readonly crowd: Crowd;
  /** Of the hot poll's slot. */
  readonly key: string;
  /** The master of the hot poll and its replica, as the fault begins. */
  readonly master: RedisNode;
  readonly replica: RedisNode;
  /** Waits until so many more ballots have been accepted, each cast from now on. */
  votesGoOn(count?: number): Promise<void>;
}

export interface FaultParts {
  /** Done before anybody votes. */
  readonly prepare?: (stage: Pick<Stage, "cluster" | "key" | "master" | "replica">) => Promise<void>;
  /** Settings of every redis-server. */
  readonly redisSettings?: Readonly<Record<string, string>>;
  /** Nodes that the fault takes away for good. */
  readonly nodesLost?: number;
}

/** Plays a fault, which returns when it is healed, and judges. Throws at the first thing that is not as it must be. */
export async function playFault(
  name: string,
  fault: (stage: Stage) => Promise<void>,
  parts: FaultParts = {},
): Promise<FaultFigures> {
  await using cluster = await startCluster({ redisSettings: parts.redisSettings ?? {} });
  const { poll, calm } = await twoPolls(cluster);
  const key = keyOf(poll);
  const master = await cluster.redis.masterOf(key);
  const replica = await cluster.redis.replicaOf(master);
  await parts.prepare?.({ cluster, key, master, replica });
  const pids = cluster.nodes.map(({ pid }) => pid);
  const { origin } = cluster;
  const crowd = await Crowd.gather({ origin, poll, size: VOTERS, perSecond: 600 });
  const bystanders = await Crowd.gather({ origin, poll: calm, size: BYSTANDERS, perSecond: 60 });
  const audit = auditTally(cluster, [poll]);
  try {
    for (const group of [crowd, bystanders]) group.start();
    const stage = { cluster, poll, crowd, key, master, replica, votesGoOn: goingOn(crowd) };
    await stage.votesGoOn(2 * VOTERS);
    crowd.leaveOff();
    const faultAt = performance.now();
    await fault(stage);
    const healedAt = performance.now();
    for (const group of [crowd, bystanders]) group.stop();
    await converge(cluster, poll, crowd);
    const convergedAt = performance.now();
    await converge(cluster, calm, bystanders);
    // Nobody had to be restarted: everything works again as before.
    await crowd.castOnce(CONVERGED_MS);
    const stored = await converge(cluster, poll, crowd);
    const verdict = judgeCasts(poll.pollId, crowd.casts, stored);
    expect(verdict.violations).toEqual([]);
    expect(await audit.stop()).toEqual([]);
    expect(harmTo([crowd], cluster, pids, parts.nodesLost ?? 0)).toEqual([]);
    const storedCalm = await readStoredPoll(cluster.redis, calm.pollId);
    expect(storedCalm && judgeCasts(calm.pollId, bystanders.casts, storedCalm).violations).toEqual([]);
    const moments = { faultAt, healedAt, convergedAt };
    expect(logTroubles(cluster, [poll, calm], [crowd, bystanders])).toEqual([]);
    const logLines = logLinesOf(cluster).length;
    return figuresOf({ name, crowd, bystanders, moments, verdict, epoch: stored.epoch, logLines });
  } finally {
    await audit.stop();
    for (const group of [crowd, bystanders]) group.close();
  }
}

/** Two polls whose slots are served by different masters. */
async function twoPolls(cluster: TestCluster): Promise<{ poll: MadePoll; calm: MadePoll }> {
  const poll = await makePoll(cluster.origin);
  const master = await cluster.redis.masterOf(keyOf(poll));
  for (;;) {
    const calm = await makePoll(cluster.origin);
    if ((await cluster.redis.masterOf(keyOf(calm))) !== master) return { poll, calm };
  }
}

function goingOn(crowd: Crowd) {
  return async (count = VOTERS / 4) => {
    const from = performance.now();
    const fresh = () => crowd.casts.filter(({ castAt, answer }) => castAt > from && answer?.accepted).length;
    await waitFor("votes to go on", () => fresh() >= count, 20_000);
  };
}

/** Everybody is connected, has an answer, and shows what Redis has (V4). */
async function converge(cluster: TestCluster, { pollId }: MadePoll, crowd: Crowd): Promise<StoredPoll> {
  await waitFor("every ballot to be answered", () => crowd.isQuiet, CONVERGED_MS);
  const stored = await readStoredPoll(cluster.redis, pollId);
  if (!stored) throw new Error("Redis does not have the poll any more.");
  const expected = [...stored.votes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, count]) => count);
  const behind = () =>
    crowd.phones.filter(
      ({ isLive, results }) =>
        !isLive ||
        !Bun.deepEquals(
          results.results?.map(({ votes }) => votes),
          expected,
        ),
    );
  await waitFor("every browser to show what is true", () => behind().length === 0, CONVERGED_MS).catch(
    (late: Error) => {
      const seen = behind().map(({ isLive, results, nodes }) => ({ isLive, results, node: nodes.at(-1) }));
      throw new Error(`${late.message} Redis has ${expected}; ${JSON.stringify(seen.slice(0, 2))}`);
    },
  );
  return stored;
}
