import {
  type HealthReport,
  LEVEL_NAMES,
  type OpsReport,
  type SessionReport,
  type ShardReport,
  type StoreReport,
} from "../../../shared/ops-report.ts";

/** Noon of a day, from which the times of reports are counted. */
export const NOON = Date.UTC(2030, 0, 1, 12);

const WELL = {
  breaker: "closed",
  openSince: null,
  latencyMs: 1.2,
  latencyP50Ms: 0.8,
  needsHands: false,
} as const;

export function storeReport(report: Partial<StoreReport> = {}): StoreReport {
  return { name: "DynamoDB", ...WELL, ...report };
}

export function shardReport(report: Partial<ShardReport> = {}): ShardReport {
  return {
    ...storeReport({ name: "10.0.0.1:6379" }),
    level: 0,
    masterSince: NOON - 3 * 3_600_000,
    replica: true,
    lastFailoverAt: null,
    ...report,
  };
}

/** Of a node with three shards and a ledger, all well; the level is that of the shards unless given. */
export function opsReport(report: Partial<OpsReport> = {}): OpsReport {
  const shards = report.shards ?? [1, 2, 3].map((host) => shardReport({ name: `10.0.0.${host}:6379` }));
  const [level = 0] = shards.map((shard) => shard.level).sort((one, other) => other - one);
  const health: HealthReport = {
    level,
    levelName: LEVEL_NAMES[report.level ?? level],
    shards,
    ledger: storeReport(),
    failovers: 0,
    lastFailoverAt: null,
  };
  return {
    ...health,
    outbox: { entries: 0, oldestMs: 0 },
    keptInMemory: { ballots: 0, polls: 0, oldestMs: 0 },
    ledgerLagMs: 0,
    marks: 0,
    rebuilds: 0,
    lastRebuild: null,
    openPolls: 4,
    sessions: sessionReport(),
    ...report,
  };
}

/** Fifty people are signed in, and one question was answered past Redis. */
export function sessionReport(): SessionReport {
  const store = {
    hits: 90,
    misses: 10,
    restores: 0,
    errors: 0,
    writes: 50,
    latencyP50Ms: 0.4,
    latencyP95Ms: 2,
  };
  return {
    stores: [
      { ...store, name: "local", latencyP50Ms: null, latencyP95Ms: null },
      { ...store, name: "redis", restores: 7 },
      { ...store, name: "replica", hits: 0, misses: 0, writes: 0 },
      { ...store, name: "database", errors: 2 },
    ],
    active: 50,
    pending: 3,
    fallbacks: 1,
    emergencies: 0,
  };
}

/** One shard has been away for half a minute, with all that follows from it. */
export function degradedReport(): OpsReport {
  const since = NOON - 30_000;
  return opsReport({
    shards: [
      shardReport({ level: 1, breaker: "open", openSince: since, latencyP50Ms: null, needsHands: true }),
      shardReport({ name: "10.0.0.2:6379", replica: false }),
      shardReport({
        name: "10.0.0.6:6379",
        masterSince: NOON - 5 * 60_000,
        lastFailoverAt: NOON - 5 * 60_000,
      }),
    ],
    failovers: 1,
    lastFailoverAt: NOON - 5 * 60_000,
    outbox: { entries: 12, oldestMs: 800 },
    keptInMemory: { ballots: 3_450, polls: 2, oldestMs: 1_200 },
    ledgerLagMs: 1_200,
    marks: 2,
    rebuilds: 7,
    lastRebuild: { at: NOON - 4 * 60_000, ms: 900, ballots: 20_000 },
  });
}
