import type { Database } from "bun:sqlite";
import type { AccountId } from "../../../shared/ids.ts";
import { emailKey } from "../../app/email.ts";
import type { Account } from "../../app/session-ports.ts";

const ACCOUNT = `account_id AS accountId, email, password_hash AS passwordHash, created_at AS createdAt,
  valid_from AS validFrom`;

export type AccountChange = Pick<Account, "validFrom"> & Partial<Pick<Account, "passwordHash">>;

/** The accounts. */
export class AccountTable {
  readonly #insert;
  readonly #byEmail;
  readonly #byId;
  readonly #update;
  readonly #delete;

  constructor(database: Database) {
    this.#insert = database.prepare<null, [string, string, string, string, number, number]>(
      `INSERT INTO accounts (account_id, email, email_key, password_hash, created_at, valid_from)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING`,
    );
    this.#byEmail = database.prepare<Account, [string]>(
      `SELECT ${ACCOUNT} FROM accounts WHERE email_key = ?1`,
    );
    this.#byId = database.prepare<Account, [string]>(`SELECT ${ACCOUNT} FROM accounts WHERE account_id = ?1`);
    this.#update = database.prepare<null, [string, number, number, string | null]>(
      `UPDATE accounts SET valid_from = ?3, password_hash = coalesce(?4, password_hash)
       WHERE account_id = ?1 AND valid_from = ?2`,
    );
    this.#delete = database.prepare<null, [string]>("DELETE FROM accounts WHERE account_id = ?1");
  }

  /** Whether the e-mail was free. */
  insert({ accountId, email, passwordHash, createdAt, validFrom }: Account): boolean {
    const { changes } = this.#insert.run(
      accountId,
      email,
      emailKey(email),
      passwordHash,
      createdAt,
      validFrom,
    );
    return changes === 1;
  }

  byEmail(email: string): Account | null {
    return this.#byEmail.get(emailKey(email));
  }

  byId(accountId: AccountId): Account | null {
    return this.#byId.get(accountId);
  }

  /** Whether it was still at `expectedValidFrom`. */
  update(accountId: AccountId, expectedValidFrom: number, change: AccountChange): boolean {
    const { validFrom, passwordHash = null } = change;
    return this.#update.run(accountId, expectedValidFrom, validFrom, passwordHash).changes === 1;
  }

  delete(accountId: AccountId): void {
    this.#delete.run(accountId);
  }
}
