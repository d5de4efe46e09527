import type { Database } from "bun:sqlite";
import type { PollId } from "../../../shared/ids.ts";
import { GRACE_MS } from "../../../shared/limits.ts";
import type { AuditEntry } from "../../app/ports.ts";
import { fromRow, type PollRow, type StoredPoll, toColumns } from "./poll-row.ts";

const COLUMNS = "status, opened_at, closes_at, closed_at, visibility, seq, definition, final";

/** The polls and the history of host actions. */
export class PollTable {
  readonly #insert;
  readonly #find;
  readonly #update;
  readonly #bury;
  readonly #due;
  readonly #toForget;
  readonly #markForgotten;
  readonly #timeline;
  readonly #addAudit;
  readonly #audit;

  constructor(database: Database) {
    type Columns = ReturnType<typeof toColumns>;
    this.#insert = database.prepare<null, [string, ...Columns]>(
      `INSERT INTO polls (poll_id, ${COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
       ON CONFLICT (poll_id) DO NOTHING`,
    );
    this.#find = database.prepare<PollRow, [string]>(`SELECT ${COLUMNS} FROM polls WHERE poll_id = ?1`);
    this.#update = database.prepare<null, [string, ...Columns]>(
      `UPDATE polls SET (${COLUMNS}) = (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) WHERE poll_id = ?1`,
    );
    this.#bury = database.prepare<null, [string, number]>(
      `UPDATE polls SET status = 'removed', seq = ?2, definition = NULL, final = NULL, ballots_kept = 0,
         timeline = NULL
       WHERE poll_id = ?1`,
    );
    this.#due = database.prepare<{ poll_id: PollId }, [number, number]>(
      "SELECT poll_id FROM polls WHERE status = 'open' AND closes_at <= ?1 ORDER BY closes_at LIMIT ?2",
    );
    this.#toForget = database.prepare<{ poll_id: PollId }, [number]>(
      `SELECT poll_id FROM polls WHERE status = 'closed' AND ballots_kept = 1 AND closed_at < ?1
       ORDER BY closed_at LIMIT 1`,
    );
    this.#markForgotten = database.prepare<null, [string, string | null]>(
      "UPDATE polls SET ballots_kept = 0, timeline = ?2 WHERE poll_id = ?1",
    );
    this.#timeline = database.prepare<{ ballots_kept: number; timeline: string | null }, [string]>(
      "SELECT ballots_kept, timeline FROM polls WHERE poll_id = ?1",
    );
    this.#addAudit = database.prepare<null, [string, number, number, string, string]>(
      "INSERT INTO audit (poll_id, seq, at, action, by) VALUES (?1, ?2, ?3, ?4, ?5)",
    );
    this.#audit = database.prepare<AuditEntry, [string]>(
      "SELECT at, action, by FROM audit WHERE poll_id = ?1 ORDER BY seq",
    );
  }

  /** Whether the id was free. */
  insert(poll: StoredPoll): boolean {
    return this.#insert.run(poll.definition.pollId, ...toColumns(poll)).changes === 1;
  }

  find(pollId: PollId): StoredPoll | null {
    const row = this.#find.get(pollId);
    return row && fromRow(row);
  }

  update(poll: StoredPoll): void {
    this.#update.run(poll.definition.pollId, ...toColumns(poll));
  }

  /** Leaves a tombstone. */
  bury(pollId: PollId, seq: number): void {
    this.#bury.run(pollId, seq);
  }

  /** Open polls whose time and grace have passed at `now`, the longest overdue first. */
  due(now: number, limit: number): PollId[] {
    return this.#due.all(now - GRACE_MS, limit).map((row) => row.poll_id);
  }

  /** One poll closed before `closedBefore` whose ballots are still kept. */
  toForget(closedBefore: number): PollId | null {
    return this.#toForget.get(closedBefore)?.poll_id ?? null;
  }

  /** The ballots are no more; what is left of when they were cast is `timeline`. */
  markForgotten(pollId: PollId, timeline: readonly number[] | null): void {
    this.#markForgotten.run(pollId, timeline && JSON.stringify(timeline));
  }

  /** What `markForgotten` was given, `null` too where that was before there were timelines; `"in ballots"` before it. */
  forgottenTimeline(pollId: PollId): readonly number[] | "in ballots" | null {
    const row = this.#timeline.get(pollId);
    if (row?.ballots_kept === 1) return "in ballots";
    return row?.timeline ? (JSON.parse(row.timeline) as number[]) : null; // as it was written here
  }

  /** Adds the change that led to control `seq`. */
  addAudit(pollId: PollId, seq: number, { at, action, by }: AuditEntry): void {
    this.#addAudit.run(pollId, seq, at, action, by);
  }

  audit(pollId: PollId): AuditEntry[] {
    return this.#audit.all(pollId);
  }
}
