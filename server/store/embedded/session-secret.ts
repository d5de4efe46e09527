import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { join } from "node:path";
import { DataFolderError } from "./data-folder-error.ts";

const FILE = "session-secret";
const MIN_LENGTH = 16;

/**
 * The secret that signs cookies where none was configured: read from the data folder, or made and kept there, so that
 * a restart knows its voters again. Throws `DataFolderError` if the folder cannot be used. Not for two processes at
 * once; the lock on the data folder sees to that.
 */
export function loadOrMakeSecret(dataDir: string): string {
  const path = join(dataDir, FILE);
  const kept = read(path);
  if (kept === null) return make(dataDir, path);
  if (kept.length >= MIN_LENGTH) return kept;
  // Made whole or not at all, so this was not us. A new one would forget who has voted.
  throw new DataFolderError(
    `${path} is not a secret of ours; put the old file back, or remove it to start anew.`,
  );
}

function read(path: string): string | null {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw unusable(path, error);
  }
}

/** Written aside and renamed: a crash leaves the whole secret or none. */
function make(dataDir: string, path: string): string {
  const secret = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const aside = `${path}.new`;
    const file = openSync(aside, "w", 0o600);
    writeSync(file, `${secret}\n`);
    fsyncSync(file);
    closeSync(file);
    renameSync(aside, path);
    return secret;
  } catch (error) {
    throw unusable(path, error);
  }
}

function unusable(path: string, error: unknown): DataFolderError {
  const cause = error instanceof Error ? error.message : String(error);
  return new DataFolderError(`${path} cannot be used: ${cause}`);
}
