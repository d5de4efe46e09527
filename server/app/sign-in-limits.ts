import type { Refusal } from "../../shared/refusals.ts";

/**
 * How often a password may be tried, and an account made. Counted before anything is looked up or hashed, and the same
 * for an e-mail that nobody has. Never rejects: where the counting store is away, the node counts by itself.
 */
export interface SignInLimits {
  /** An account is about to be made from this address. `null`: allowed. */
  signUp(address: string): Promise<Refusal | null>;
  /** A password is about to be tried from this address; `account` is the `emailHash`. `null`: allowed. */
  attempt(address: string, account: string): Promise<Refusal | null>;
  /** It was right: the account's count begins anew, so that its owner is not kept out by his own typing. */
  succeeded(address: string, account: string): Promise<void>;
}
