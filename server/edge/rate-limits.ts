/** How much one address, or one voter, may ask of this node. Counted in its memory: no store is asked for it. */
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import type { VoterId } from "../../shared/ids.ts";
import { type Refusal, refuse } from "../../shared/refusals.ts";
import { limitKey } from "./client-address.ts";

export interface RateLimits {
  /** So many polls (1 unless said) are about to be made from this address; a room is one more. `null`: allowed. */
  pollCreation(address: string, count?: number): Promise<Refusal | null>;
  /** A page, a session or a socket is asked for from this address. */
  arrival(address: string): Promise<Refusal | null>;
  /** A session is about to be made for a guest: it stays in both stores for a month. */
  sessionCreation(address: string): Promise<Refusal | null>;
  /** A ballot came over HTTP from this voter. */
  ballot(voter: VoterId): Promise<Refusal | null>;
}

export interface RateLimitSizes {
  readonly pollsPerMinute: number;
  readonly sessionsPerMinute: number;
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
  sessionsPerMinute: 600,
  arrivalsPerTenSeconds: 20_000,
  ballotsPerSecond: 100,
};

export function createRateLimits(changed: Partial<RateLimitSizes> = {}): RateLimits {
  const sizes = { ...SIZES, ...changed };
  const polls = new RateLimiterMemory({ points: sizes.pollsPerMinute, duration: 60 });
  const sessions = new RateLimiterMemory({ points: sizes.sessionsPerMinute, duration: 60 });
  const arrivals = new RateLimiterMemory({ points: sizes.arrivalsPerTenSeconds, duration: 10 });
  const ballots =
    sizes.ballotsPerSecond === 0
      ? null
      : new RateLimiterMemory({ points: 2 * sizes.ballotsPerSecond, duration: 2 });
  return {
    pollCreation: (address, count) =>
      takePoint(polls, limitKey(address), "Too many polls from your network", count),
    sessionCreation: (address) =>
      takePoint(sessions, limitKey(address), "Too many new sessions from your network"),
    arrival: (address) =>
      takePoint(arrivals, limitKey(address), "Too many visitors from your network at once"),
    ballot: async (voter) => (ballots ? takePoint(ballots, voter, "Too many votes at once") : null),
  };
}

/** Counts one more under `key`, or `points`. `null`: allowed; else `what` is the beginning of the sentence that says no. */
export async function takePoint(
  limiter: RateLimiterMemory,
  key: string,
  what: string,
  points = 1,
): Promise<Refusal | null> {
  try {
    await limiter.consume(key, points);
    return null;
  } catch (full) {
    if (!(full instanceof RateLimiterRes)) throw full;
    const retryAfterMs = Math.max(1, full.msBeforeNext);
    return refuse("RATE_LIMITED", `${what}; try again in ${inWords(retryAfterMs)}.`, {
      retryAfterMs,
    });
  }
}

function inWords(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return seconds > 120 ? `${Math.ceil(seconds / 60)} min` : `${seconds} s`;
}
