/** How often passwords may be tried on this node, counted in its memory: with n nodes that is n times as often. */
import { RateLimiterMemory } from "rate-limiter-flexible";
import type { SignInLimits } from "../app/sign-in-limits.ts";
import { limitKey } from "./client-address.ts";
import { takePoint } from "./rate-limits.ts";

export interface SignInLimitSizes {
  /** Tries for one account from one address: a person who does not remember, or one who guesses. */
  readonly triesHere: number;
  /**
   * Tries for one account from everywhere: many machines that guess together. Wider, because whoever uses it up keeps the
   * owner out as well.
   */
  readonly triesForAccount: number;
  /** Tries for any account from one address: a list of stolen passwords. A campus has one address too. */
  readonly triesFromAddress: number;
  readonly accountsPerHour: number;
}

const SIZES: SignInLimitSizes = {
  triesHere: 20,
  triesForAccount: 100,
  triesFromAddress: 300,
  accountsPerHour: 100,
};
/** Seconds. */
const QUARTER_HOUR = 15 * 60;
const HOUR = 60 * 60;

const TRIES = "Too many tries to sign in";

export function createMemorySignInLimits(changed: Partial<SignInLimitSizes> = {}): SignInLimits {
  const sizes = { ...SIZES, ...changed };
  const here = new RateLimiterMemory({ points: sizes.triesHere, duration: QUARTER_HOUR });
  const account = new RateLimiterMemory({ points: sizes.triesForAccount, duration: HOUR });
  const address = new RateLimiterMemory({ points: sizes.triesFromAddress, duration: QUARTER_HOUR });
  const accounts = new RateLimiterMemory({ points: sizes.accountsPerHour, duration: HOUR });
  const pair = (from: string, of: string) => `${limitKey(from)} ${of}`;
  return {
    signUp: (from) => takePoint(accounts, limitKey(from), "Too many new accounts from your network"),
    // The narrowest first: what it refuses uses up nothing of what others share. Before it, without using up anything,
    // whether the address has tries left: else each made-up e-mail would be one more pair to remember.
    attempt: async (from, of) =>
      (await takePoint(address, limitKey(from), TRIES, 0)) ??
      (await takePoint(here, pair(from, of), TRIES)) ??
      (await takePoint(address, limitKey(from), TRIES)) ??
      (await takePoint(account, of, TRIES)),
    async succeeded(from, of) {
      await Promise.all([here.delete(pair(from, of)), account.delete(of)]);
    },
  };
}
