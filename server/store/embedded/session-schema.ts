/** The tables of sessions: a step of `schema.ts`, never edited once it was released. */
export const SESSION_TABLES = `
  -- One row for each category. Epoch s. Without data it is revoked, and idle_until is ends_at.
  CREATE TABLE sessions (
    session_id TEXT NOT NULL,
    category   TEXT NOT NULL,
    version    INTEGER NOT NULL,
    data       TEXT,
    idle_until INTEGER NOT NULL,
    ends_at    INTEGER NOT NULL,
    PRIMARY KEY (session_id, category)
  ) STRICT;
  CREATE INDEX sessions_by_end ON sessions (min(idle_until, ends_at));

  -- Which sessions an account has. signed_in_at, last_used_at: epoch ms; ends_at: epoch s. One that is gone keeps its row
  -- until it would have ended, so that a late note of its last use does not bring it back.
  CREATE TABLE account_sessions (
    account_id   TEXT NOT NULL,
    session_id   TEXT NOT NULL,
    device       TEXT NOT NULL,
    signed_in_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    ends_at      INTEGER NOT NULL,
    gone         INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (account_id, session_id)
  ) STRICT;
  CREATE INDEX account_sessions_by_end ON account_sessions (ends_at);
`;
