/** The step that made the tables of accounts; see `schema.ts`. */
export const ACCOUNT_TABLES = `
  -- email_key: what makes two addresses the same (\`emailKey\`).
  CREATE TABLE accounts (
    account_id    TEXT PRIMARY KEY,
    email         TEXT NOT NULL,
    email_key     TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    created_at    INTEGER NOT NULL,
    valid_from    INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE own_polls (
    poll_id    TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    question   TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX own_polls_by_account ON own_polls (account_id, created_at, poll_id);
`;
