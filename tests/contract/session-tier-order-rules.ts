import { expect, test } from "bun:test";
import { CATEGORIES, type SessionEntry, type Standing } from "../../server/app/session.ts";
import type { SessionTier } from "../../server/store/tiers/session-tier.ts";
import { CALLERS, newKey, type SessionTierBench } from "./session-tier-bench.ts";

/** Rounds of a race: each time others come first. */
const ROUNDS = 6;

function versionOf(standing: Standing | null): number {
  if (standing === null || "revoked" in standing) throw new Error("no entry");
  return standing.version;
}

/** Which of two writes stands, whichever comes first. */
export function sessionTierOrderRules(bench: SessionTierBench<SessionTier>): void {
  test("[N2] only what is newer takes the place of what stands", async () => {
    const key = newKey();
    const second = bench.entry({ version: 2, data: "second" });
    await bench.tier.put(key, second);
    expect(await bench.other.put(key, bench.entry({ version: 1, data: "first" }))).toEqual(second);
    expect(await bench.other.put(key, bench.entry({ version: 2, data: "another" }))).toEqual(second);
    const third = bench.entry({ version: 3, data: null, idleUntil: bench.now + 5 });
    expect(await bench.other.put(key, third)).toEqual(third);
    expect(await bench.tier.read(key)).toEqual(third);
  });

  test("[N2] versions are compared as numbers", async () => {
    const key = newKey();
    await bench.tier.put(key, bench.entry({ version: 9 }));
    const tenth = bench.entry({ version: 10 });
    expect(await bench.other.put(key, tenth)).toEqual(tenth);
    expect(await bench.tier.put(key, bench.entry({ version: 9 }))).toEqual(tenth);
  });

  test("[N2] raced, the newest stands in the end, and nobody is answered an older one than their own", async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const key = newKey("activity");
      const version = (caller: number) => ((caller * 5 + round) % CALLERS) + 1;
      const answers = await bench.race((tier, caller) =>
        tier.put(key, bench.entry({ version: version(caller), data: caller })),
      );
      for (const [caller, answer] of answers.entries()) {
        expect(versionOf(answer)).toBeGreaterThanOrEqual(version(caller));
      }
      expect(versionOf(await bench.tier.read(key))).toBe(CALLERS);
    }
  });

  test("[N3] of writes of the same version one wins, and all are answered what it was", async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const key = newKey("preferences");
      const answers = await bench.race((tier, caller) => tier.put(key, bench.entry({ data: caller })));
      const standing = await bench.tier.read(key);
      expect(answers).toEqual(answers.map(() => standing as Standing)); // all put one
    }
  });

  test("[N4] a revocation takes any place, and nothing takes its", async () => {
    const key = newKey();
    await bench.tier.put(key, bench.entry({ version: 7 }));
    const revoked = bench.revoked();
    expect(await bench.tier.put(key, revoked)).toEqual(revoked);
    expect(await bench.other.put(key, bench.entry({ version: 8 }))).toEqual(revoked);
    expect(await bench.other.restore(key, bench.entry({ version: 8 }))).toEqual(revoked);
    expect(await bench.other.touch(key, bench.now + 900)).toBe("absent");
    expect(await bench.other.put(key, bench.revoked(bench.now + 5))).toEqual(revoked);
    expect(await bench.tier.read(key)).toEqual(revoked);
  });

  test("[N4] whatever races with a revocation, it stands in the end, in every category", async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { sessionId } = newKey();
      const key = (caller: number) => ({
        sessionId,
        category: CATEGORIES[caller % CATEGORIES.length] ?? "auth",
      });
      const endsAt = bench.now + 900;
      await bench.race(async (tier, caller) => {
        if (caller === round) return tier.revoke(sessionId, endsAt);
        if (caller % 3 === 0) return tier.restore(key(caller), bench.entry());
        if (caller % 3 === 1) return tier.put(key(caller), bench.entry({ version: caller }));
        return tier.touch(key(caller), bench.now + 900);
      });
      for (const category of CATEGORIES) {
        expect(await bench.tier.read({ sessionId, category })).toEqual({ revoked: true, endsAt });
      }
    }
  });

  test("[N6] a restore changes nothing where something stands, not even an older version", async () => {
    const key = newKey();
    const restored = bench.entry({ version: 3 });
    expect(await bench.tier.restore(key, restored)).toEqual(restored);
    expect(await bench.other.restore(key, bench.entry({ version: 4 }))).toEqual(restored);
    expect(await bench.tier.read(key)).toEqual(restored);
  });

  test("[N6] a restore that races with a newer write or with a revocation loses, whoever comes first", async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const [written, revoked] = [newKey("csrf"), newKey("csrf")];
      const newer = bench.entry({ version: 2, data: "newer" });
      const restore = (tier: SessionTier, key: typeof written) => tier.restore(key, bench.entry());
      await Promise.all([
        ...(round % 2 ? [restore(bench.tier, written), restore(bench.tier, revoked)] : []),
        bench.other.put(written, newer),
        bench.other.revoke(revoked.sessionId, bench.now + 60),
        restore(bench.tier, written),
        restore(bench.tier, revoked),
      ]);
      expect(await bench.tier.read(written)).toEqual(newer);
      expect(await bench.tier.read(revoked)).toEqual(bench.revoked(bench.now + 60));
    }
  });

  test("[N7] touching makes nothing and moves the idle end on, never back, never beyond the end", async () => {
    const key = newKey("activity");
    expect(await bench.tier.touch(key, bench.now + 900)).toBe("absent");
    expect(await bench.tier.read(key)).toBeNull();
    const entry: SessionEntry = bench.entry({ version: 4 });
    await bench.tier.put(key, entry);
    for (const [idleUntil, stands] of [
      [bench.now + 700, bench.now + 700],
      [bench.now + 650, bench.now + 700],
      [bench.now + 700, bench.now + 700],
      [entry.endsAt + 1, entry.endsAt],
      [entry.endsAt + 2, entry.endsAt],
    ] as const) {
      expect(await bench.other.touch(key, idleUntil)).toBe("touched");
      expect(await bench.tier.read(key)).toEqual({ ...entry, idleUntil: stands });
    }
  });

  test("[N7] raced touches and a write: the latest use stands, and the write is whole", async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const key = newKey("preferences");
      await bench.tier.put(key, bench.entry({ idleUntil: bench.now + 100 }));
      const written = bench.entry({ version: 2, data: "written", idleUntil: bench.now + 101 });
      const answers = await bench.race<unknown>((tier, caller) =>
        caller === round ? tier.put(key, written) : tier.touch(key, bench.now + 102 + caller),
      );
      expect(answers.filter((answer) => answer === "touched")).toHaveLength(CALLERS - 1);
      const standing = await bench.tier.read(key);
      expect(standing).toMatchObject({ version: 2, data: "written" });
      await bench.tier.touch(key, bench.now + 200);
      expect(await bench.other.read(key)).toEqual({ ...written, idleUntil: bench.now + 200 });
    }
  });

  test("[N10] of two revocations the one that lasts longer stands", async () => {
    const key = newKey();
    await bench.tier.revoke(key.sessionId, bench.now + 600);
    await bench.other.revoke(key.sessionId, bench.now + 300);
    expect(await bench.tier.read(key)).toEqual(bench.revoked(bench.now + 600));
    await bench.other.revoke(key.sessionId, bench.now + 900);
    expect(await bench.tier.read(key)).toEqual(bench.revoked(bench.now + 900));
  });
}
