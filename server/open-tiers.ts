import { setTimeout as pause } from "node:timers/promises";
import type { TierReport } from "../shared/ops-report.ts";
import type { Clock } from "./app/ports.ts";
import type { Config, LedgerConfig, RedisConfig } from "./config.ts";
import { RedisBus } from "./fanout/redis-bus.ts";
import { TieredBus } from "./fanout/tiered-bus.ts";
import { openRooms } from "./open-rooms.ts";
import { openSessions } from "./open-sessions.ts";
import type { Log } from "./ops/log.ts";
import { storeLog } from "./ops/store-log.ts";
import { troubleLog } from "./ops/trouble-log.ts";
import { DynamoLedger } from "./store/dynamo/dynamo-ledger.ts";
import { TableAdmin } from "./store/dynamo/table.ts";
import type { OnRequest } from "./store/dynamo/time-requests.ts";
import { connectSubscriber, type Topology } from "./store/redis/connect-redis.ts";
import { pollChannels, pollKeys } from "./store/redis/keys.ts";
import { RedisTier } from "./store/redis/redis-tier.ts";
import { StoreBreakers } from "./store/tiers/breakers.ts";
import { LEDGER } from "./store/tiers/health.ts";
import { StoreMonitor } from "./store/tiers/monitor.ts";
import { TieredPollStore } from "./store/tiers/tiered-poll-store.ts";
import type { Stores } from "./stores.ts";

/** How often a table that could not be made is tried again (ms). */
const TABLE_AGAIN_MS = 1_000;

/** Where the figures of the ledger's requests go. */
export interface LedgerMeter {
  readonly ledgerRequest: OnRequest;
}

/** How long a start waits for Redis (ms), and how often it looks. */
const REDIS_AWAITED_MS = 1_000;
const LOOK_EVERY_MS = 20;

type Tiered = Pick<
  Config,
  "sessionSecrets" | "nodeName" | "ballotRetentionDays" | "localCacheSize" | "redis"
> & {
  readonly ledger: LedgerConfig;
};

/** Redis above a ledger, or the ledger alone. Returns in a second at the latest, whichever of them answers. */
export async function openTiers(config: Tiered, clock: Clock, log: Log, meter: LedgerMeter): Promise<Stores> {
  const { nodeName: node } = config;
  const onTrouble = troubleLog(log);
  const breakers = new StoreBreakers();
  const stop = new AbortController();
  const onRequest = countRequests(meter, breakers);
  const ledger = openLedger(config, clock, log, stop.signal, onRequest);
  const redis = config.redis && openRedisTier(config.redis, breakers, log);
  const bus = new TieredBus({
    redis: () => redis?.bus ?? null,
    isAway: (pollId) => redis?.tier.isAway(pollId) ?? true,
  });
  breakers.onReset(() => bus.subscribeAgain());
  const polls = new TieredPollStore({
    ledger,
    redis: redis?.tier ?? null,
    isLedgerAway: () => breakers.isOpen(LEDGER),
    node,
    clock,
    tell: bus.tell,
    onTrouble,
  });
  const monitor = new StoreMonitor({
    shards: redis && (() => redis.tier.shards()),
    ledger,
    node,
    breakers,
    clock,
    ...storeLog(log),
  });
  const tier = redis?.tier ?? null;
  const rooms = openRooms({ settings: config.redis, ledger, redis: tier, breakers, onTrouble });
  const hosts = openSessions({ config, ledger, redis: tier, breakers, monitor, clock, onTrouble, onRequest });
  monitor.start();
  polls.start();
  if (redis) await untilFound(redis.tier, stop.signal);
  return {
    polls,
    bus,
    rooms: rooms.rooms,
    roomBus: rooms.roomBus,
    sessions: hosts.sessions,
    accounts: hosts.accounts,
    secrets: config.sessionSecrets ?? [],
    forgetBallots: async () => 0,
    ops: () => ({ ...monitor.report(), ...tierReport(polls), sessions: hosts.report() }),
    shardOf: (pollId) => tier?.connection.shardOfKey(pollKeys(pollId).poll) ?? null,
    async close() {
      stop.abort();
      monitor.stop();
      await hosts.close();
      await rooms.close();
      await polls.close();
      bus.close();
    },
  };
}

