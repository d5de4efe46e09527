import { endDuePolls } from "../../server/app/end-due-polls.ts";
import { RedisBus } from "../../server/fanout/redis-bus.ts";
import { TieredBus } from "../../server/fanout/tiered-bus.ts";
import type { DynamoSettings } from "../../server/store/dynamo/connect-dynamo.ts";
import { DynamoLedger } from "../../server/store/dynamo/dynamo-ledger.ts";
import { connectSubscriber, type RedisSettings } from "../../server/store/redis/connect-redis.ts";
import { pollChannels } from "../../server/store/redis/keys.ts";
import { RedisTier } from "../../server/store/redis/redis-tier.ts";
import { StoreBreakers } from "../../server/store/tiers/breakers.ts";
import { TieredPollStore } from "../../server/store/tiers/tiered-poll-store.ts";
import type { PollId } from "../../shared/ids.ts";
import { waitFor } from "../support/wait-for.ts";
import { NewsLog } from "./news-log.ts";
import type { PollStoreHarness } from "./poll-store-harness.ts";

/** What went wrong behind the scenes fails the test that caused it, unless it is about to end anyway. */
const onTrouble = (doing: string, trouble: unknown) => console.error(`could not ${doing}:`, trouble);

/** Past Redis every end takes the two seconds of the leases. */
const RUNS_WITHOUT_REDIS = 6;

/** Casts as a browser does: what is pending is sent again, until the final result decides; and somebody ends what is due. */
function patiently(store: TieredPollStore): TieredPollStore["cast"] {
  return async (ballot) => {
    for (;;) {
      const outcome = await TieredPollStore.prototype.cast.call(store, ballot);
      if (outcome.kind !== "pending") return outcome;
      await endDuePolls({ polls: store, clock: Date.now });
      await store.tender.tend(ballot.pollId);
    }
  };
}

/** The tiers over a ledger that is there already, with a Redis that runs above it or without. */
export async function tieredHarness(dynamo: DynamoSettings, redisSettings: RedisSettings | null) {
  const news = new NewsLog();
  const followed: PollId[] = [];
  const open = async () => {
    const breakers = new StoreBreakers();
    const tier =
      redisSettings && new RedisTier({ settings: redisSettings, breakers, onTrouble, onError() {} });
    const topology = await tier?.found;
    if (tier) await waitFor("the shards to be known", () => tier.shards().length > 0);
    const redisBus =
      tier &&
      new RedisBus({
        connect: () => connectSubscriber(redisSettings, topology ?? "cluster"),
        channelsOf: pollChannels,
        onSnapshot: (pollId, version) => tier.snapshotHeard(pollId, version),
        onTrouble,
      });
    const bus = new TieredBus({ redis: () => redisBus, isAway: () => redisBus === null });
    const store = new TieredPollStore({
      ledger: new DynamoLedger({ settings: dynamo, ballotRetentionDays: 30 }),
      redis: tier,
      isLedgerAway: () => false,
      node: "node-under-test",
      clock: Date.now,
      tell: bus.tell,
      onTrouble,
    });
    const create: TieredPollStore["create"] = async (definition, ...rest) => {
      const { pollId } = definition;
      followed.push(pollId);
      await bus.follow(pollId, news.tell);
      return TieredPollStore.prototype.create.call(store, definition, ...rest);
    };
    for (const pollId of followed) await bus.follow(pollId, news.tell);
    return { store: Object.assign(store, { create, cast: patiently(store) }), bus };
  };
  let opened = await open();
  const close = async () => {
    await opened.store.close();
    opened.bus.close();
  };
  return {
    get store() {
      return opened.store;
    },
    clock: { now: Date.now },
    news,
    joined: redisSettings ? "kept" : "not counted",
    runs: redisSettings ? 60 : RUNS_WITHOUT_REDIS,
    async reopen() {
      await close();
      opened = await open();
    },
    dispose: close,
  } satisfies PollStoreHarness;
}
