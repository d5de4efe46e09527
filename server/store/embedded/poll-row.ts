import type { Poll, PollControl, PollDefinition } from "../../app/poll.ts";
import type { Count } from "./ballot-table.ts";

/** A row of `polls`, as far as it is read. */
export interface PollRow {
  readonly status: PollControl["status"] | "removed";
  readonly opened_at: number | null;
  readonly closes_at: number | null;
  readonly closed_at: number | null;
  readonly visibility: PollControl["visibility"];
  readonly seq: number;
  /** JSON of the definition; `null` in a tombstone. */
  readonly definition: string | null;
  /** JSON of the final count; `null` before the close. */
  readonly final: string | null;
}

/** A poll as the file has it: its count is derived from the ballots until the close, and then kept. */
export interface StoredPoll extends Omit<Poll, "tally"> {
  readonly final: Count | null;
}

/** Reads a row; `null` for a tombstone. */
export function fromRow(row: PollRow): StoredPoll | null {
  if (row.status === "removed" || row.definition === null) return null;
  return {
    // Both are JSON that `toColumns` wrote, in a file that only this process may open.
    definition: JSON.parse(row.definition) as PollDefinition,
    final: row.final === null ? null : (JSON.parse(row.final) as Count),
    control: {
      status: row.status,
      openedAt: row.opened_at,
      closesAt: row.closes_at,
      closedAt: row.closed_at,
      visibility: row.visibility,
      seq: row.seq,
    },
  };
}

/** The values of a row in the order of the columns in `PollRow`. */
export function toColumns({ definition, control, final }: StoredPoll) {
  return [
    control.status,
    control.openedAt,
    control.closesAt,
    control.closedAt,
    control.visibility,
    control.seq,
    JSON.stringify(definition),
    final && JSON.stringify(final),
  ] as const;
}
