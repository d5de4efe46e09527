/** What the service still does at each level, as data: the one place where that is decided. */
import type { Level } from "../../../shared/ops-report.ts";

/** Critical: who somebody is (auth, csrf). High: activity. Medium: preferences. Low: scratch. */
export type Priority = "critical" | "high" | "medium" | "low";

/**
 * Where session data is read, in the order in which it is tried. `default`: what somebody gets who never set anything.
 * `off`: the feature is not there. `emergency mode`: a guest.
 */
export type Source =
  | "primary"
  | "replica"
  | "local cache"
  | "database"
  | "default"
  | "off"
  | "emergency mode";

export interface LevelRow {
  readonly sessions: Readonly<Record<Priority, readonly [Source, ...Source[]]>>;
  /** What vouches for a ballot. `unavailable`: nothing does, the browser keeps it. */
  readonly ballots: "Redis, outbox and replica" | "ledger" | "unavailable";
  /** What the bars are drawn from. */
  readonly results: "Redis" | "ledger" | "last snapshot";
}

/** Critical data is never read where it may be old: not from a replica, not from the local cache. */
export const LEVEL_TABLE: Readonly<Record<Level, LevelRow>> = {
  0: {
    sessions: {
      critical: ["primary"],
      high: ["primary", "local cache"],
      medium: ["primary", "local cache"],
      low: ["primary", "local cache"],
    },
    ballots: "Redis, outbox and replica",
    results: "Redis",
  },
  1: {
    sessions: {
      critical: ["database"],
      high: ["replica", "local cache"],
      medium: ["replica", "default"],
      low: ["default"],
    },
    ballots: "ledger",
    results: "ledger",
  },
  2: {
    sessions: { critical: ["database"], high: ["local cache"], medium: ["default"], low: ["off"] },
    ballots: "ledger",
    results: "ledger",
  },
  3: {
    sessions: { critical: ["database"], high: ["off"], medium: ["off"], low: ["off"] },
    ballots: "ledger",
    results: "ledger",
  },
  4: {
    sessions: { critical: ["emergency mode"], high: ["off"], medium: ["off"], low: ["off"] },
    ballots: "unavailable",
    results: "last snapshot",
  },
};
