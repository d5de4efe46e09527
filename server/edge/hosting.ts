/** Everything the edge needs for accounts and sessions, put together; `null` on a node that has none. */
import { type Refusal, refuse } from "../../shared/refusals.ts";
import { ArgonPasswords } from "../app/passwords.ts";
import type { Clock } from "../app/ports.ts";
import type { AccountStore, SessionStore } from "../app/session-ports.ts";
import type { SignInPorts } from "../app/sign-in.ts";
import type { EdgeSettings } from "./edge-ports.ts";
import { createGuestTokens, type GuestTokens } from "./guest-tokens.ts";
import { createMemorySignInLimits, type SignInLimitSizes } from "./memory-sign-in-limits.ts";
import { createSessionCookie, type SessionCookie } from "./session-cookie.ts";

export interface Hosting extends SignInPorts {
  readonly cookie: SessionCookie;
  readonly guestTokens: GuestTokens;
}

export interface HostingParts {
  /** `null`: there is no database, so nobody can sign in here. */
  readonly sessions: SessionStore | null;
  readonly accounts: AccountStore | null;
  /** As for `createIdentity`. */
  readonly secrets: readonly string[];
  readonly settings: Pick<EdgeSettings, "publicOrigin" | "trustProxy">;
  readonly clock: Clock;
  /** Other sizes for tests. */
  readonly limits?: Partial<SignInLimitSizes>;
}

export function createHosting({
  sessions,
  accounts,
  secrets,
  settings,
  clock,
  limits,
}: HostingParts): Hosting | null {
  if (!sessions || !accounts) return null;
  return {
    sessions,
    accounts,
    clock,
    passwords: new ArgonPasswords(),
    limits: createMemorySignInLimits(limits),
    cookie: createSessionCookie(secrets, settings),
    guestTokens: createGuestTokens(secrets),
  };
}

/** Where `createHosting` made nothing. */
export function noAccountsRefusal(): Refusal {
  return refuse(
    "NOT_SUPPORTED",
    "This service has no accounts: the operator sets DYNAMODB_TABLE, where they are kept. A poll's host key works without.",
  );
}

/** Neither store that knows sessions answers. */
export function accountsAwayRefusal(): Refusal {
  return refuse("UNAVAILABLE", "Accounts cannot be reached just now; try again in a moment.", {
    retryAfterMs: 2_000,
  });
}
