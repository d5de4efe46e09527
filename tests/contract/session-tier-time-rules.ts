import { expect, test } from "bun:test";
import { CATEGORIES, type SessionEntry } from "../../server/app/session.ts";
import type { SessionTier } from "../../server/store/tiers/session-tier.ts";
import { IDLE, newKey, type SessionTierBench } from "./session-tier-bench.ts";

/** From its second on, what has ended is not there: for no reader, and in nobody's way. */
export function sessionTierTimeRules(bench: SessionTierBench<SessionTier>): void {
  /** To the last millisecond before that second (epoch s) begins. */
  const stepToJustBefore = (second: number) => bench.clock.step(second * 1_000 - 1 - bench.clock.now());

  const ENDS: readonly [string, () => Partial<SessionEntry>][] = [
    ["unused", () => ({})],
    ["used, at its absolute end", () => ({ idleUntil: bench.now + IDLE, endsAt: bench.now + IDLE })],
    [
      "at its absolute end, before its idle end",
      () => ({ endsAt: bench.now + IDLE, idleUntil: bench.now + 900 }),
    ],
  ];

  test.each(ENDS)("[N8] a session ends %s, to the second", async (_, parts) => {
    const key = newKey();
    const entry = bench.entry({ version: 5, ...parts() });
    await bench.tier.put(key, entry);
    stepToJustBefore(bench.now + IDLE);
    expect(await bench.other.read(key)).toEqual(entry);
    expect(await bench.tier.restore(key, bench.entry())).toEqual(entry);
    bench.clock.step(1);
    expect(await bench.other.read(key)).toBeNull();
    expect(await bench.tier.read(key)).toBeNull();
  });

  test("[N8] what was touched ends at its later time, and in the end at its absolute one", async () => {
    const key = newKey();
    const entry = bench.entry();
    await bench.tier.put(key, entry);
    await bench.tier.touch(key, entry.idleUntil + 100);
    stepToJustBefore(entry.idleUntil + 100);
    expect(await bench.other.read(key)).toMatchObject({ idleUntil: entry.idleUntil + 100 });
    await bench.other.touch(key, entry.endsAt + 1_000);
    stepToJustBefore(entry.endsAt);
    expect(await bench.tier.read(key)).toMatchObject({ idleUntil: entry.endsAt });
    bench.clock.step(1);
    expect(await bench.tier.read(key)).toBeNull();
  });

  test("[N8] a revocation ends when it is said to", async () => {
    const key = newKey();
    await bench.tier.revoke(key.sessionId, bench.now + IDLE);
    stepToJustBefore(bench.now + IDLE);
    for (const category of CATEGORIES) {
      expect(await bench.other.read({ ...key, category })).toEqual({ revoked: true, endsAt: bench.now + 1 });
    }
    bench.clock.step(1);
    for (const category of CATEGORIES) expect(await bench.other.read({ ...key, category })).toBeNull();
  });

  test("[N8] what has ended is in nobody's way, and touching does not bring it back", async () => {
    const ended = [newKey(), newKey(), newKey()] as const;
    for (const key of ended) await bench.tier.put(key, bench.entry({ version: 9 }));
    const gone = newKey();
    await bench.tier.revoke(gone.sessionId, bench.now + IDLE);
    bench.clock.step(IDLE * 1_000);
    const [put, restored, touched] = ended;
    expect(await bench.other.touch(touched, bench.now + 100)).toBe("absent");
    expect(await bench.other.read(touched)).toBeNull();
    const entry = bench.entry();
    expect(await bench.other.put(put, entry)).toEqual(entry);
    expect(await bench.other.restore(restored, entry)).toEqual(entry);
    expect(await bench.other.restore(gone, entry)).toEqual(entry);
    for (const key of [put, restored, gone]) expect(await bench.tier.read(key)).toEqual(entry);
  });

  test("[N9] what ends now, has ended, or has less than a second left is not kept, least of all for ever", async () => {
    const seconds = [bench.now, bench.now + 0.5, bench.now - 1, 1, 0.5, 0, -1];
    for (const second of seconds) {
      const [put, restored, revoked, idle] = [newKey(), newKey(), newKey(), newKey()];
      const over = bench.entry({ idleUntil: second, endsAt: second });
      await bench.tier.put(put, over);
      await bench.tier.restore(restored, over);
      await bench.tier.put(idle, bench.entry({ idleUntil: second }));
      await bench.tier.revoke(revoked.sessionId, second);
      bench.clock.step(999);
      for (const key of [put, restored, revoked, idle]) expect(await bench.other.read(key)).toBeNull();
      const entry = bench.entry();
      for (const key of [put, restored, revoked, idle]) {
        expect(await bench.other.restore(key, entry)).toEqual(entry);
      }
      bench.clock.step(-999);
    }
  });

  test("[N9] a newer version that has ended takes the place of an older one that has not", async () => {
    const key = newKey();
    await bench.tier.put(key, bench.entry());
    await bench.tier.put(key, bench.entry({ version: 2, idleUntil: bench.now }));
    expect(await bench.other.read(key)).toBeNull();
    expect(await bench.other.touch(key, bench.now + 100)).toBe("absent");
  });

  test("[N9] parts of a second are cut off, not added", async () => {
    const key = newKey();
    const entry = bench.entry();
    await bench.tier.put(key, { ...entry, idleUntil: entry.idleUntil + 0.9 });
    await bench.tier.touch(key, entry.idleUntil + 1.9);
    bench.clock.step((IDLE + 1) * 1_000 + 950);
    expect(await bench.other.read(key)).toBeNull();
  });
}
