import { type Database, SQLiteError } from "bun:sqlite";
import type { AccountId, JoinCode } from "../../../shared/ids.ts";
import { Outage } from "../../app/outage.ts";
import { ownPollCursor, readOwnPollCursor } from "../../app/own-poll-cursor.ts";
import type { Account, AccountStore, OwnPoll } from "../../app/session-ports.ts";
import { type AccountChange, AccountTable } from "./account-table.ts";
import { OwnPollTable } from "./own-poll-table.ts";

/** When asking again after a full disk or a failed commit may help (ms). */
const RETRY_AFTER_MS = 1_000;

/** Accounts in the one file of a node that has nothing else; what is answered is committed. */
export class EmbeddedAccountStore implements AccountStore {
  readonly #database: Database;
  readonly #accounts: AccountTable;
  readonly #polls: OwnPollTable;

  /** The database stays its opener's: whoever opened it closes it, after this. */
  constructor(database: Database) {
    this.#database = database;
    this.#accounts = new AccountTable(database);
    this.#polls = new OwnPollTable(database);
  }

  async create(account: Account): Promise<"created" | "taken"> {
    return this.#commit(() => {
      if (this.#accounts.insert(account)) return "created";
      return this.#accounts.byEmail(account.email)?.accountId === account.accountId ? "created" : "taken";
    });
  }

  async byEmail(email: string): Promise<Account | null> {
    return this.#commit(() => this.#accounts.byEmail(email));
  }

  /** Read from the file each time: that is as cheap as a copy. */
  async byId(accountId: AccountId): Promise<Account | null> {
    return this.#commit(() => this.#accounts.byId(accountId));
  }

  async change(
    accountId: AccountId,
    expectedValidFrom: number,
    change: AccountChange,
  ): Promise<"changed" | "conflict" | "absent"> {
    if (change.validFrom <= expectedValidFrom) throw new Error("validFrom only grows");
    return this.#commit(() => {
      if (this.#accounts.update(accountId, expectedValidFrom, change)) return "changed";
      return this.#accounts.byId(accountId) ? "conflict" : "absent";
    });
  }

  async remove(accountId: AccountId): Promise<void> {
    this.#commit(() => {
      this.#polls.deleteAll(accountId);
      this.#accounts.delete(accountId);
    });
  }

  async ownerOf(pollId: JoinCode): Promise<AccountId | null> {
    return this.#commit(() => this.#polls.owner(pollId));
  }

  async own(accountId: AccountId, poll: OwnPoll): Promise<"owned" | "taken"> {
    return this.#commit(() => {
      if (this.#polls.insert(accountId, poll)) return "owned";
      return this.#polls.owner(poll.pollId) === accountId ? "owned" : "taken";
    });
  }

  async disown(pollId: JoinCode): Promise<void> {
    this.#commit(() => this.#polls.delete(pollId));
  }

  async pollsOf(accountId: AccountId, limit: number, cursor?: string) {
    const after = cursor === undefined ? null : readOwnPollCursor(cursor);
    const found = this.#commit(() => this.#polls.newest(accountId, limit + 1, after));
    const items = found.slice(0, limit);
    const last = items.at(-1);
    return { items, nextCursor: last && found.length > limit ? ownPollCursor(last) : null };
  }

  async close(): Promise<void> {}

  /** One transaction, on the disk when this returns; `BEGIN` takes nothing before the first write. */
  #commit<Result>(work: () => Result): Result {
    try {
      return this.#database.transaction(work)();
    } catch (trouble) {
      if (trouble instanceof SQLiteError) throw new Outage("the data folder", RETRY_AFTER_MS, trouble);
      throw trouble;
    }
  }
}
