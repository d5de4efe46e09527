import { expect, test } from "bun:test";
import { sessionIdOf } from "../../../server/app/session-token.ts";
import { CENSUS_WINDOW_MS, SessionCensus } from "../../../server/store/tiers/session-census.ts";
import type { SessionId } from "../../../shared/ids.ts";

const idsOf = (count: number, name = "session"): SessionId[] =>
  Array.from({ length: count }, (_, index) => sessionIdOf(`${name}-${index}`));

test.each([0, 1, 10, 1_000, 5_000, 20_000, 100_000])(
  "[N38] %d sessions are counted to a few percent",
  (count) => {
    const census = new SessionCensus(() => 0);
    const ids = idsOf(count);
    for (const id of [...ids, ...ids]) census.saw(id);
    // Three times the standard error of 4,096 registers.
    expect(Math.abs(census.count() - count)).toBeLessThanOrEqual(count * 0.05);
  },
);

test("[N38] sessions that nobody used for half an hour are not counted, and those used since are", () => {
  let now = 0;
  const census = new SessionCensus(() => now);
  const [early, late] = [idsOf(100, "early"), idsOf(50, "late")];
  for (const id of early) census.saw(id);
  now += CENSUS_WINDOW_MS / 2;
  for (const id of late) census.saw(id);
  expect(Math.abs(census.count() - 150)).toBeLessThanOrEqual(3);
  now += CENSUS_WINDOW_MS / 2;
  expect(Math.abs(census.count() - 50)).toBeLessThanOrEqual(1);
  now += CENSUS_WINDOW_MS;
  expect(census.count()).toBe(0);
});
