import { afterEach, beforeEach } from "bun:test";
import type { Category, SessionEntry, SessionKey, Standing } from "../../server/app/session.ts";
import type { SessionTier } from "../../server/store/tiers/session-tier.ts";
import type { AccountId, SessionId } from "../../shared/ids.ts";
import { type SteppableClock, steppableClock } from "../support/fixtures.ts";

/** Gives two tiers that go by this clock, over the same record, as those of two nodes. */
export type OpenTiers<Tier extends SessionTier> = (
  clock: SteppableClock,
) => readonly [Tier, Tier] | Promise<readonly [Tier, Tier]>;

/** Callers at the same time, in the tests where only one of them may win. */
export const CALLERS = 12;
/** Some minutes: shorter than a copy in memory lives. Seconds. */
export const IDLE = 600;
export const WHOLE_LIFE = 1_200;

/** What each test of the contract has. Make it within `describe`. */
export class SessionTierBench<Tier extends SessionTier> {
  clock = steppableClock(Date.now());
  #tiers: readonly [Tier, Tier] | null = null;

  constructor(open: OpenTiers<Tier>) {
    beforeEach(async () => {
      // On a whole second: some tests go to the very millisecond at which the next one begins.
      this.clock = steppableClock(Math.floor(Date.now() / 1_000) * 1_000);
      this.#tiers = await open(this.clock);
    });
    afterEach(async () => {
      for (const tier of new Set(this.#tiers ?? [])) await tier.close();
    });
  }

  get tier(): Tier {
    return this.#both[0];
  }

  /** Of another node. */
  get other(): Tier {
    return this.#both[1];
  }

  /** Epoch s. */
  get now(): number {
    return Math.floor(this.clock.now() / 1_000);
  }

  /** An entry made now. */
  entry(parts: Partial<SessionEntry> = {}): SessionEntry {
    return {
      version: 1,
      data: { said: "hello" },
      idleUntil: this.now + IDLE,
      endsAt: this.now + WHOLE_LIFE,
      ...parts,
    };
  }

  revoked(endsAt = this.now + WHOLE_LIFE): Standing {
    return { revoked: true, endsAt };
  }

  /** So many callers, every other one of them at another node. */
  race<Answer>(call: (tier: Tier, caller: number) => Promise<Answer>): Promise<Answer[]> {
    return Promise.all(
      Array.from({ length: CALLERS }, (_, caller) => call(this.#both[caller % 2 ? 1 : 0], caller)),
    );
  }

  get #both(): readonly [Tier, Tier] {
    if (!this.#tiers) throw new Error("only within a test");
    return this.#tiers;
  }
}

export function newSessionId(): SessionId {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("hex") as SessionId;
}

export function newKey(category: Category = "auth", sessionId = newSessionId()): SessionKey {
  return { sessionId, category };
}

export function newAccountId(): AccountId {
  return crypto.randomUUID() as AccountId;
}

/** What a promise rejects with; `null`: nothing. */
export function failureOf(asked: Promise<unknown>): Promise<unknown> {
  return asked.then(
    () => null,
    (trouble: unknown) => trouble,
  );
}
