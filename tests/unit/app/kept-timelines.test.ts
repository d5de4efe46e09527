import { expect, test } from "bun:test";
import { KeptTimelines } from "../../../server/app/kept-timelines.ts";
import type { Poll } from "../../../server/app/poll.ts";
import { TIMELINE_STEPS } from "../../../server/app/timeline.ts";
import {
  closedControl,
  definitionOf,
  NOON,
  openControl,
  pollOf,
  steppableClock,
} from "../../support/fixtures.ts";

const definition = definitionOf();
const control = openControl(definition, NOON - 10_000);
const open = pollOf(definition, control, [2, 1, 0]);
const closed = pollOf(definition, closedControl(control), [2, 1, 0]);
const counting: Poll = { ...closed, tally: { ...closed.tally, final: false } };

/** A store that counts three ballots in the first step, unless the test says otherwise. */
class Bench {
  counted = 0;
  counts: readonly number[] | null = [3, ...new Array<number>(TIMELINE_STEPS - 1).fill(0)];
  outage: Error | null = null;
  /** How long counting takes (ms). */
  cost = 0;
  readonly clock = steppableClock();
  readonly monotonic = steppableClock(0);
  readonly timelines = new KeptTimelines(() => this.#count(), this.clock.now, this.monotonic.now);

  async #count(): Promise<readonly number[] | null> {
    this.counted += 1;
    this.monotonic.step(this.cost);
    if (this.outage) throw this.outage;
    return this.counts;
  }
}

test("[C15] all who ask at the same time, and for some seconds after, share one count", async () => {
  const subject = new Bench();
  const { timelines, clock, monotonic } = subject;
  const asked = await Promise.all(Array.from({ length: 100 }, () => timelines.of(open)));
  expect(new Set(asked).size).toBe(1);
  expect(asked[0]).toMatchObject({ from: NOON - 10_000, to: NOON });
  clock.step(4_999);
  monotonic.step(4_999);
  expect(await timelines.of(open)).toBe(asked[0] ?? null);
  clock.step(1);
  monotonic.step(1);
  expect(subject.counted).toBe(1);
  expect(await timelines.of(open)).toMatchObject({ to: NOON + 5_000 });
  expect(subject.counted).toBe(2);
});

test("[C15] what takes long to count is counted less often: a twentieth of the time", async () => {
  const subject = new Bench();
  subject.cost = 1_000;
  await subject.timelines.of(open);
  subject.monotonic.step(19_999);
  await subject.timelines.of(open);
  expect(subject.counted).toBe(1);
  subject.monotonic.step(1);
  await subject.timelines.of(open);
  expect(subject.counted).toBe(2);
});

test("[C15] a closed poll is counted at once, and once it is final never again, whatever its host does", async () => {
  const subject = new Bench();
  await subject.timelines.of(open);
  await subject.timelines.of(counting);
  await subject.timelines.of(closed);
  // That count was not of the final result, but is as fresh.
  expect(subject.counted).toBe(2);
  subject.monotonic.step(60_000);
  const last = await subject.timelines.of(closed);
  expect(subject.counted).toBe(3);
  subject.monotonic.step(1_000_000);
  const hidden = { ...closed, control: { ...closed.control, seq: 9, visibility: "hidden" as const } };
  expect(await subject.timelines.of(hidden)).toBe(last);
  expect(subject.counted).toBe(3);
});

test("[C15] what does not add up to the result, or was not known, is not kept for good", async () => {
  const subject = new Bench();
  for (const counts of [new Array<number>(TIMELINE_STEPS).fill(1), null]) {
    subject.counts = counts;
    subject.counted = 0;
    subject.monotonic.step(5_000);
    expect((await subject.timelines.of(closed))?.ballots).toEqual(counts);
    await subject.timelines.of(closed);
    expect(subject.counted).toBe(1);
    subject.monotonic.step(5_000);
    await subject.timelines.of(closed);
    expect(subject.counted).toBe(2);
  }
});

test("[C15] an outage is told to all who wait, and not remembered", async () => {
  const subject = new Bench();
  subject.outage = new Error("away");
  const asked = await Promise.allSettled([subject.timelines.of(open), subject.timelines.of(open)]);
  expect(asked.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  subject.outage = null;
  expect((await subject.timelines.of(open))?.ballots?.[0]).toBe(3);
  expect(subject.counted).toBe(2);
});
