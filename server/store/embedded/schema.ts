import { ACCOUNT_TABLES } from "./account-schema.ts";
import { ROOM_TABLE } from "./room-schema.ts";
import { SESSION_TABLES } from "./session-schema.ts";

/**
 * The embedded store's tables, as the steps that made them: `user_version` counts the steps a file has had.
 * A step that has been released is never edited; a change is a new step.
 */
export const MIGRATIONS: readonly string[] = [
  `
  -- One row, one number: +1 at each start, so that (epoch, version) grows even if the clock went back.
  CREATE TABLE lifetime (epoch INTEGER NOT NULL) STRICT;
  INSERT INTO lifetime VALUES (0);

  -- A removed poll stays as a tombstone without text, so that its code is never given out again.
  CREATE TABLE polls (
    poll_id      TEXT PRIMARY KEY,
    status       TEXT NOT NULL CHECK (status IN ('draft', 'open', 'closed', 'removed')),
    opened_at    INTEGER,
    closes_at    INTEGER,
    closed_at    INTEGER,
    visibility   TEXT NOT NULL,
    seq          INTEGER NOT NULL,
    definition   TEXT,
    final        TEXT,
    ballots_kept INTEGER NOT NULL DEFAULT 1
  ) STRICT;
  CREATE INDEX polls_by_end ON polls (closes_at) WHERE status = 'open';
  CREATE INDEX polls_to_forget ON polls (closed_at) WHERE status = 'closed' AND ballots_kept = 1;

  -- choice: bit i set = the option at index i is chosen.
  CREATE TABLE ballots (
    poll_id  TEXT NOT NULL,
    voter    TEXT NOT NULL,
    revision INTEGER NOT NULL,
    choice   INTEGER NOT NULL,
    PRIMARY KEY (poll_id, voter)
  ) STRICT, WITHOUT ROWID;

  -- seq: the control's after the change, so that the order is the order of the changes, not of the clock.
  CREATE TABLE audit (
    poll_id TEXT NOT NULL,
    seq     INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    action  TEXT NOT NULL,
    by      TEXT NOT NULL,
    PRIMARY KEY (poll_id, seq)
  ) STRICT, WITHOUT ROWID;
  `,
  ACCOUNT_TABLES,
  SESSION_TABLES,
  ROOM_TABLE,
  `
  -- JSON: when the ballots were cast, kept once they are deleted.
  ALTER TABLE polls ADD COLUMN timeline TEXT;
  `,
];
