import { expect, test } from "bun:test";
import { LEVEL_TABLE } from "../../../server/store/tiers/level-table.ts";
import { LOCAL_CACHE_MS, levelOf, type ShardState, worstOf } from "../../../server/store/tiers/levels.ts";
import { LEVEL_NAMES, type Level } from "../../../shared/ops-report.ts";

const WELL: ShardState = { primary: "answers", replica: "answers", seenAgoMs: 0, ledger: "answers" };
const AWAY = { primary: "away", replica: "away" } as const;

const CASES: readonly (readonly [Level, string, Partial<ShardState>])[] = [
  [0, "all is well", {}],
  [0, "replica and ledger are away", { replica: "away", ledger: "away" }],
  [0, "there is no ledger", { ledger: "none" }],
  [1, "the master is away", { primary: "away" }],
  [2, "all of the shard is away", { ...AWAY }],
  [2, "it has been away for half an hour", { ...AWAY, seenAgoMs: LOCAL_CACHE_MS }],
  [3, "it has been away for longer", { ...AWAY, seenAgoMs: LOCAL_CACHE_MS + 1 }],
  [3, "it was never seen", { ...AWAY, seenAgoMs: Number.POSITIVE_INFINITY }],
  [4, "shard and ledger are away", { ...AWAY, ledger: "away" }],
  [4, "master and ledger are away", { primary: "away", ledger: "away" }],
  [4, "the master is away and there is no ledger", { primary: "away", ledger: "none" }],
];

test.each(CASES)("[K91] level %d: %s", (level, _case, state) => {
  expect(levelOf({ ...WELL, ...state })).toBe(level);
});

test("[K91] a node is as well as its worst shard", () => {
  expect(worstOf([])).toBe(0);
  expect(worstOf([0, 3, 1])).toBe(3);
});

const ROWS: readonly (readonly [Level, string, readonly string[], string, string])[] = [
  [
    0,
    "normal",
    ["primary", "primary, local cache", "primary, local cache", "primary, local cache"],
    "Redis, outbox and replica",
    "Redis",
  ],
  [1, "replica", ["database", "replica, local cache", "replica, default", "default"], "ledger", "ledger"],
  [2, "local cache", ["database", "local cache", "default", "off"], "ledger", "ledger"],
  [3, "database", ["database", "off", "off", "off"], "ledger", "ledger"],
  [4, "minimal", ["emergency mode", "off", "off", "off"], "unavailable", "last snapshot"],
];

test.each(ROWS)("[K91] row %d of the level table: %s", (level, name, sessions, ballots, results) => {
  const { sessions: by, ...polls } = LEVEL_TABLE[level];
  expect([by.critical, by.high, by.medium, by.low].map((sources) => sources.join(", "))).toEqual([
    ...sessions,
  ]);
  expect(polls).toEqual({ ballots, results } as typeof polls);
  expect(LEVEL_NAMES[level] as string).toBe(name);
});

test("[K91] what is critical is never read where it may be old", () => {
  const sources = Object.values(LEVEL_TABLE).flatMap(({ sessions }) => [...sessions.critical]);
  for (const stale of ["replica", "local cache"] as const) expect(sources).not.toContain(stale);
});
