import type { AccountId, JoinCode } from "../../../shared/ids.ts";
import { ownPollCursor, readOwnPollCursor } from "../../app/own-poll-cursor.ts";
import type { Account, AccountStore, OwnPoll } from "../../app/session-ports.ts";
import { AccountCache } from "./account-cache.ts";
import { type AccountChange, AccountItems } from "./account-items.ts";
import type { ItemTable } from "./item-table.ts";
import { type ItemTableOptions, openItemTable } from "./open-item-table.ts";
import { OwnPollItems } from "./own-poll-items.ts";

export interface DynamoAccountStoreOptions extends ItemTableOptions {
  /** Monotonic ms; for how old a copy is. */
  readonly monotonic?: () => number;
}

/** Accounts in the one table, beside the ledger. */
export class DynamoAccountStore implements AccountStore {
  readonly #table: ItemTable;
  readonly #accounts: AccountItems;
  readonly #polls: OwnPollItems;
  readonly #cache: AccountCache;

  /** Connects when it is first asked something. The table must be there. */
  constructor(options: DynamoAccountStoreOptions) {
    const { clock = Date.now, monotonic = () => performance.now() } = options;
    this.#table = openItemTable(options);
    this.#accounts = new AccountItems(this.#table, clock);
    const isThere = async (accountId: AccountId) => (await this.#accounts.byId(accountId)) !== null;
    this.#polls = new OwnPollItems(this.#table, isThere);
    this.#cache = new AccountCache((accountId) => this.#accounts.byId(accountId), monotonic);
  }

  create(account: Account) {
    return this.#accounts.create(account);
  }

  byEmail(email: string) {
    return this.#accounts.byEmail(email);
  }

  byId(accountId: AccountId, maxAgeMs = 0) {
    return this.#cache.get(accountId, maxAgeMs);
  }

  async change(accountId: AccountId, expectedValidFrom: number, change: AccountChange) {
    if (change.validFrom <= expectedValidFrom) throw new Error("validFrom only grows");
    try {
      return await this.#accounts.change(accountId, expectedValidFrom, change);
    } finally {
      this.#cache.drop(accountId);
    }
  }

  /** The account goes first: what is left of a removal that breaks off can be used by nobody, and goes with the next. */
  async remove(accountId: AccountId): Promise<void> {
    try {
      const buried = await this.#accounts.bury(accountId);
      await this.#polls.disownAll(accountId);
      if (buried) await this.#accounts.free(accountId, buried.emailHash);
    } finally {
      this.#cache.drop(accountId);
    }
  }

  ownerOf(pollId: JoinCode) {
    return this.#polls.ownerOf(pollId);
  }

  own(accountId: AccountId, poll: OwnPoll) {
    return this.#polls.own(accountId, poll);
  }

  disown(pollId: JoinCode) {
    return this.#polls.disown(pollId);
  }

  async pollsOf(accountId: AccountId, limit: number, cursor?: string) {
    const after = cursor === undefined ? null : readOwnPollCursor(cursor);
    const { items, last, more } = await this.#polls.newest(accountId, limit, after);
    return { items, nextCursor: last && more ? ownPollCursor(last) : null };
  }

  async close(): Promise<void> {
    this.#table.close();
  }
}
