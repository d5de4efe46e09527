import { describe, expect, test } from "bun:test";
import { runSchedule } from "./run-schedule.ts";
import { SOUND, type Variant } from "./variants.ts";

/** Enough to meet every kind of fault many times, and few seconds; `explore.ts` plays as many as you like. */
const SCHEDULES = 2_000;

describe("the ballot protocol as docs/ballots.md has it", () => {
  test(`[V2] loses nothing, doubles nothing and converges in ${SCHEDULES} schedules of faults`, () => {
    const violated: Record<number, readonly string[]> = {};
    for (let seed = 1; seed <= SCHEDULES; seed += 1) {
      const { violations } = runSchedule(seed, SOUND);
      if (violations.length > 0) violated[seed] = violations;
    }
    expect(violated).toEqual({});
  }, 120_000);

  test("[V2] a seed plays the same schedule again", () => {
    expect(runSchedule(118, SOUND).story).toEqual(runSchedule(118, SOUND).story);
  });
});

/** A broken variant, the invariant it breaks, and a seed from which on a violation is near. */
const BROKEN: readonly [keyof Variant, string, number][] = [
  ["addCounters", "V3", 1],
  ["noRevisionOrder", "V", 1],
  ["controlOnlyInRedis", "V6", 1],
  ["finalWithoutRedis", "V", 1],
  ["drainBehindRebuild", "V4", 1],
  ["noFence", "V", 100],
  ["acknowledgeBeforeWait", "V2", 100],
  ["rebuildDuringDirty", "V4", 150],
  ["noHolds", "V2", 400],
  ["repeatWithoutWait", "V2", 2_400],
  ["trustAnyMaster", "V4", 1],
];

describe("the model objects to", () => {
  test.each(BROKEN)("[V2] %s, which breaks %s", (variant, rule, from) => {
    for (let seed = from; seed < from + 400; seed += 1) {
      const [violation] = runSchedule(seed, { [variant]: true }).violations;
      if (violation === undefined) continue;
      expect(violation).toStartWith(rule);
      return;
    }
    throw new Error(`400 schedules from seed ${from} found nothing wrong with ${variant}`);
  });
});
