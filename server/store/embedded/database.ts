import { Database, SQLiteError } from "bun:sqlite";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DataFolderError } from "./data-folder-error.ts";
import { MIGRATIONS } from "./schema.ts";

/** Name of the one file (with SQLite's `-wal` beside it) in the data folder. */
export const DATABASE_FILE = "pollcast.db";

/** Pages kept in memory (KiB): the inner pages of some million ballots. */
const PAGE_CACHE_KIB = 32 * 1024;
/** Pages (4 KiB) in the log before it is moved into the file: more than SQLite's 1,000 moves a hot page less often. */
const CHECKPOINT_PAGES = 4_000;
/** A write-ahead log that a burst made larger is cut back to this (bytes). */
const LOG_LIMIT_BYTES = 64 * 1024 * 1024;

/**
 * Opens the database of a data folder, making both where they are missing, for this process alone.
 * Throws `DataFolderError` if another process has it or the folder cannot be used.
 */
export function openDatabase(directory: string): Database {
  let database: Database | undefined;
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    database = new Database(join(directory, DATABASE_FILE), { create: true, strict: true });
    takeForThisProcess(database);
    migrate(database, directory);
    return database;
  } catch (error) {
    database?.close(true);
    throw explain(directory, error);
  }
}

/**
 * The lock is the file's own (fcntl), so a killed process leaves none behind. It also means that nothing else in this
 * process may open the database file, even to copy it: closing any descriptor of a file drops the process's locks.
 */
function takeForThisProcess(database: Database): void {
  database.exec("PRAGMA busy_timeout = 0");
  database.exec("PRAGMA locking_mode = EXCLUSIVE");
  database.exec("PRAGMA journal_mode = WAL");
  // FULL: COMMIT returns after the log is on the disk. NORMAL would acknowledge ballots that a power cut loses.
  database.exec("PRAGMA synchronous = FULL");
  database.exec(`PRAGMA cache_size = -${PAGE_CACHE_KIB}`);
  database.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  database.exec(`PRAGMA journal_size_limit = ${LOG_LIMIT_BYTES}`);
  // The mode alone takes nothing; the first write takes the lock and then keeps it.
  database.exec("BEGIN EXCLUSIVE; COMMIT");
}

function migrate(database: Database, directory: string): void {
  const row = database.query<{ user_version: number }, []>("PRAGMA user_version").get();
  const done = row?.user_version ?? 0;
  if (done > MIGRATIONS.length) {
    throw new DataFolderError(
      `The data folder ${directory} was written by a newer Pollcast; update this one or set DATA_DIR to another folder.`,
    );
  }
  database.transaction(() => {
    for (const step of MIGRATIONS.slice(done)) database.exec(step);
    database.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
  })();
}

function explain(directory: string, error: unknown): unknown {
  if (error instanceof SQLiteError && error.code?.startsWith("SQLITE_BUSY")) {
    return new DataFolderError(
      `The data folder ${directory} is in use by another Pollcast process; stop it or set DATA_DIR to another folder.`,
      { cause: error },
    );
  }
  const fromOutside = error instanceof SQLiteError || (error instanceof Error && "syscall" in error);
  if (!fromOutside) return error;
  return new DataFolderError(
    `The data folder ${directory} cannot be used (${error.message}); make it writable or set DATA_DIR to another folder.`,
    { cause: error },
  );
}
