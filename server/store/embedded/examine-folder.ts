/** Examines the data folder, for `bun run doctor`, beside a node that may be using it. */
import { statfsSync } from "node:fs";
import { mkdir, open, rm, rmdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type Finding, judge, typicalMs } from "../../ops/finding.ts";

const SUBJECT = "DATA_DIR";
const ENOUGH_MIB = 256;
const MIB = 1024 * 1024;

/** Writes a file of its own, as a ballot is committed, and removes it. Never rejects. */
export async function examineFolder(dataDir: string): Promise<Finding[]> {
  const path = join(dataDir, `doctor-${process.pid}`);
  let made: string | undefined;
  try {
    made = await mkdir(dataDir, { recursive: true, mode: 0o700 });
    const p50Ms = await timeCommits(path);
    const { bavail, bsize } = statfsSync(dataDir);
    const free = Math.floor((Number(bavail) * Number(bsize)) / MIB);
    const said = `${resolve(dataDir)} can be written to, ${free} MiB are free`;
    return [{ ...judge(SUBJECT, free >= ENOUGH_MIB, said, "make room: a full disk refuses ballots"), p50Ms }];
  } catch (trouble) {
    const said = `${resolve(dataDir)} cannot be used: ${trouble instanceof Error ? trouble.message : trouble}`;
    const action = "make it writable for this user, or set DATA_DIR to another folder";
    return [{ subject: SUBJECT, state: "failed", said, action }];
  } finally {
    await rm(path, { force: true }).catch(() => {});
    // Whoever has begun to use it meanwhile keeps it.
    if (made) await rmdir(dataDir).catch(() => {});
  }
}

async function timeCommits(path: string): Promise<number> {
  const file = await open(path, "w", 0o600);
  try {
    return await typicalMs(async () => {
      await file.write("doctor\n");
      await file.sync();
    });
  } finally {
    await file.close();
  }
}
