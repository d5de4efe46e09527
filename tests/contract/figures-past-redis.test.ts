/** Who joined, and when ballots were cast, where Redis is away or the result is of a release before. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import type { RedisCluster } from "../../infra/local/redis-cluster.ts";
import { countSteps, spanOf, TIMELINE_STEPS } from "../../server/app/timeline.ts";
import { DynamoLedger } from "../../server/store/dynamo/dynamo-ledger.ts";
import { RedisTier } from "../../server/store/redis/redis-tier.ts";
import { StoreBreakers } from "../../server/store/tiers/breakers.ts";
import { checksumOf } from "../../server/store/tiers/ledger.ts";
import { TieredPollStore } from "../../server/store/tiers/tiered-poll-store.ts";
import type { PollId } from "../../shared/ids.ts";
import { startDynamo, type TestDynamo } from "../support/dynalite.ts";
import {
  auditOf,
  ballotOf,
  closedControl,
  definitionOf,
  newVoter,
  openControl,
} from "../support/fixtures.ts";
import { startTestCluster } from "../support/redis-cluster.ts";
import { waitFor } from "../support/wait-for.ts";

/** The real one, until the test says that it is away. */
class LeavingTier extends RedisTier {
  away = false;

  override isAway(pollId: PollId): boolean {
    return this.away || super.isAway(pollId);
  }
}

describe("figures past Redis", () => {
  let cluster: RedisCluster;
  let dynamo: TestDynamo;
  beforeAll(async () => {
    [cluster, dynamo] = await Promise.all([startTestCluster(), startDynamo()]);
  }, 30_000);
  afterAll(async () => {
    await cluster?.stop();
    await dynamo?.[Symbol.asyncDispose]();
  });
  const opened: TieredPollStore[] = [];
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
  });

  async function openStore() {
    const onTrouble = (doing: string, trouble: unknown) => console.error(`could not ${doing}:`, trouble);
    const tier = new LeavingTier({
      settings: { nodes: cluster.nodes.map(({ host, port }) => ({ host, port })) },
      breakers: new StoreBreakers(),
      onTrouble,
      onError() {},
    });
    await tier.found;
    await waitFor("the shards to be known", () => tier.shards().length > 0);
    const ledger = new DynamoLedger({ settings: await dynamo.makeTable(), ballotRetentionDays: 30 });
    const store = new TieredPollStore({
      ledger,
      redis: tier,
      isLedgerAway: () => false,
      node: "node-under-test",
      clock: Date.now,
      tell: () => {},
      onTrouble,
    });
    opened.push(store);
    const definition = definitionOf();
    const control = { ...openControl(definition, Date.now() - 30_000), closesAt: Date.now() + 600_000 };
    await store.create(definition, control, auditOf("created"));
    return { store, tier, ledger, control, pollId: definition.pollId };
  }

  test("[C14] who came while Redis was away is to be reported again, and is counted once it is back", async () => {
    const { store, tier, pollId } = await openStore();
    const [one, two] = [newVoter(), newVoter()];
    expect(await store.reportViewers(pollId, "a", 1, [one])).toBe(true);
    tier.away = true;
    expect(await store.reportViewers(pollId, "a", 2, [two])).toBe(false);
    expect((await store.read(pollId))?.tally).toMatchObject({ viewerCount: 2, joinedCount: 0 });
    tier.away = false;
    await waitFor("Redis to take it", () => store.reportViewers(pollId, "a", 2, [two]));
    const back = await waitFor("Redis to show it", async () => {
      const tally = (await store.read(pollId))?.tally;
      return tally?.joinedCount ? tally : null;
    });
    expect(back).toMatchObject({ viewerCount: 2, joinedCount: 2 });
  }, 20_000);

  test("[C15] while Redis is away the timeline counts what the ledger has", async () => {
    const { store, tier, pollId, control } = await openStore();
    for (const ms of [1_000, 1_000, 20_000]) {
      await store.cast(ballotOf(pollId, newVoter(), [1], (control.openedAt ?? 0) + ms));
    }
    await waitFor("the ledger to have them", () => store.kept.count === 0);
    tier.away = true;
    expect((await store.cast(ballotOf(pollId, newVoter(), [1], Date.now()))).kind).toBe("accepted");
    const counts = (await store.timeline(pollId))?.ballots;
    expect(counts?.filter((count) => count > 0)).toEqual([2, 1, 1]);
  }, 20_000);

  test("[C15] a final result of a release before has no timeline; everything else of it is shown", async () => {
    const { store, tier, ledger, pollId, control } = await openStore();
    tier.away = true;
    const next = closedControl(control, Date.now());
    const step = { id: "step", pollId, expectedSeq: control.seq, control: next, audit: auditOf("closed") };
    await ledger.steer(step);
    const counted = { votes: [2, 0, 1], participantCount: 3, epoch: 9, version: 1 };
    await ledger.putFinal(pollId, { ...counted, checksum: checksumOf([]), generation: "before" });
    const poll = await waitFor("the final result", async () => {
      const read = await store.read(pollId);
      return read?.tally.final ? read : null;
    });
    expect(poll.tally.votes).toEqual([2, 0, 1]);
    const { from, to } = spanOf(next, Date.now()) ?? {};
    expect(await store.timeline(pollId)).toEqual({ from: from ?? 0, to: to ?? 0, ballots: null });
  }, 20_000);

  test("[C15] the ledger keeps the timeline of a final result", async () => {
    const { ledger, pollId } = await openStore();
    const timeline = await countSteps([[{ revision: 5 }]], { from: 0, to: 60 });
    expect(timeline).toHaveLength(TIMELINE_STEPS);
    const counted = { votes: [1, 0, 0], participantCount: 1, epoch: 9, version: 1 };
    const final = { ...counted, checksum: checksumOf([]), generation: "g", timeline };
    expect(await ledger.putFinal(pollId, final)).toEqual(final);
    expect((await ledger.record(pollId)).final).toEqual(final);
    expect(await ledger.putFinal(pollId, { ...final, generation: "late" })).toEqual(final);
  });
});
