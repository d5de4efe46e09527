import type { Database } from "bun:sqlite";
import type { SessionKey, Standing } from "../../app/session.ts";

interface SessionRow {
  readonly version: number;
  /** JSON; `null`: revoked. */
  readonly data: string | null;
  readonly idle_until: number;
  readonly ends_at: number;
}

/** Ended rows deleted with a commit: more than one commit can leave behind, so they never pile up for long. */
const CLEARED_AT_ONCE = 100;

/** What stands in each category. `now` and all times: epoch s. */
export class SessionTable {
  readonly #find;
  readonly #put;
  readonly #clear;

  constructor(database: Database) {
    this.#find = database.prepare<SessionRow, [string, string, number]>(
      `SELECT version, data, idle_until, ends_at FROM sessions
       WHERE session_id = ?1 AND category = ?2 AND min(idle_until, ends_at) > ?3`,
    );
    this.#put = database.prepare<null, [string, string, number, string | null, number, number]>(
      `INSERT INTO sessions (session_id, category, version, data, idle_until, ends_at)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (session_id, category)
       DO UPDATE SET version = ?3, data = ?4, idle_until = ?5, ends_at = ?6`,
    );
    this.#clear = database.prepare<null, [number]>(
      `DELETE FROM sessions WHERE rowid IN
       (SELECT rowid FROM sessions WHERE min(idle_until, ends_at) <= ?1 LIMIT ${CLEARED_AT_ONCE})`,
    );
  }

  /** `null`: nothing, or over. */
  find({ sessionId, category }: SessionKey, now: number): Standing | null {
    const row = this.#find.get(sessionId, category, now);
    if (!row) return null;
    const { version, data, idle_until: idleUntil, ends_at: endsAt } = row;
    return data === null ? { revoked: true, endsAt } : { version, data: JSON.parse(data), idleUntil, endsAt };
  }

  /** Takes the place of whatever stands. */
  put({ sessionId, category }: SessionKey, standing: Standing): void {
    const endsAt = Math.floor(standing.endsAt);
    if ("revoked" in standing) {
      this.#put.run(sessionId, category, 0, null, endsAt, endsAt);
      return;
    }
    const { version, data, idleUntil } = standing;
    const json = JSON.stringify(data ?? null);
    this.#put.run(sessionId, category, version, json, Math.floor(idleUntil), endsAt);
  }

  /** Deletes some of what is over. */
  clear(now: number): void {
    this.#clear.run(now);
  }
}
