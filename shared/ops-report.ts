/** What a node tells its operator of its stores: `/api/ops`, the page `/ops` and the metrics are drawn from it. */

/** How degraded a shard is, or a node: the worst of its shards. By number. */
export const LEVEL_NAMES = ["normal", "replica", "local cache", "database", "minimal"] as const;
export type LevelName = (typeof LEVEL_NAMES)[number];
export type Level = 0 | 1 | 2 | 3 | 4;

/** `half-open` only for as long as one probe tries a store that was away. */
export type BreakerState = "closed" | "half-open" | "open";

/** Where a node keeps its polls first: in a file of its own, in a ledger alone, or in Redis with or without a ledger. */
export type FirstStore = "embedded" | "ledger" | "redis";

export interface StoreReport {
  /** `host:port` of a shard's master; `DynamoDB`. */
  readonly name: string;
  readonly breaker: BreakerState;
  /** Since when (epoch ms) it is taken for away; `null` while it is not. */
  readonly openSince: number | null;
  /** Of the last probe that was answered (ms), and the median of the last minute. */
  readonly latencyMs: number | null;
  readonly latencyP50Ms: number | null;
  /** It did not come back by itself in the time that a failover takes. */
  readonly needsHands: boolean;
}

export interface ShardReport extends StoreReport {
  readonly level: Level;
  /** Since when (epoch ms) this node has known this master. */
  readonly masterSince: number;
  /** Whether a replica answers; `null` before the first answer. */
  readonly replica: boolean | null;
  /** When (epoch ms) this master took over from another, as far as this node saw it. */
  readonly lastFailoverAt: number | null;
}

/** What the health monitor knows. */
export interface HealthReport {
  readonly level: Level;
  readonly levelName: LevelName;
  readonly shards: readonly ShardReport[];
  /** `null`: none is configured. */
  readonly ledger: StoreReport | null;
  /** Masters that were replaced, since the node started. */
  readonly failovers: number;
  /** Epoch ms. */
  readonly lastFailoverAt: number | null;
}

/** One of the places sessions are read from; counted since the node started. */
export interface SessionStoreReport {
  readonly name: "local" | "redis" | "replica" | "database";
  readonly hits: number;
  readonly misses: number;
  /** Entries that it got back from the database after a miss. */
  readonly restores: number;
  readonly errors: number;
  readonly writes: number;
  readonly latencyP50Ms: number | null;
  readonly latencyP95Ms: number | null;
}

export interface SessionReport {
  readonly stores: readonly SessionStoreReport[];
  /** Different sessions this node has seen in the last half hour, to about 2 %. */
  readonly active: number;
  /** What a store has still to be told, now. */
  readonly pending: number;
  /** Critical answers from the database because Redis could not be asked. */
  readonly fallbacks: number;
  /** Critical questions that nobody could answer. */
  readonly emergencies: number;
}

/** What the tiered polls know. `null`: there is no such thing on this node. */
export interface TierReport {
  /** Batches in Redis that the ledger does not have yet, of the polls this node works on. */
  readonly outbox: { readonly entries: number; readonly oldestMs: number } | null;
  /** Ballots this node vouched for and keeps until the ledger has them. */
  readonly keptInMemory: {
    readonly ballots: number;
    readonly polls: number;
    readonly oldestMs: number;
  } | null;
  /** How long the oldest ballot that was counted has waited for the ledger (ms). */
  readonly ledgerLagMs: number | null;
  /** Polls for which this node has said that Redis may lack something. */
  readonly marks: number | null;
  /** States that this node made whole in Redis since it started. */
  readonly rebuilds: number;
  /** `at`: epoch ms, when it was done; `ms`: how long it took; `ballots`: how many were brought. */
  readonly lastRebuild: { readonly at: number; readonly ms: number; readonly ballots: number } | null;
  /** Polls of all nodes that somebody still has to see to. */
  readonly openPolls: number | null;
  readonly sessions: SessionReport | null;
}

export type OpsReport = HealthReport & TierReport;

/** Of a node that has no store but its own file. */
export const NO_STORES: HealthReport = {
  level: 0,
  levelName: LEVEL_NAMES[0],
  shards: [],
  ledger: null,
  failovers: 0,
  lastFailoverAt: null,
};

/** Of a node that has no ledger beside its store. */
export const NO_TIERS: TierReport = {
  outbox: null,
  keptInMemory: null,
  ledgerLagMs: null,
  marks: null,
  rebuilds: 0,
  lastRebuild: null,
  openPolls: null,
  sessions: null,
};
