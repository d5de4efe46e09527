/** The checker of histories finds what broken variants of the real tiers do, and nothing where they are sound. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LocalLedger } from "../../infra/local/local-ledger.ts";
import type { RedisCluster } from "../../infra/local/redis-cluster.ts";
import type { Observation, PollOfHistory, Violation } from "../faults/history.ts";
import { auditOf, closedControl, openControl } from "../support/fixtures.ts";
import { startTestCluster } from "../support/redis-cluster.ts";
import { readStoredRecord } from "../support/stored-ledger.ts";
import { type Counted, readStoredPoll } from "../support/stored-poll.ts";
import { waitFor } from "../support/wait-for.ts";
import { ClosesWithoutFence, CountsTwice, KeepsNothing, PutsBlindly, SkipsShards } from "./broken-tiers.ts";
import { type NodeParts, TwoNodes } from "./two-nodes.ts";

const WHOLE_MS = 15_000;
const FINAL_MS = 20_000;
const ROUNDS = 5;
/** Vote when the result is about to be put. */
const LATE_VOTERS = 10;

let redis: RedisCluster;
/** In a process of its own: this one is busy with two nodes and their voters. */
let ledger: LocalLedger;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pollcast-tiers-"));
  [redis, ledger] = await Promise.all([startTestCluster(), LocalLedger.start(folder)]);
});
afterAll(async () => {
  await redis?.stop();
  await ledger?.stop();
  await rm(folder, { recursive: true, force: true });
});

type Broken = Pick<NodeParts, "Ledger" | "Tier">;

/** All of Redis is wiped once everything is drained; half of the voters vote again. What Redis is brought is judged. */
async function wipe(broken: Broken): Promise<Violation[]> {
  await using poll = await TwoNodes.open({ dynamo: ledger, redis, ...broken }, { allowChange: true });
  await poll.vote(poll.voters);
  await poll.drained();
  await Promise.allSettled(redis.nodes.map((node) => node.redis.flushall()));
  await poll.vote(poll.voters.slice(0, poll.voters.length / 2));
  const { pollId } = poll.definition;
  const whole = async () => {
    const stored = await readStoredPoll(redis, pollId);
    return stored?.warm && poll.nodes.every(({ kept }) => !kept.has(pollId)) ? stored : null;
  };
  return judge(poll, await waitFor("Redis to be whole again", whole, WHOLE_MS));
}

/** One node closes; through the other some vote after all ballots have been read for the result. What it counts is judged. */
async function close(broken: Broken): Promise<Violation[]> {
  let lateRounds = 0;
  const beforeFinal = async () => {
    lateRounds += 1;
    await poll.vote(poll.voters.slice(0, LATE_VOTERS), other);
  };
  await using poll = await TwoNodes.open(
    { dynamo: ledger, redis, beforeFinal, ...broken },
    { allowChange: true },
  );
  const { pollId } = poll.definition;
  const [closing, other] = poll.nodes;
  await poll.vote(poll.voters);
  const control = (await closing.read(pollId))?.control ?? openControl(poll.definition);
  await closing.steer({
    pollId,
    expectedSeq: control.seq,
    control: closedControl(control, Date.now()),
    event: "closed",
    audit: auditOf("closed", Date.now()),
  });
  // A machine that is busy with other tests may not answer in time.
  const final = async () => (await readStoredRecord(ledger, pollId).catch(() => null))?.final;
  const { votes, roll, participantCount } = await waitFor("a final result", final, FINAL_MS);
  expect(lateRounds).toBeGreaterThan(0);
  const counted = { votes, ballots: roll, participants: new Set(roll.keys()) };
  // After the end who repeats what counts is told yes, under the revision that was sent: choices are compared, not revisions.
  return judge(poll, counted, { participantCount, byRevision: false });
}

/** Two windows of one voter vote at the same moment, past Redis, where no vote may be changed. */
async function race(broken: Broken): Promise<Violation[]> {
  await using poll = await TwoNodes.open({ dynamo: ledger, redis: null, ...broken }, {});
  const { definition, voters, nodes, history } = poll;
  for (const voter of voters.slice(0, ROUNDS)) {
    await Promise.all(nodes.map((node, index) => poll.cast(voter, index, node)));
  }
  await poll.drained();
  const record = await readStoredRecord(ledger, definition.pollId);
  const ballots = record?.ballots ?? new Map();
  expect(history.all("ok").length).toBeGreaterThanOrEqual(ROUNDS);
  return judge(poll, { ballots, participants: new Set(ballots.keys()), votes: new Map() }).filter(
    ({ rule }) => rule !== "V3",
  );
}

function judge(
  { history, definition, voters }: TwoNodes,
  { ballots, votes }: Counted,
  { participantCount = ballots.size, byRevision = true } = {},
): Violation[] {
  const optionIds = definition.options.map(({ optionId }) => optionId);
  const { pollId, settings } = definition;
  const poll: PollOfHistory = { pollId, allowChange: settings.allowChange, optionIds };
  const observation: Observation = {
    standing: new Map(voters.map((voter) => [voter, ballots.get(voter)?.choice.split(",") ?? null])),
    ...(byRevision && { revisions: new Map([...ballots].map(([voter, { revision }]) => [voter, revision])) }),
    votes: optionIds.map((option) => votes.get(option) ?? 0),
    participantCount,
  };
  return history.judge(poll, observation);
}

const lostBy = (violations: readonly Violation[]) => violations.reduce((sum, { lost }) => sum + lost, 0);
const doubleBy = (violations: readonly Violation[]) =>
  violations.reduce((sum, { double }) => sum + double, 0);

describe("sound", () => {
  test("[X66][V1][V2][V3] Redis wiped: nothing is found", async () => expect(await wipe({})).toEqual([]));
  test("[X66][V1][V2][V3] closed under votes: nothing is found", async () => {
    expect(await close({})).toEqual([]);
  });
  test("[X66][V1] two windows past Redis: nothing is found", async () => expect(await race({})).toEqual([]));
});

describe("broken", () => {
  test("[X66][V2] a ledger that keeps nothing is found", async () => {
    expect(lostBy(await wipe({ Ledger: KeepsNothing }))).toBeGreaterThan(0);
  });
  test("[X66][V2] a rebuild that overlooks some shards is found", async () => {
    expect(lostBy(await wipe({ Ledger: SkipsShards }))).toBeGreaterThan(0);
  });
  test("[X66][V2] a close without a fence is found", async () => {
    expect(lostBy(await close({ Tier: ClosesWithoutFence }))).toBeGreaterThan(0);
  });
  test("[X66][V3] a count that does not merge is found", async () => {
    expect(doubleBy(await close({ Ledger: CountsTwice }))).toBeGreaterThan(0);
  });
  test("[X66][V1] a put without its condition is found", async () => {
    expect((await race({ Ledger: PutsBlindly })).map(({ rule }) => rule)).toContain("V1");
  });
});
