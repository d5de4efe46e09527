/** Nodes for tests of recovery: what the tiered store is made of, one by one, over a real ledger and a real Redis. */
import { afterAll, afterEach, beforeAll, expect } from "bun:test";
import type { RedisCluster } from "../../infra/local/redis-cluster.ts";
import type { PollControl, PollDefinition } from "../../server/app/poll.ts";
import type { RegisteredBallot } from "../../server/app/register.ts";
import { DynamoLedger } from "../../server/store/dynamo/dynamo-ledger.ts";
import { RedisTier } from "../../server/store/redis/redis-tier.ts";
import { StoreBreakers } from "../../server/store/tiers/breakers.ts";
import { Debts } from "../../server/store/tiers/debts.ts";
import { Drainer } from "../../server/store/tiers/drainer.ts";
import { KeptBallots } from "../../server/store/tiers/kept-ballots.ts";
import type { Ledger, Meta } from "../../server/store/tiers/ledger.ts";
import { LedgerView } from "../../server/store/tiers/ledger-view.ts";
import { Marks } from "../../server/store/tiers/marks.ts";
import { MetaLeases } from "../../server/store/tiers/meta-leases.ts";
import type { RedisSide } from "../../server/store/tiers/redis-side.ts";
import { Tender } from "../../server/store/tiers/tend.ts";
import type { PollId, VoterId } from "../../shared/ids.ts";
import { startDynamo, type TestDynamo } from "../support/dynalite.ts";
import {
  auditOf,
  ballotOf,
  type DefinitionParts,
  definitionOf,
  newVoter,
  openControl,
} from "../support/fixtures.ts";
import { startTestCluster } from "../support/redis-cluster.ts";
import { readStoredPoll, type StoredPoll, tallyTrouble } from "../support/stored-poll.ts";
import { waitFor } from "../support/wait-for.ts";

/** A close waits two seconds for leases, and more where Redis may have lost something. */
export const PATIENT_MS = 30_000;

/** Few, so that a poll of some ballots has more than one in each. */
const SHARDS = 3;

/** The parts of one node; `close` lets go of everything and fails if something went wrong behind the scenes. */
export type RecoveryNode = Awaited<ReturnType<typeof recoveryNode>>;

/** `redis: null` is a node with the ledger alone. */
export async function recoveryNode(
  node: string,
  settings: TestDynamo["settings"],
  redis: RedisCluster | null,
) {
  const troubles: unknown[] = [];
  const onTrouble = (doing: string, trouble: unknown) => troubles.push(`could not ${doing}: ${trouble}`);
  const ledger: Ledger = new DynamoLedger({ settings, ballotRetentionDays: 30, shards: SHARDS });
  const tier = redis && (await connectedTier(redis, onTrouble));
  const clock = Date.now;
  const leases = new MetaLeases(ledger);
  const kept = new KeptBallots();
  const isOwing = (pollId: PollId): boolean => kept.has(pollId) || debts.has(pollId);
  const marks = new Marks({ ledger, node, isOwing, onTrouble });
  const base = { ledger, redis: tier as RedisSide | null, leases, marks, kept, clock, onTrouble };
  const debts: Debts = new Debts(base);
  const drainer = new Drainer({ ...base, onCold: () => {} });
  const view = new LedgerView({ ...base, debts });
  const tender = new Tender({ ...base, debts, drainer, view });
  const ports = { ...base, debts, drainer };
  const close = async () => {
    await tender.close();
    await drainer.close();
    await debts.close();
    await marks.close();
    await tier?.close();
    await ledger.close();
    if (troubles.length > 0) throw new Error(`Behind the scenes: ${troubles.join("; ")}`);
  };
  return { ...ports, tier, view, tender, ports, close };
}

/** The tier, connected and with every slot known. */
export async function connectedTier(
  redis: RedisCluster,
  onTrouble: (doing: string, trouble: unknown) => void,
): Promise<RedisTier> {
  const nodes = redis.nodes.map(({ host, port }) => ({ host, port }));
  const tier = new RedisTier({
    settings: { nodes },
    breakers: new StoreBreakers(),
    onTrouble,
    onError: () => {},
  });
  await tier.found;
  const { pollId } = definitionOf();
  await waitFor("the slots to be known", () => !tier.isAway(pollId));
  // Over both of its connections.
  await waitFor("Redis to answer", () => tier.read(pollId).catch(() => null));
  await waitFor("Redis to confirm", () => tier.pending(pollId, 1).catch(() => null));
  return tier;
}

/** Keeps an open poll in the ledger, and tells Redis of it where the node has one, unless it is to be born past it. */
export async function openPoll(
  { ledger, redis }: Pick<RecoveryNode, "ledger" | "redis">,
  parts: DefinitionParts = {},
  inRedis = redis !== null,
): Promise<PollDefinition> {
  const definition = definitionOf({ settings: { allowChange: true }, ...parts });
  const control = openControl(definition, Date.now());
  await ledger.create({ definition, control, inRedis }, auditOf("created"));
  if (inRedis) await redis?.create({ definition, control, epoch: 1 });
  return definition;
}

