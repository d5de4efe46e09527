import { expect, test } from "bun:test";
import type { SessionDatabase } from "../../server/store/tiers/session-tier.ts";
import { newKey, newSessionId, type SessionTierBench } from "./session-tier-bench.ts";

type Entry = Awaited<ReturnType<SessionDatabase["journalled"]>>["items"][number];

/** The journal of a database beside Redis. Each test needs one of its own. */
export function sessionJournalRules(bench: SessionTierBench<SessionDatabase>): void {
  async function all(limit = 100): Promise<Entry[]> {
    const entries: Entry[] = [];
    let cursor: string | undefined;
    do {
      const page = await bench.other.journalled(limit, cursor);
      expect(page.items.length).toBeLessThanOrEqual(limit);
      entries.push(...page.items);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return entries;
  }

  const withoutId = ({ key, standing }: Entry) => ({ key, standing });

  test("[N14] an empty journal has no entries and no next page", async () => {
    expect(await bench.tier.journalled(10)).toEqual({ items: [], nextCursor: null });
  });

  test("[N14] a session's entries come as they were and in their order, once each, in pages of any size", async () => {
    const sessions = Array.from({ length: 7 }, () => newSessionId());
    const written = sessions.map((sessionId) => [
      { key: newKey("auth", sessionId), standing: bench.entry({ data: "Zoë" }) },
      { key: newKey("csrf", sessionId), standing: bench.entry({ data: { token: sessionId } }) },
      { key: newKey("auth", sessionId), standing: bench.revoked() },
    ]);
    for (const turn of [0, 1, 2]) {
      for (const entries of written) {
        const entry = entries[turn];
        if (entry) await bench.tier.journal("node-1", entry.key, entry.standing);
        bench.clock.step(-1_500);
      }
    }
    for (const limit of [1, 2, 3, 100]) {
      const read = await all(limit);
      expect(read).toHaveLength(21);
      expect(new Set(read.map(({ id }) => id)).size).toBe(21);
      for (const [index, sessionId] of sessions.entries()) {
        const own = read.filter(({ key }) => key.sessionId === sessionId);
        expect(own.map(withoutId)).toEqual(written[index] ?? []);
      }
    }
  });

  test("[N14] many at once, of several nodes and of one name, are all kept", async () => {
    const key = newKey();
    await bench.race((database, caller) =>
      database.journal("node-1", key, bench.entry({ version: caller + 1 })),
    );
    const versions = (await all()).map(({ standing }) => ("version" in standing ? standing.version : 0));
    expect(versions.toSorted((one, other) => one - other)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  test("[N14] what is forgotten is gone, and only that, also if the same was written again meanwhile", async () => {
    const [key, stays] = [newKey(), newKey()];
    await bench.tier.journal("node-1", key, bench.entry());
    await bench.tier.journal("node-1", stays, bench.entry());
    const seen = await all();
    await bench.other.journal("node-2", key, bench.entry());
    const own = seen.filter((entry) => entry.key.sessionId === key.sessionId).map(({ id }) => id);
    await bench.tier.forget(own);
    await bench.tier.forget(own);
    await bench.tier.forget([]);
    const left = (await all()).map((entry) => entry.key);
    expect(left).toHaveLength(2);
    expect(left).toContainEqual(key);
    expect(left).toContainEqual(stays);
    await bench.tier.forget((await all()).map(({ id }) => id));
    expect(await all()).toEqual([]);
  });

  test("[N14] reading goes on behind what was forgotten in between", async () => {
    const key = newKey();
    for (const version of [1, 2, 3]) await bench.tier.journal("node-1", key, bench.entry({ version }));
    const first = await bench.tier.journalled(1);
    expect(first.items).toHaveLength(1);
    await bench.tier.forget(first.items.map(({ id }) => id));
    const second = await bench.tier.journalled(10, first.nextCursor ?? undefined);
    expect(second.items.map(({ standing }) => standing)).toEqual([
      bench.entry({ version: 2 }),
      bench.entry({ version: 3 }),
    ]);
  });

  test("[N14] an entry is kept until what it speaks of has ended for good, not only until it idles", async () => {
    const entry = bench.entry();
    await bench.tier.journal("node-1", newKey(), entry);
    bench.clock.step((entry.endsAt - bench.now) * 1_000 - 1);
    expect(await all()).toHaveLength(1);
    bench.clock.step(1);
    expect(await all()).toEqual([]);
  });
}
