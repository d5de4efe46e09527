import { expect, test } from "bun:test";
import { pollHealth } from "../../../server/app/poll-health.ts";
import {
  type HealthReport,
  type Level,
  NO_STORES,
  type ShardReport,
  type StoreReport,
} from "../../../shared/ops-report.ts";

const store: StoreReport = {
  name: "DynamoDB",
  breaker: "closed",
  openSince: null,
  latencyMs: 1,
  latencyP50Ms: 1,
  needsHands: false,
};

function shard(name: string, level: Level, replica: boolean | null): ShardReport {
  return { ...store, name, level, replica, masterSince: 0, lastFailoverAt: null };
}

function report(shards: readonly ShardReport[], ledger: StoreReport | null, level: Level = 0): HealthReport {
  return { ...NO_STORES, level, shards, ledger };
}

const REPLICATED = { embedded: false, durability: "replicated" } as const;

test("[U58] a poll is as well as its own shard, whatever the others are; unknown, as the node", () => {
  const ill = report([shard("a", 0, true), shard("b", 4, false)], null, 4);
  expect(pollHealth(ill, { ...REPLICATED, shard: "a" })).toEqual({
    level: 0,
    levelName: "normal",
    keptIn: "replicated",
  });
  for (const unwell of ["b", "gone", null]) {
    expect(pollHealth(ill, { ...REPLICATED, shard: unwell })).toEqual({
      level: 4,
      levelName: "minimal",
      keptIn: null,
    });
  }
});

test.each([
  ["a replica", shard("a", 0, true), null, "replicated", "replicated"],
  ["no replica", shard("a", 0, false), null, "replicated", "primary"],
  ["a replica of which nothing is known yet", shard("a", 0, null), null, "replicated", "primary"],
  ["a replica and a ledger", shard("a", 0, true), store, "replicated", "replicated"],
  ["a ledger that the poll asked for", shard("a", 0, true), store, "ledger", "ledger"],
  ["a ledger and no replica", shard("a", 0, false), store, "replicated", "ledger"],
  ["a ledger while the master is away", shard("a", 1, true), store, "replicated", "ledger"],
] as const)("[U58] with %s a vote is safe where it then is", (_, own, ledger, durability, keptIn) => {
  const wanted = { shard: "a", embedded: false, durability };
  expect(pollHealth(report([own], ledger, own.level), wanted).keptIn).toBe(keptIn);
});

test("[U58] on its own a node keeps votes in its file; a ledger alone keeps them", () => {
  const alone = { shard: null, embedded: true, durability: "replicated" } as const;
  expect(pollHealth(NO_STORES, alone).keptIn).toBe("embedded");
  expect(pollHealth(report([], store), { ...alone, embedded: false }).keptIn).toBe("ledger");
});
