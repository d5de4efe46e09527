import { type Refusal, refuse } from "../../shared/refusals.ts";
import { wrongCredentialsRefusal } from "./account-refusals.ts";
import { type BeginSessionPorts, type BegunSession, type Browser, beginSession } from "./begin-session.ts";
import { emailHash } from "./email.ts";
import type { Passwords } from "./passwords.ts";
import type { AccountStore } from "./session-ports.ts";
import type { SignInLimits } from "./sign-in-limits.ts";

export interface SignInPorts extends BeginSessionPorts {
  readonly accounts: AccountStore;
  readonly passwords: Passwords;
  readonly limits: SignInLimits;
}

export interface SignInRequest {
  readonly email: string;
  readonly password: string;
  /** The client's address, for counting. */
  readonly address: string;
}

/**
 * What an unknown e-mail's password is checked against, so that it takes as long. Of random bytes that nobody kept, with
 * the cost of `passwords.ts`: a test holds the two together.
 */
export const NOBODYS_HASH =
  "$argon2id$v=19$m=19456,t=2,p=1$KTOiXk9MaGzHC49LuAO5/OBxDgK2yM6zbUc115Zr4Zw$7p93VWH/RGx6DhZSQj4qbcqljVWRzVE8L2bIPW83xxw";

/** Signs in under a new token. Time and answer tell nobody whether there is such an account. Rejects with an `Outage`. */
export async function signIn(
  ports: SignInPorts,
  { email, password, address }: SignInRequest,
  browser: Browser,
): Promise<BegunSession | Refusal> {
  const { accounts, passwords, limits } = ports;
  const counted = emailHash(email);
  const crowded = await limits.attempt(address, counted);
  if (crowded) return crowded;
  const account = await accounts.byEmail(email);
  const isRight = await passwords.verify(password, account?.passwordHash ?? NOBODYS_HASH);
  if (account === null || !isRight) return wrongCredentialsRefusal();
  await limits.succeeded(address, counted);
  return (await beginSession(ports, account, browser)) ?? startedAnewRefusal();
}

/** Signed out everywhere, or changed the password, at the same moment. */
export function startedAnewRefusal(): Refusal {
  return refuse("CONFLICT", "All sessions of this account were ended at this moment; sign in again.");
}
