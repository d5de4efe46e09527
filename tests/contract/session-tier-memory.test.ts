import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { MemorySessionTier } from "../../server/store/tiers/memory-session-tier.ts";
import { type SteppableClock, steppableClock } from "../support/fixtures.ts";
import { type ManualTimers, manualTimers } from "../support/manual-timers.ts";
import { newKey, newSessionId } from "./session-tier-bench.ts";
import { sessionTierContract } from "./session-tier-contract.ts";

sessionTierContract("memory", (clock) => {
  const tier = new MemorySessionTier({ clock: clock.now });
  return [tier, tier];
});

const MINUTE = 60_000;
const DAY_SECONDS = 86_400;

describe("copies in memory", () => {
  let clock: SteppableClock;
  let timers: ManualTimers;
  let tier: MemorySessionTier;
  beforeEach(() => {
    clock = steppableClock();
    timers = manualTimers();
    tier = new MemorySessionTier({ clock: clock.now, timers, max: 3 });
  });
  afterEach(() => tier.close());

  /** Lets both clocks go on. */
  async function pass(ms: number): Promise<void> {
    clock.step(ms);
    await timers.pass(ms);
  }

  function lasting(version = 1) {
    const endsAt = clock.now() / 1_000 + DAY_SECONDS;
    return { version, data: null, idleUntil: endsAt, endsAt };
  }

  test("[N19] there are at most so many; the one that was not used for longest goes first", async () => {
    const keys = Array.from({ length: 4 }, () => newKey("preferences"));
    const [first, second, ...rest] = keys;
    if (!first || !second) throw new Error("there are four");
    for (const key of [first, second, rest[0] ?? first]) await tier.put(key, lasting());
    await tier.read(first);
    await tier.put(rest[1] ?? first, lasting());
    expect(tier.size).toBe(3);
    expect(await tier.read(first)).not.toBeNull();
    expect(await tier.read(second)).toBeNull();
  });

  test("[N19] a copy lives for half an hour from when it was last used", async () => {
    const key = newKey("activity");
    await tier.put(key, lasting());
    for (let reads = 0; reads < 3; reads += 1) {
      await pass(30 * MINUTE - 1);
      expect(await tier.read(key)).not.toBeNull();
    }
    await pass(30 * MINUTE);
    expect(await tier.read(key)).toBeNull();
  });

  test.each(["auth", "csrf"] as const)(
    "[N19] reading keeps no copy of %s alive; confirming it does",
    async (category) => {
      const key = newKey(category);
      await tier.put(key, lasting());
      await pass(20 * MINUTE);
      expect(await tier.read(key)).not.toBeNull();
      tier.confirm(key);
      await pass(20 * MINUTE);
      expect(await tier.read(key)).not.toBeNull();
      await pass(10 * MINUTE);
      expect(await tier.read(key)).toBeNull();
    },
  );

  test("[N19] what has ended, or was not used, is cleared away without anybody asking", async () => {
    const soon = lasting();
    await tier.put(newKey("activity"), { ...soon, idleUntil: clock.now() / 1_000 + 5 });
    await tier.put(newKey("scratch"), soon);
    expect(tier.size).toBe(2);
    await pass(2 * MINUTE);
    expect(tier.size).toBe(1);
    await pass(31 * MINUTE);
    expect(tier.size).toBe(0);
  });

  test("[N19] the age is counted from the last write or confirmation, not by the wall clock, and not from use", async () => {
    const key = newKey();
    expect(tier.age(key)).toBe(Number.POSITIVE_INFINITY);
    await timers.pass(5_000);
    await tier.put(key, lasting());
    expect(tier.age(key)).toBe(0);
    await timers.pass(700);
    clock.step(-MINUTE);
    await tier.read(key);
    await tier.touch(key, clock.now() / 1_000 + 2 * DAY_SECONDS);
    await tier.put(key, lasting());
    await tier.restore(key, lasting());
    expect(tier.age(key)).toBe(700);
    const askedAt = timers.now();
    await timers.pass(300);
    tier.confirm(key, askedAt);
    expect(tier.age(key)).toBe(300);
    // An older answer that comes late makes nothing older.
    tier.confirm(key, askedAt - 100);
    expect(tier.age(key)).toBe(300);
    await tier.put(key, lasting(2));
    expect(tier.age(key)).toBe(0);
    await timers.pass(100);
    tier.confirm(key);
    expect(tier.age(key)).toBe(0);
    const absent = newKey();
    tier.confirm(absent);
    expect(tier.age(absent)).toBe(Number.POSITIVE_INFINITY);
  });

  test("[N19] what others have changed is dropped, by category or all of it", async () => {
    const sessionId = newSessionId();
    const [auth, csrf] = [newKey("auth", sessionId), newKey("csrf", sessionId)];
    const foreign = newKey("auth");
    for (const key of [auth, csrf, foreign]) await tier.put(key, lasting());
    tier.drop(sessionId, ["csrf", "scratch"]);
    expect([await tier.read(auth), await tier.read(csrf)]).toEqual([lasting(), null]);
    tier.drop(sessionId, "all");
    expect(await tier.read(auth)).toBeNull();
    expect(await tier.read(foreign)).toEqual(lasting());
    expect(tier.age(auth)).toBe(Number.POSITIVE_INFINITY);
  });
});
