import { LRUCache } from "lru-cache";
import type { AccountId } from "../../../shared/ids.ts";
import type { Account } from "../../app/session-ports.ts";

/** Accounts whose hosts were here lately; some 300 bytes each. */
const KEPT = 10_000;

interface Reading {
  /** When it was asked for (monotonic ms): what it says is at least as new. */
  readonly since: number;
  readonly account: Promise<Account | null>;
}

/** What was read of accounts lately, for whoever may be content with that. Requests at the same time share a read. */
export class AccountCache {
  readonly #readings = new LRUCache<AccountId, Reading>({ max: KEPT });
  readonly #read: (accountId: AccountId) => Promise<Account | null>;
  readonly #now: () => number;

  constructor(read: (accountId: AccountId) => Promise<Account | null>, now: () => number) {
    this.#read = read;
    this.#now = now;
  }

  /** As it stands, or as it stood at most `maxAgeMs` ago. */
  get(accountId: AccountId, maxAgeMs: number): Promise<Account | null> {
    const since = this.#now();
    const last = this.#readings.get(accountId);
    if (last && since - last.since < maxAgeMs) return last.account;
    const reading = { since, account: this.#read(accountId) };
    this.#readings.set(accountId, reading);
    // A failure is told to those who wait for it, and to nobody after them.
    reading.account.catch(() => {
      if (this.#readings.get(accountId) === reading) this.#readings.delete(accountId);
    });
    return reading.account;
  }

  /** It was changed here, or may have been: what was read before is not shown again. */
  drop(accountId: AccountId): void {
    this.#readings.delete(accountId);
  }
}
