import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { draftControl } from "../../../server/app/poll.ts";
import { countSteps, spanOf, stepOf, TIMELINE_STEPS } from "../../../server/app/timeline.ts";
import { closedControl, definitionOf, NOON, openControl } from "../../support/fixtures.ts";

const definition = definitionOf({ durationSeconds: 60 });
const open = openControl(definition, NOON);

/** What a browser, or a program, may send as a revision. */
const anyRevision = fc.oneof(
  fc.maxSafeNat(),
  fc.integer({ min: NOON - 100_000, max: NOON + 200_000 }),
  fc.constantFrom(0, NOON, NOON + 1, NOON + 60_000),
);
const anySpan = fc.nat(200_000).map((length) => ({ from: NOON, to: NOON + length }));

describe("the span of a timeline", () => {
  test("[C15] is from opening to the end; while the poll is open to now, never beyond its end", () => {
    expect(spanOf(draftControl(definition.settings), NOON)).toBeNull();
    expect(spanOf(open, NOON + 5_000)).toEqual({ from: NOON, to: NOON + 5_000 });
    expect(spanOf(open, NOON + 61_000)).toEqual({ from: NOON, to: NOON + 60_000 });
    const closed = closedControl(open, NOON + 30_000);
    expect(spanOf(closed, NOON + 90_000)).toEqual({ from: NOON, to: NOON + 30_000 });
  });

  test("[C15] has no negative length, though a clock went back", () => {
    expect(spanOf(open, NOON - 5_000)).toEqual({ from: NOON, to: NOON });
    expect(spanOf(closedControl(open, NOON - 1), NOON)).toEqual({ from: NOON, to: NOON });
  });
});

describe("the steps of a timeline", () => {
  test("[C15] whatever the revisions, every ballot is in one step", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(anyRevision)), anySpan, async (parts, span) => {
        const counts = await countSteps(
          parts.map((part) => part.map((revision) => ({ revision }))),
          span,
        );
        expect(counts).toHaveLength(TIMELINE_STEPS);
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(parts.flat().length);
      }),
    );
  });

  test("[C15] of two ballots the later one is in no earlier step", () => {
    fc.assert(
      fc.property(anyRevision, anyRevision, anySpan, (one, other, span) => {
        expect(stepOf(Math.min(one, other), span)).toBeLessThanOrEqual(stepOf(Math.max(one, other), span));
      }),
    );
  });

  test("[C15] the steps are equally long, and what is outside is in the first or last", () => {
    const span = { from: NOON, to: NOON + 60_000 };
    const inside = Array.from({ length: 60_000 }, (_, ms) => stepOf(NOON + ms, span));
    expect(inside).toEqual(Array.from({ length: 60_000 }, (_, ms) => Math.floor(ms / 1_000)));
    expect([0, 1, NOON - 1].map((revision) => stepOf(revision, span))).toEqual([0, 0, 0]);
    expect([NOON + 60_000, Number.MAX_SAFE_INTEGER].map((revision) => stepOf(revision, span))).toEqual([
      59, 59,
    ]);
  });
});
