/** Every sentence of the operator's page. */
import type { BreakerState, Level } from "../../shared/ops-report.ts";

export interface LevelWords {
  readonly name: string;
  readonly means: string;
  readonly todo: string;
}

const FILLED_IN = "Nothing has to be restored by hand: what Redis then lacks is filled in from the ledger.";

export const LEVEL_WORDS: Readonly<Record<Level, LevelWords>> = {
  0: {
    name: "Normal",
    means: "Redis answers. Votes are counted there and shown live.",
    todo: "Nothing.",
  },
  1: {
    name: "Replica",
    means: "A Redis master is away, its replica answers. Votes of its polls go to the ledger, and count.",
    todo: "Wait a minute: a failover ends this by itself. If it does not, look after the master named below.",
  },
  2: {
    name: "Local cache",
    means: "A whole Redis shard is away. Votes of its polls go to the ledger, and count.",
    todo: `Bring the servers of that shard back. ${FILLED_IN}`,
  },
  3: {
    name: "Database",
    means:
      "Redis has been away for half an hour, or since this node started. Votes go to the ledger, and count.",
    todo: `Bring Redis back. ${FILLED_IN}`,
  },
  4: {
    name: "Minimal",
    means: "Neither Redis nor a ledger takes votes of some polls. Browsers keep them and send them again.",
    todo: "Bring back either of the two. Until then nobody is told that a vote counts.",
  },
};

export const BREAKER_WORDS: Readonly<Record<BreakerState, string>> = {
  closed: "answers",
  "half-open": "being tried",
  open: "away",
};

export const opsTexts = {
  title: "Operations",
  level: (level: Level) => `Level ${level}`,
  todo: "What to do:",
  holdStill: "Hold this page still",
  follow: "Held still. Follow again",
  embeddedName: "On its own",
  embedded: "This node keeps everything in a file of its own. There is no Redis and no ledger to lose.",
  draining: "This node is shutting down. Its browsers are being sent to other nodes.",
  needsHands: (store: string) => `${store} does not come back by itself: somebody has to look after it.`,
  ledgerAway:
    "The ledger does not answer. Votes count in Redis all the same and wait there; polls that ask for the ledger wait.",

  redis: "Redis",
  noShards: "Redis has not been found yet. This node keeps looking.",
  shard: "Master",
  state: "State",
  answersIn: "Answers in",
  replica: "Replica",
  masterSince: "Known for",
  lastFailover: "Took over",
  replicaWords: { true: "answers", false: "away" },

  ledger: "Ledger",
  noLedger: "None is configured: a vote is as safe as Redis and its replicas.",

  sessions: "Sessions",
  activeSessions: "In use here in the last half hour",
  pendingSessions: "Still to be written",
  sessionModes: "Answered past Redis, by nobody",
  sessionStore: "Store",
  sessionCounts: ["Hits", "Misses", "Restored", "Errors", "Writes", "Answers in"],

  waiting: "On the way to the ledger",
  outbox: "In Redis",
  outboxWords: (batches: string, oldest: string) => `${batches} batches, the oldest ${oldest}`,
  kept: "In this node's memory",
  keptWords: (ballots: string, polls: string, oldest: string) =>
    `${ballots} votes of ${polls} polls, the oldest ${oldest}`,
  nothing: "nothing",
  lag: "Behind by",
  marks: "Polls this node has marked",
  rebuilds: "States made whole",
  rebuildWords: (count: string, ballots: string, took: string, ago: string) =>
    `${count}, the last ${ago} ago: ${ballots} votes in ${took}`,
  failovers: "Failovers seen",
  failoverWords: (count: string, ago: string) => `${count}, the last ${ago} ago`,

  node: "This node",
  sockets: "Browsers connected",
  livePolls: "Polls watched here",
  openPolls: "Polls to see to, on all nodes",

  legend: "What the levels mean",
  unknown: "–",
  ago: (time: string) => `${time} ago`,
  openSince: (state: string, time: string) => `${state} for ${time}`,
} as const;

/** A time for people, from ms: `0.4 s`, `12 s`, `3 min`, `2 h`, `5 days`. */
export function age(ms: number): string {
  const seconds = Math.max(0, ms) / 1_000;
  if (seconds < 0.05) return "0 s";
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}
