import { describe, expect, test } from "bun:test";
import type { SessionSummary } from "../../server/app/session-ports.ts";
import type { SessionDatabase } from "../../server/store/tiers/session-tier.ts";
import {
  newAccountId,
  newSessionId,
  type OpenTiers,
  SessionTierBench,
  WHOLE_LIFE,
} from "./session-tier-bench.ts";

/** What every adapter of the `SessionDatabase` port promises beyond the `SessionTier` port: an account's sessions. */
export function sessionDatabaseContract(name: string, open: OpenTiers<SessionDatabase>): void {
  describe(`sessions of an account, ${name}`, () => sessionIndexRules(new SessionTierBench(open)));
}

function sessionIndexRules(bench: SessionTierBench<SessionDatabase>): void {
  function summary(parts: Partial<SessionSummary> = {}): SessionSummary {
    const now = bench.clock.now();
    return {
      sessionId: newSessionId(),
      device: "Firefox on Android",
      signedInAt: now,
      lastUsedAt: now,
      ...parts,
    };
  }
  const endsAt = () => bench.now + WHOLE_LIFE;

  test("[N12] an account's sessions are listed, newest first, and nobody else's", async () => {
    const [accountId, otherId] = [newAccountId(), newAccountId()];
    expect(await bench.tier.list(accountId)).toEqual([]);
    const [older, newer] = [summary({ device: "" }), summary({ signedInAt: bench.clock.now() + 1 })];
    const foreign = summary({ device: "Zoë's 📱" });
    await bench.tier.index(accountId, older, endsAt());
    await bench.other.index(accountId, newer, endsAt());
    await bench.other.index(otherId, foreign, endsAt());
    expect(await bench.other.list(accountId)).toEqual([newer, older]);
    expect(await bench.tier.list(otherId)).toEqual([foreign]);
  });

  test("[N12] many at once are all there", async () => {
    const accountId = newAccountId();
    const made = await bench.race(async (database) => {
      const mine = summary();
      await database.index(accountId, mine, endsAt());
      return mine.sessionId;
    });
    const listed = (await bench.tier.list(accountId)).map(({ sessionId }) => sessionId);
    expect(listed.toSorted()).toEqual(made.toSorted());
  });

  test("[N12] one that has ended is not listed, to the second", async () => {
    const accountId = newAccountId();
    const mine = summary();
    await bench.tier.index(accountId, mine, bench.now + 60);
    bench.clock.step(60_000 - 1);
    expect(await bench.other.list(accountId)).toEqual([mine]);
    bench.clock.step(1);
    expect(await bench.other.list(accountId)).toEqual([]);
  });

  test("[N13] its last use moves on and never back", async () => {
    const accountId = newAccountId();
    const mine = summary();
    const used = (ms: number) => ({ ...mine, lastUsedAt: mine.lastUsedAt + ms });
    for (const ms of [0, 2_000, 2_000, 1_000]) await bench.tier.index(accountId, used(ms), endsAt());
    expect(await bench.other.list(accountId)).toEqual([used(2_000)]);
    await bench.race((database, caller) => database.index(accountId, used(3_000 + caller), endsAt()));
    expect(await bench.other.list(accountId)).toEqual([used(3_011)]);
  });

  test("[N13] one that was taken from the list is not brought back by a late note of its use", async () => {
    const accountId = newAccountId();
    const [mine, stays] = [summary(), summary()];
    await bench.tier.index(accountId, mine, endsAt());
    await bench.tier.index(accountId, stays, endsAt());
    await bench.other.unindex(accountId, mine.sessionId);
    await bench.tier.index(accountId, { ...mine, lastUsedAt: mine.lastUsedAt + 5 }, endsAt());
    expect(await bench.tier.list(accountId)).toEqual([stays]);
    await bench.other.unindex(accountId, mine.sessionId);
    await bench.other.unindex(accountId, newSessionId());
    expect(await bench.tier.list(accountId)).toEqual([stays]);
  });
}
