/** The step that made the table of rooms; see `schema.ts`. */
export const ROOM_TABLE = `
  -- room: JSON. A removed room stays as a tombstone without it, so that its code is never given out again.
  CREATE TABLE rooms (
    room_id TEXT PRIMARY KEY,
    seq     INTEGER NOT NULL,
    room    TEXT
  ) STRICT;
`;
