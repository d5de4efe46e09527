import type { Database } from "bun:sqlite";
import type { AccountId, SessionId } from "../../../shared/ids.ts";
import type { SessionSummary } from "../../app/session-ports.ts";

/** Ended rows deleted with a commit. */
const CLEARED_AT_ONCE = 100;

/** Which sessions an account has. `now` and `endsAt`: epoch s. */
export class SessionIndexTable {
  readonly #put;
  readonly #remove;
  readonly #list;
  readonly #clear;

  constructor(database: Database) {
    this.#put = database.prepare<null, [string, string, string, number, number, number]>(
      `INSERT INTO account_sessions (account_id, session_id, device, signed_in_at, last_used_at, ends_at)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (account_id, session_id)
       DO UPDATE SET device = ?3, signed_in_at = ?4, last_used_at = ?5, ends_at = ?6
       WHERE gone = 0 AND last_used_at <= ?5`,
    );
    this.#remove = database.prepare<null, [string, string]>(
      "UPDATE account_sessions SET gone = 1, device = '' WHERE account_id = ?1 AND session_id = ?2",
    );
    this.#list = database.prepare<SessionSummary, [string, number]>(
      `SELECT session_id AS sessionId, device, signed_in_at AS signedInAt, last_used_at AS lastUsedAt
       FROM account_sessions WHERE account_id = ?1 AND ends_at > ?2 AND gone = 0 ORDER BY signed_in_at DESC`,
    );
    this.#clear = database.prepare<null, [number]>(
      `DELETE FROM account_sessions WHERE rowid IN
       (SELECT rowid FROM account_sessions WHERE ends_at <= ?1 LIMIT ${CLEARED_AT_ONCE})`,
    );
  }

  /** One that was removed never comes back, and its last use never goes back. */
  put(accountId: AccountId, summary: SessionSummary, endsAt: number): void {
    const { sessionId, device, signedInAt, lastUsedAt } = summary;
    this.#put.run(accountId, sessionId, device, signedInAt, lastUsedAt, Math.floor(endsAt));
  }

  /** Leaves a mark until the session would have ended. */
  remove(accountId: AccountId, sessionId: SessionId): void {
    this.#remove.run(accountId, sessionId);
  }

  /** Newest first. */
  list(accountId: AccountId, now: number): readonly SessionSummary[] {
    return this.#list.all(accountId, now);
  }

  /** Deletes some of what has ended. */
  clear(now: number): void {
    this.#clear.run(now);
  }
}
