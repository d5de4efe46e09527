import { describe, expect, test } from "bun:test";
import { runSchedule } from "./run-schedule.ts";
import { BROKEN, type Broken, type Variant } from "./variants.ts";

/** Every kind of fault many times, in a few seconds; `explore.ts` plays as many as one likes. */
const SCHEDULES = 4_000;
/** The rarest break needs about half of these. */
const ENOUGH = 8_000;

describe("the ballot protocol of docs/ballots.md", () => {
  test(`[V1][V2][V3][V4][V5][V6][B3][C2] hold in ${SCHEDULES} schedules of faults`, () => {
    const violated: Record<string, readonly string[]> = {};
    for (let seed = 1; seed <= SCHEDULES; seed += 1) {
      const { violations } = runSchedule(seed);
      if (violations.length > 0) violated[`seed ${seed}`] = violations;
    }
    expect(violated).toEqual({});
  }, 60_000);

  test("[V2] the same seed plays the same schedule again, to the last line of its story", () => {
    const [once, again] = [runSchedule(118, { told: true }), runSchedule(118, { told: true })];
    expect(once.story.length).toBeGreaterThan(5);
    expect(again).toEqual(once);
  });
});

describe("a broken protocol", () => {
  test.each(breaking("V1"))("[V1] is found out: %s", isFoundOut, 60_000);
  test.each(breaking("V2"))("[V2] is found out: %s", isFoundOut, 60_000);
  test.each(breaking("V4"))("[V4] is found out: %s", isFoundOut, 60_000);
  test.each(breaking("V5"))("[V5] is found out: %s", isFoundOut, 60_000);
  test.each(breaking("V6"))("[V6] is found out: %s", isFoundOut, 60_000);
  test.each(breaking("B3"))("[B3] is found out: %s", isFoundOut, 60_000);
  test.each(breaking("C2"))("[C2] is found out: %s", isFoundOut, 60_000);

  test("[V2] of every kind is among these", () => {
    const found = (["V1", "V2", "V4", "V5", "V6", "B3", "C2"] as const).flatMap(breaking);
    expect(found.length).toBe(Object.keys(BROKEN).length);
  });
});

/** The breaks that break this rule above all. */
function breaking(rule: Broken["breaks"][number]): [name: string, broken: Broken][] {
  return Object.entries<Broken>(BROKEN).filter(([, { breaks }]) => breaks[0] === rule);
}

function isFoundOut(name: string, { breaks, focus }: Broken): void {
  expect(firstBreak({ [name]: true }, { breaks, focus })).toMatch(new RegExp(`^(${breaks.join("|")}):`));
}

/** The first violation of one of the rules that a break is expected to break. */
function firstBreak(variant: Variant, { breaks, focus }: Broken): string | null {
  for (let seed = 1; seed <= ENOUGH; seed += 1) {
    const { violations } = runSchedule(seed, { variant, focus });
    const found = violations.find((violation) => breaks.some((rule) => violation.startsWith(rule)));
    if (found !== undefined) return found;
  }
  return null;
}
