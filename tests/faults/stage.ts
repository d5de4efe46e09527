/**
 * The production shape under votes, for faults: two hundred voters on a hot poll and some on a calm one of another shard,
 * all through the balancer. A fault is played; what the voters were told is held against what is true.
 */
import { expect } from "bun:test";
import { readFileSync } from "node:fs";
import type { RedisNode } from "../../infra/local/redis-node.ts";
import type { Phone } from "../support/phone.ts";
import { type MadePoll, makePoll } from "../support/poll-calls.ts";
import { startCluster, type TestCluster } from "../support/start-cluster.ts";
import { readStoredPoll, type StoredPoll, tallyTrouble } from "../support/stored-poll.ts";
import { waitFor } from "../support/wait-for.ts";
import { Crowd } from "./crowd.ts";
import { type FaultFigures, figuresOf } from "./figures.ts";
import { judgeCasts } from "./judge-casts.ts";

const VOTERS = 200;
const BYSTANDERS = 20;
/** After healing, every browser shows what is true within this time (ms). */
const CONVERGED_MS = 5_000;

const AUDIT_EVERY_MS = 100;
/** Of all nodes, over a whole fault: a few kinds of trouble each. */
const MOST_LOG_LINES = 60;

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
  const audit = auditTally(cluster, poll);
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
    expectUnharmed(crowd, cluster, pids, parts.nodesLost ?? 0);
    const storedCalm = await readStoredPoll(cluster.redis, calm.pollId);
    expect(storedCalm && judgeCasts(calm.pollId, bystanders.casts, storedCalm).violations).toEqual([]);
    const moments = { faultAt, healedAt, convergedAt };
    const logLines = logLinesOf(cluster, [poll, calm], [...crowd.phones, ...bystanders.phones]);
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

function keyOf({ pollId }: MadePoll): string {
  return `poll:{${pollId}}`;
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

/** Looks at Redis again and again: V3 holds at every moment. */
function auditTally(cluster: TestCluster, { pollId }: MadePoll) {
  const found: string[] = [];
  let looking = Promise.resolve();
  const beat = setInterval(() => {
    looking = looking.then(async () => {
      // During a fault the one who has the poll may not answer.
      const stored = await readStoredPoll(cluster.redis, pollId).catch(() => null);
      if (stored) found.push(...tallyTrouble(stored));
    });
  }, AUDIT_EVERY_MS);
  return {
    async stop() {
      clearInterval(beat);
      await looking;
      return found;
    },
  };
}

function expectUnharmed(crowd: Crowd, cluster: TestCluster, pids: readonly number[], lost: number): void {
  expect(crowd.phones.flatMap(({ turnedBack }) => turnedBack)).toEqual([]);
  const running = cluster.nodes.filter(({ state }) => state === "running");
  expect(running).toHaveLength(cluster.nodes.length - lost);
  expect(running.every(({ pid }) => pids.includes(pid))).toBe(true);
}

/** How many lines all nodes wrote: an outage is no storm, and no line tells who voted or how to steer (H16). */
function logLinesOf(cluster: TestCluster, polls: readonly MadePoll[], phones: readonly Phone[]): number {
  const logs = cluster.nodes.map(({ logFile }) => readFileSync(logFile, "utf8"));
  const secrets = [...polls.map(({ hostKey }) => hostKey), ...phones.map(({ visitor }) => visitor.voter)];
  expect(secrets.filter((secret) => logs.some((log) => log.includes(secret)))).toEqual([]);
  const lines = logs.flatMap((log) => log.split("\n").filter((line) => line.startsWith("{")));
  expect(lines.length).toBeLessThan(MOST_LOG_LINES);
  return lines.length;
}
