/** How much one address, or one voter, may ask of this node. Counted in its memory: no store is asked for it. */
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import type { VoterId } from "../../shared/ids.ts";
import { type Refusal, refuse } from "../../shared/refusals.ts";
import { limitKey } from "./client-address.ts";

export interface RateLimits {
  /** A poll is about to be made from this address. `null`: allowed. */
  pollCreation(address: string): Promise<Refusal | null>;
  /** A page, a session or a socket is asked for from this address. */
  arrival(address: string): Promise<Refusal | null>;
  /** A ballot came over HTTP from this voter. */
  ballot(voter: VoterId): Promise<Refusal | null>;
}

export interface RateLimitSizes {
  readonly pollsPerMinute: number;
  /**
   * A hall of 2,000 phones behind one address arrives within ten seconds, each with a page, a session and a socket;
   * this lets it in three times over.
   */
  readonly arrivalsPerTenSeconds: number;
  /** As for frames of a socket; twice that in a burst; 0: no limit. */
  readonly ballotsPerSecond: number;
}

const SIZES: RateLimitSizes = {
  pollsPerMinute: 600,
  arrivalsPerTenSeconds: 20_000,
  ballotsPerSecond: 100,
};

export function createRateLimits(changed: Partial<RateLimitSizes> = {}): RateLimits {
  const sizes = { ...SIZES, ...changed };
  const polls = new RateLimiterMemory({ points: sizes.pollsPerMinute, duration: 60 });
  const arrivals = new RateLimiterMemory({ points: sizes.arrivalsPerTenSeconds, duration: 10 });
  const ballots =
    sizes.ballotsPerSecond === 0
      ? null
      : new RateLimiterMemory({ points: 2 * sizes.ballotsPerSecond, duration: 2 });
  return {
    pollCreation: (address) => take(polls, limitKey(address), "Too many polls from your network"),
    arrival: (address) => take(arrivals, limitKey(address), "Too many visitors from your network at once"),
    ballot: async (voter) => (ballots ? take(ballots, voter, "Too many votes at once") : null),
  };
}

async function take(limiter: RateLimiterMemory, key: string, what: string): Promise<Refusal | null> {
  try {
    await limiter.consume(key);
    return null;
  } catch (full) {
    if (!(full instanceof RateLimiterRes)) throw full;
    const retryAfterMs = Math.max(1, full.msBeforeNext);
    return refuse("RATE_LIMITED", `${what}; try again in ${Math.ceil(retryAfterMs / 1000)} s.`, {
      retryAfterMs,
    });
  }
}