/** META, which must be there. */
export async function metaOf(ledger: Ledger, pollId: PollId): Promise<Meta> {
  const meta = await ledger.meta(pollId);
  if (meta === null || meta === "removed") throw new Error(`Poll ${pollId} is not there.`);
  return meta;
}

/** Changes META, and nothing else: what a node does before it tells Redis. */
export async function steerMeta(
  ledger: Ledger,
  pollId: PollId,
  change: Partial<PollControl> | "removed",
): Promise<void> {
  const { control } = await metaOf(ledger, pollId);
  const next = change === "removed" ? change : { ...control, ...change, seq: control.seq + 1 };
  await ledger.steer({
    id: crypto.randomUUID(),
    pollId,
    expectedSeq: control.seq,
    control: next,
    audit: auditOf(change === "removed" ? "removed" : "closed"),
  });
  await ledger.putOpen({ pollId, closesAt: 0, ending: true });
}

/** Lists what `OPEN` has of a poll: its item, and marks. */
export async function openOf(ledger: Ledger, pollId: PollId) {
  const indexes = Array.from({ length: ledger.openPartitions }, (_, index) => index);
  const partitions = await Promise.all(indexes.map((index) => ledger.openPartition(index)));
  return {
    polls: partitions.flatMap(({ polls }) => polls).filter((open) => open.pollId === pollId),
    marks: partitions.flatMap(({ marks }) => marks).filter((mark) => mark.pollId === pollId),
  };
}

/** All ballots of the ledger, by voter. */
export async function ledgerBallots(ledger: Ledger, pollId: PollId): Promise<Map<VoterId, RegisteredBallot>> {
  const meta = await metaOf(ledger, pollId);
  const shards = Array.from({ length: meta.shards }, (_, shard) => ledger.ballots(meta, shard));
  return new Map((await Promise.all(shards)).flat().map((ballot) => [ballot.voter, ballot]));
}

/** `registered(voter, 2)` chooses the second option. */
export function registered(voter: VoterId, option: number, revision = 1): RegisteredBallot {
  return { voter, revision, choice: `opt-${option}` };
}

/** What Redis or a test says stands, by voter. */
export function asStored(ballots: Iterable<RegisteredBallot>): StoredPoll["ballots"] {
  return new Map([...ballots].map(({ voter, revision, choice }) => [voter, { revision, choice }]));
}

/** Votes as a node would that dies before it drains: what it counted is in Redis and its outbox only. */
export async function castByTheDead(
  { redis }: Pick<RecoveryNode, "redis">,
  pollId: PollId,
  option: number,
): Promise<VoterId> {
  const voter = newVoter();
  const cast = await redis?.cast(ballotOf(pollId, voter, [option]));
  expect(cast).toMatchObject({ kind: "judged", outcome: { kind: "accepted" } });
  return voter;
}

/** A ledger and a Redis for the tests of one file, and nodes that each test gets new. Call within `describe`. */
export class RecoveryBench {
  #dynamo: TestDynamo | undefined;
  #redis: RedisCluster | undefined;
  readonly #nodes: RecoveryNode[] = [];

  constructor({ withRedis = true } = {}) {
    beforeAll(async () => {
      const redis = withRedis ? startTestCluster({ masters: 1 }) : undefined;
      [this.#dynamo, this.#redis] = await Promise.all([startDynamo(), redis]);
    }, PATIENT_MS);
    afterEach(async () => {
      await Promise.all(this.#nodes.splice(0).map((node) => node.close()));
    });
    afterAll(async () => {
      await this.#redis?.stop();
      await this.#dynamo?.[Symbol.asyncDispose]();
    });
  }

  get redis(): RedisCluster {
    if (!this.#redis) throw new Error("There is a Redis only while tests run.");
    return this.#redis;
  }

  /** `withRedis: false` is a node that has only the ledger, as all have where the file has no Redis. */
  async node(name = "a", withRedis = true): Promise<RecoveryNode> {
    if (!this.#dynamo) throw new Error("There is a ledger only while tests run.");
    const redis = withRedis ? (this.#redis ?? null) : null;
    const node = await recoveryNode(name, this.#dynamo.settings, redis);
    this.#nodes.push(node);
    return node;
  }

  /** The poll in Redis, by hand; its votes are those of its ballots. */
  async stored(pollId: PollId): Promise<StoredPoll> {
    const poll = await readStoredPoll(this.redis, pollId);
    if (!poll) throw new Error(`Redis has no poll ${pollId}.`);
    expect(tallyTrouble(poll)).toEqual([]);
    return poll;
  }

  /** Redis forgets everything. */
  async wipe(): Promise<void> {
    const master = await this.redis.masterOf(0);
    await master.redis.flushall();
  }
}

/** The ledger, with something that happens while its ballots are read, once. */
export function interrupted(ledger: Ledger, happens: () => Promise<unknown>): Ledger {
  let happened = false;
  return new Proxy(ledger, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      return async (...parameters: unknown[]) => {
        if (name === "ballots" && !happened) {
          happened = true;
          await happens();
        }
        return value.apply(target, parameters);
      };
    },
  });
}
