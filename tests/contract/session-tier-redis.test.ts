import { describe, expect, test } from "bun:test";
import { CATEGORIES, type SessionKey, type Standing } from "../../server/app/session.ts";
import { RedisSessions } from "../../server/store/redis/redis-sessions.ts";
import { waitFor } from "../support/wait-for.ts";
import { newKey, SessionTierBench } from "./session-tier-bench.ts";
import { sessionTierContract } from "./session-tier-contract.ts";
import { SessionStage } from "./session-tier-redis-stage.ts";

/** What is critical is put this way. */
class SafeSessions extends RedisSessions {
  override put(key: SessionKey, standing: Standing): Promise<Standing> {
    return this.putSafely(key, standing);
  }
}

describe("sessions in Redis", () => {
  const stage = new SessionStage();

  sessionTierContract("Redis", ({ now }) => {
    const [one, other] = stage.lines;
    return [new RedisSessions(one.connection, now), new RedisSessions(other.connection, now)];
  });

  sessionTierContract("Redis, confirmed by replicas", ({ now }) => {
    const [one, other] = stage.lines;
    return [new SafeSessions(one.connection, now), new SafeSessions(other.connection, now)];
  });

  describe("keys", () => {
    const bench = new SessionTierBench(({ now }) => {
      const tier = new RedisSessions(stage.lines[0].connection, now);
      return [tier, tier];
    });

    /** Asked of the server itself. */
    async function there({ sessionId, category }: SessionKey) {
      const { redis } = await stage.masterOf(sessionId);
      const name = `session:{${sessionId}}:${category}`;
      return {
        redis,
        name,
        value: await redis.get(name),
        expiresAt: Number(await redis.call("EXPIRETIME", name)),
      };
    }

    test("[N8] every key goes by itself, in the second in which it ends, and none stays for ever", async () => {
      const key = newKey("activity");
      const entry = bench.entry({ idleUntil: bench.now + 60, data: { at: "home" } });
      await bench.tier.put(key, entry);
      const { value, expiresAt } = await there(key);
      expect([JSON.parse(value ?? ""), expiresAt]).toEqual([entry, bench.now + 60]);
      await bench.tier.touch(key, bench.now + 70);
      expect((await there(key)).expiresAt).toBe(bench.now + 70);
      await bench.tier.touch(key, entry.endsAt + 70);
      expect((await there(key)).expiresAt).toBe(entry.endsAt);
      await bench.tier.put(key, bench.entry({ version: 2, endsAt: bench.now + 30 }));
      expect((await there(key)).expiresAt).toBe(bench.now + 30);
      await bench.tier.revoke(key.sessionId, bench.now + 90);
      await bench.tier.revoke(key.sessionId, bench.now + 80);
      const restored = newKey();
      await bench.tier.restore(restored, entry);
      expect((await there(restored)).expiresAt).toBe(bench.now + 60);
      for (const category of CATEGORIES) {
        const revoked = await there({ ...key, category });
        expect([JSON.parse(revoked.value ?? ""), revoked.expiresAt]).toEqual([
          { revoked: true, endsAt: bench.now + 90 },
          bench.now + 90,
        ]);
      }
    });

    test("[N9] a time that would round to nothing leaves no key", async () => {
      for (const second of [0, 0.4, bench.now + 0.4, bench.now]) {
        const [put, revoked] = [newKey(), newKey()];
        await bench.tier.put(put, bench.entry({ idleUntil: second }));
        await bench.tier.put(revoked, bench.entry());
        await bench.tier.revoke(revoked.sessionId, second);
        for (const key of [put, revoked]) expect((await there(key)).value).toBeNull();
      }
    });

    test("[N8] Redis lets go of what has ended by its own clock", async () => {
      const [key, revoked] = [newKey(), newKey()];
      await bench.tier.put(key, bench.entry({ idleUntil: bench.now + 2 }));
      await bench.tier.revoke(revoked.sessionId, bench.now + 2);
      await waitFor("both to be gone", async () => {
        return (await there(key)).value === null && (await there(revoked)).value === null;
      });
      expect(Date.now()).toBeGreaterThanOrEqual((bench.now + 2) * 1_000);
    });

    test("[N1] a value that is none of ours is nothing, and in nobody's way", async () => {
      for (const text of ["", "{}", "null", '{"data":1,"version":1}', '{"revoked":true}', '{"version":1']) {
        const key = newKey();
        const { redis, name } = await there(key);
        await redis.set(name, text);
        expect(await bench.tier.read(key)).toBeNull();
        expect(await bench.tier.touch(key, bench.now + 5)).toBe("absent");
        expect(await bench.tier.restore(key, bench.entry())).toEqual(bench.entry());
        expect(await bench.tier.read(key)).toEqual(bench.entry());
      }
    });
  });
});