/** Figures of every request; those without an answer speak for the breaker too. */
function countRequests(meter: LedgerMeter, breakers: StoreBreakers): OnRequest {
  return (operation, seconds, outcome) => {
    meter.ledgerRequest(operation, seconds, outcome);
    if (outcome === "failed") breakers.failed(LEDGER);
  };
}

/** A poll that is made before Redis was found is born in the ledger alone: a Redis that is there is waited for. */
async function untilFound(tier: RedisTier, stopped: AbortSignal): Promise<void> {
  const giveUpAt = performance.now() + REDIS_AWAITED_MS;
  while (tier.shards().length === 0 && performance.now() < giveUpAt) {
    await pause(LOOK_EVERY_MS, null, { signal: stopped }).catch(() => {});
  }
}

function openLedger(
  { ledger: settings, ballotRetentionDays }: Tiered,
  clock: Clock,
  log: Log,
  stopped: AbortSignal,
  onRequest: OnRequest,
): DynamoLedger {
  const { table, endpoint, createTable } = settings;
  log.info({ table, endpoint }, "ledger: a ballot is kept in DynamoDB for good");
  if (createTable) void makeTable(settings, log, stopped);
  return new DynamoLedger({ settings, ballotRetentionDays, clock, onRequest });
}

/** Tried until it works out: a node may be started before its ledger. */
async function makeTable(settings: LedgerConfig, log: Log, stopped: AbortSignal): Promise<void> {
  const admin = new TableAdmin(settings);
  for (let said = false; !stopped.aborted; said = true) {
    try {
      if ((await admin.ensure()) === "created")
        log.info({ table: settings.table }, "made the ledger's table");
      return;
    } catch (trouble) {
      if (!said) log.warn({ err: trouble }, "the ledger does not answer yet; polls go on as far as they can");
      await pause(TABLE_AGAIN_MS, null, { signal: stopped }).catch(() => {});
    }
  }
}

function openRedisTier(settings: RedisConfig, breakers: StoreBreakers, log: Log) {
  const onTrouble = troubleLog(log);
  let said = false;
  const onError = (error: Error) => {
    log.debug({ err: error }, "Redis connection");
    if (!said && opened.bus === null) log.warn({ err: error }, "no Redis answers yet; polls go past it");
    said = true;
  };
  const tier: RedisTier = new RedisTier({ settings, breakers, onTrouble, onError });
  const opened: { readonly tier: RedisTier; bus: RedisBus | null } = { tier, bus: null };
  void tier.found.then((topology: Topology) => {
    log.info({ topology }, "Redis found");
    opened.bus = new RedisBus({
      connect: () => connectSubscriber(settings, topology).on("error", onError),
      channelsOf: pollChannels,
      onSnapshot: (pollId, version) => tier.snapshotHeard(pollId, version),
      onTrouble,
    });
  });
  return opened;
}

function tierReport({ kept, marks, sweep, tender }: TieredPollStore): Omit<TierReport, "sessions"> {
  const { openPolls, biggestOutbox, oldestOutboxMs } = sweep.figures;
  const oldestMs = Math.round(kept.oldestMs());
  const { lastRebuilt } = tender;
  return {
    outbox: { entries: biggestOutbox, oldestMs: oldestOutboxMs },
    keptInMemory: { ballots: kept.count, polls: kept.polls.length, oldestMs },
    ledgerLagMs: Math.max(oldestMs, oldestOutboxMs),
    marks: marks.size,
    rebuilds: tender.rebuilds,
    lastRebuild: lastRebuilt && { at: lastRebuilt.at, ms: lastRebuilt.ms, ballots: lastRebuilt.ballots },
    openPolls,
  };
}
