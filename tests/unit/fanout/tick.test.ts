import { describe, expect, test } from "bun:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import fc from "fast-check";
import { snapshotIntervalMs, Tick } from "../../../server/fanout/tick.ts";

/** A tick whose flushes are noted with their time (monotonic ms) and can be waited for. */
function notedTick(intervalMs: (lagMs: number) => number) {
  const flushes: number[] = [];
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  const tick = new Tick(() => {
    flushes.push(performance.now());
    for (const { count, resolve } of waiting) if (flushes.length >= count) resolve();
  }, intervalMs);
  const reached = (count: number) => new Promise<void>((resolve) => waiting.push({ count, resolve }));
  return { tick, flushes, reached };
}

describe("pace of a poll", () => {
  test("[F1] the first change goes out after its own turn of the loop, whatever the interval", async () => {
    const { tick, flushes } = notedTick(() => 60_000);
    tick.request();
    expect(flushes).toHaveLength(0);
    await nextTurn();
    expect(flushes).toHaveLength(1);
    tick.stop();
  });

  test("[F1] what changes within the interval goes out once, at its end, and the last change is among it", async () => {
    const { tick, flushes, reached } = notedTick(() => 50);
    const second = reached(2);
    tick.request();
    await nextTurn();
    for (let change = 0; change < 100; change++) tick.request();
    expect(flushes).toHaveLength(1);
    await second;
    expect((flushes[1] ?? 0) - (flushes[0] ?? 0)).toBeGreaterThanOrEqual(49);
    expect(flushes).toHaveLength(2);
    tick.stop();
  });

  test("[F1] a change during a flush is not taken for told", async () => {
    let flushes = 0;
    const { promise: done, resolve } = Promise.withResolvers<void>();
    const tick: Tick = new Tick(
      () => {
        flushes += 1;
        if (flushes === 1) tick.request();
        else resolve();
      },
      () => 1,
    );
    tick.request();
    await done;
    expect(flushes).toBe(2);
    tick.stop();
  });

  test("[F1] after a quiet interval the next change goes out at once again", async () => {
    const intervals: number[] = [];
    const { tick, flushes } = notedTick((lagMs) => intervals.push(lagMs) && 1);
    tick.request();
    await nextTurn();
    const quiet = notedTick(() => 20);
    const over = quiet.reached(2);
    quiet.tick.request();
    await nextTurn();
    quiet.tick.request();
    await over;
    expect(flushes).toHaveLength(1);
    tick.request();
    await nextTurn();
    expect(flushes).toHaveLength(2);
    expect(intervals).toEqual([0, 0]);
    tick.stop();
    quiet.tick.stop();
  });

  test("[F1] a tick learns how late it came", async () => {
    const lags: number[] = [];
    const { tick, reached } = notedTick((lagMs) => lags.push(lagMs) && 10);
    const second = reached(2);
    tick.request();
    await nextTurn();
    tick.request();
    const busyUntil = performance.now() + 60;
    while (performance.now() < busyUntil);
    await second;
    expect(lags[0]).toBe(0);
    expect(lags[1]).toBeGreaterThanOrEqual(45);
    tick.stop();
  });

  test("[F1] a stopped tick is silent, whether it was about to flush or waiting", async () => {
    const idle = notedTick(() => 1);
    idle.tick.request();
    idle.tick.stop();
    const waiting = notedTick(() => 1);
    waiting.tick.request();
    await nextTurn();
    waiting.tick.request();
    waiting.tick.stop();
    const other = notedTick(() => 10);
    const later = other.reached(2);
    other.tick.request();
    await nextTurn();
    other.tick.request();
    await later;
    expect([idle.flushes.length, waiting.flushes.length]).toEqual([0, 1]);
    other.tick.stop();
  });
});

describe("time between two snapshots", () => {
  test("[F2] 50 ms for a room, longer for a hall, at most a second for any audience", () => {
    expect(snapshotIntervalMs(0, 0)).toBe(50);
    expect(snapshotIntervalMs(2_500, 0)).toBe(50);
    expect(snapshotIntervalMs(10_000, 0)).toBe(200);
    expect(snapshotIntervalMs(1_000_000, 0)).toBe(1_000);
  });

  test("[F2] it grows with audience and with lag, and stays between 50 ms and a second", () => {
    const size = fc.nat(2_000_000);
    const lag = fc.nat(10_000);
    fc.assert(
      fc.property(size, size, lag, lag, (audience, more, late, later) => {
        const interval = snapshotIntervalMs(audience, late);
        expect(interval).toBeWithin(50, 1_000 + 1);
        expect(snapshotIntervalMs(audience + more, late + later)).toBeGreaterThanOrEqual(interval);
      }),
    );
  });
});
