import { expect, test } from "bun:test";
import { RevisionClock } from "../../../server/app/revision-clock.ts";
import { NOON, newVoter, steppableClock } from "../../support/fixtures.ts";

test("[B9] a ballot without a revision is stamped with the time of receipt", () => {
  const clock = steppableClock();
  const revisions = new RevisionClock(clock.now);
  expect(revisions.stamp(newVoter())).toBe(NOON);
  clock.step(1_000);
  expect(revisions.stamp(newVoter())).toBe(NOON + 1_000);
});

test("[B9] the stamps of one voter grow, also within a millisecond and when the clock goes back", () => {
  const clock = steppableClock();
  const revisions = new RevisionClock(clock.now);
  const voter = newVoter();
  const stamps = [0, 0, -5_000, 0, 5_000, 1].map((ms) => {
    clock.step(ms);
    return revisions.stamp(voter);
  });
  expect(stamps).toEqual([NOON, NOON + 1, NOON + 2, NOON + 3, NOON + 4, NOON + 5]);
  expect(revisions.stamp(newVoter())).toBe(NOON + 1);
});
