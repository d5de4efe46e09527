import { expect, test } from "bun:test";
import { CATEGORIES, MAX_SESSION_BYTES } from "../../server/app/session.ts";
import type { SessionTier } from "../../server/store/tiers/session-tier.ts";
import { newKey, newSessionId, type SessionTierBench } from "./session-tier-bench.ts";

/** Deeper than most readers of JSON go. */
function nested(depth: number): unknown {
  return JSON.parse("[".repeat(depth) + "]".repeat(depth));
}

const DATA: readonly [string, unknown][] = [
  ["nothing", null],
  ["an empty list", []],
  ["an empty object", {}],
  ["text of all kinds", { text: 'Zoë ÅÄÖ 漢字 👩‍👩‍👧 \u0000 \u2028 "\\/ \ud800', "": "" }],
  ["numbers", [0, -1, 1.5, 1e-7, 9_007_199_254_740_991, 1e300]],
  ["what looks like a value of our own", { revoked: true, endsAt: 0, version: 9, data: '","data":' }],
  ["as much as there may be", "x".repeat(MAX_SESSION_BYTES - 2)],
  ["as much as there may be, of three bytes each", "漢".repeat(2_730)],
  ["as deep as there may be", nested(MAX_SESSION_BYTES / 2)],
];

/** What is put is what is read, of that session and category alone. */
export function sessionTierDataRules(bench: SessionTierBench<SessionTier>): void {
  test("[N1] there is nothing until something is put", async () => {
    const key = newKey();
    expect(await bench.tier.read(key)).toBeNull();
    const entry = bench.entry();
    expect(await bench.tier.put(key, entry)).toEqual(entry);
    expect(await bench.tier.read(key)).toEqual(entry);
    expect(await bench.other.read(key)).toEqual(entry);
  });

  test.each(DATA)("[N1] %s comes back as it was, also after it was touched", async (_, data) => {
    const key = newKey("preferences");
    const entry = bench.entry({ data });
    await bench.tier.put(key, entry);
    expect(await bench.other.read(key)).toEqual(entry);
    expect(await bench.tier.touch(key, entry.idleUntil + 1)).toBe("touched");
    expect(await bench.other.read(key)).toEqual({ ...entry, idleUntil: entry.idleUntil + 1 });
    expect(await bench.tier.put(key, entry)).toEqual({ ...entry, idleUntil: entry.idleUntil + 1 });
  });

  test("[N1] categories and sessions are apart", async () => {
    const [sessionId, otherId] = [newSessionId(), newSessionId()];
    const entries = CATEGORIES.map((category, index) => bench.entry({ version: index + 1, data: category }));
    await Promise.all(
      CATEGORIES.map((category, index) =>
        bench.tier.put({ sessionId, category }, entries[index] ?? bench.entry()),
      ),
    );
    const read = (id: typeof sessionId) =>
      Promise.all(CATEGORIES.map((category) => bench.other.read({ sessionId: id, category })));
    expect(await read(sessionId)).toEqual(entries);
    expect(await read(otherId)).toEqual(CATEGORIES.map(() => null));
  });

  test("[N5] a revocation stands in every category, also where nothing ever was, and of that session alone", async () => {
    const [sessionId, otherId] = [newSessionId(), newSessionId()];
    const entry = bench.entry();
    await bench.tier.put({ sessionId, category: "auth" }, entry);
    await bench.tier.put({ sessionId: otherId, category: "auth" }, entry);
    const endsAt = bench.now + 900;
    await bench.tier.revoke(sessionId, endsAt);
    for (const category of CATEGORIES) {
      expect(await bench.other.read({ sessionId, category })).toEqual({ revoked: true, endsAt });
      expect(await bench.other.put({ sessionId, category }, entry)).toEqual({ revoked: true, endsAt });
    }
    expect(await bench.other.read({ sessionId: otherId, category: "auth" })).toEqual(entry);
  });

  test("[N5] a session of which nothing is here can be revoked", async () => {
    const key = newKey("csrf");
    await bench.tier.revoke(key.sessionId, bench.now + 60);
    expect(await bench.other.restore(key, bench.entry())).toEqual(bench.revoked(bench.now + 60));
  });
}
