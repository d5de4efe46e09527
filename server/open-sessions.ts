import type { SessionReport } from "../shared/ops-report.ts";
import type { Clock } from "./app/ports.ts";
import type { AccountStore } from "./app/session-ports.ts";
import type { Config, LedgerConfig } from "./config.ts";
import { RedisSessionBus } from "./fanout/session-bus.ts";
import { hintPorts } from "./open-rooms.ts";
import type { OnTrouble } from "./ops/trouble-log.ts";
import { DynamoAccountStore } from "./store/dynamo/dynamo-account-store.ts";
import type { DynamoLedger } from "./store/dynamo/dynamo-ledger.ts";
import { DynamoSessions } from "./store/dynamo/dynamo-sessions.ts";
import type { OnRequest } from "./store/dynamo/time-requests.ts";
import { RedisSessions } from "./store/redis/redis-sessions.ts";
import type { RedisTier } from "./store/redis/redis-tier.ts";
import type { StoreBreakers } from "./store/tiers/breakers.ts";
import { LEDGER } from "./store/tiers/health.ts";
import { MemorySessionTier } from "./store/tiers/memory-session-tier.ts";
import type { StoreMonitor } from "./store/tiers/monitor.ts";
import { SESSION_STORES } from "./store/tiers/session-statistics.ts";
import { TieredSessions } from "./store/tiers/tiered-sessions.ts";

export interface SessionParts {
  readonly config: Pick<Config, "nodeName" | "localCacheSize" | "redis"> & { readonly ledger: LedgerConfig };
  readonly ledger: DynamoLedger;
  /** `null`: the ledger alone. */
  readonly redis: RedisTier | null;
  readonly breakers: StoreBreakers;
  readonly monitor: Pick<StoreMonitor, "report">;
  readonly clock: Clock;
  readonly onTrouble: OnTrouble;
  /** Told of every request to the database. */
  readonly onRequest: OnRequest;
}

export interface OpenedSessions {
  readonly report: () => SessionReport;
  readonly sessions: TieredSessions;
  readonly accounts: AccountStore;
  close(): Promise<void>;
}

/** Sessions and accounts on the stores, breakers and levels of the polls. */
export function openSessions(parts: SessionParts): OpenedSessions {
  const { config, ledger, redis, breakers, monitor, clock, onTrouble } = parts;
  const shared = redis && new RedisSessions(redis.connection, clock);
  const bus = new RedisSessionBus(hintPorts(redis, config.redis));
  const sessions = new TieredSessions({
    local: new MemorySessionTier({ clock, max: config.localCacheSize }),
    redis: shared,
    database: new DynamoSessions(ledger.table),
    bus,
    levelOf(sessionId) {
      const { level, shards } = monitor.report();
      const name = shared?.shardOf(sessionId);
      return shards.find((shard) => shard.name === name)?.level ?? level;
    },
    isDatabaseAway: () => breakers.isOpen(LEDGER),
    node: config.nodeName,
    clock,
    onTrouble,
  });
  breakers.onReset(() => bus.subscribeAgain());
  sessions.start();
  const accounts = new DynamoAccountStore({
    settings: config.ledger,
    clock,
    onRequest: parts.onRequest,
    isAway: () => breakers.isOpen(LEDGER),
  });
  return {
    sessions,
    accounts,
    report: () => reportOf(sessions),
    async close() {
      await sessions.close();
      bus.close();
      await accounts.close();
    },
  };
}

function reportOf(sessions: TieredSessions): SessionReport {
  const { stores, activeSessions, pending, fallbacks, emergencies } = sessions.figures();
  const named = SESSION_STORES.map((name) => ({ name, ...stores[name] }));
  return { stores: named, active: activeSessions, pending, fallbacks, emergencies };
}
