import type { Database } from "bun:sqlite";
import type { AccountId, JoinCode } from "../../../shared/ids.ts";
import type { OwnPollPlace } from "../../app/own-poll-cursor.ts";
import type { OwnPoll } from "../../app/session-ports.ts";

/** Whose poll is whose. */
export class OwnPollTable {
  readonly #insert;
  readonly #owner;
  readonly #delete;
  readonly #deleteAll;
  readonly #newest;

  constructor(database: Database) {
    this.#insert = database.prepare<null, [string, string, string, number]>(
      `INSERT INTO own_polls (poll_id, account_id, question, created_at) VALUES (?1, ?2, ?3, ?4)
       ON CONFLICT DO NOTHING`,
    );
    this.#owner = database.prepare<{ account_id: AccountId }, [string]>(
      "SELECT account_id FROM own_polls WHERE poll_id = ?1",
    );
    this.#delete = database.prepare<null, [string]>("DELETE FROM own_polls WHERE poll_id = ?1");
    this.#deleteAll = database.prepare<null, [string]>("DELETE FROM own_polls WHERE account_id = ?1");
    this.#newest = database.prepare<OwnPoll, [string, number, string, number]>(
      `SELECT poll_id AS pollId, question, created_at AS createdAt FROM own_polls
       WHERE account_id = ?1 AND (created_at, poll_id) < (?2, ?3)
       ORDER BY created_at DESC, poll_id DESC LIMIT ?4`,
    );
  }

  /** Whether nobody had it. */
  insert(accountId: AccountId, { pollId, question, createdAt }: OwnPoll): boolean {
    return this.#insert.run(pollId, accountId, question, createdAt).changes === 1;
  }

  owner(pollId: JoinCode): AccountId | null {
    return this.#owner.get(pollId)?.account_id ?? null;
  }

  delete(pollId: JoinCode): void {
    this.#delete.run(pollId);
  }

  deleteAll(accountId: AccountId): void {
    this.#deleteAll.run(accountId);
  }

  /** At most `limit`, newest first; `after` the last of the page before. */
  newest(accountId: AccountId, limit: number, after: OwnPollPlace | null): OwnPoll[] {
    const { createdAt, pollId } = after ?? { createdAt: Number.MAX_SAFE_INTEGER, pollId: "" };
    return this.#newest.all(accountId, createdAt, pollId, limit);
  }
}
