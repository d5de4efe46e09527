import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DataFolderError } from "../../server/store/embedded/data-folder-error.ts";
import { DATABASE_FILE, openDatabase } from "../../server/store/embedded/database.ts";
import { openEmbeddedPollStore } from "../../server/store/embedded/embedded-poll-store.ts";
import type { PollId, VoterId } from "../../shared/ids.ts";
import { auditOf, definitionOf, openControl } from "../support/fixtures.ts";
import { dataFolder } from "./embedded-harness.ts";

const POLL_ID = "ABCD1234" as PollId;
const CHILD = join(import.meta.dir, "cast-until-killed.ts");
/** Starting another Bun takes a second on a busy machine. */
const TIME_MS = 20_000;

const open = (directory: string) =>
  openEmbeddedPollStore({ directory, clock: Date.now, tell: () => undefined });

const start = (directory: string) =>
  Bun.spawn([process.execPath, CHILD, directory], { stdout: "pipe", stderr: "pipe" });

/** Lines a process prints, whole ones only: the last may be cut by the kill. */
async function linesUntil(
  output: ReadableStream<Uint8Array>,
  count: number,
  then: () => void,
): Promise<string[]> {
  let text = "";
  let done = false;
  const decoder = new TextDecoder();
  for await (const chunk of output) {
    text += decoder.decode(chunk, { stream: true });
    if (done || text.split("\n").length <= count) continue;
    done = true;
    then();
  }
  return text.split("\n").slice(0, -1);
}

describe("embedded store, one process at a time", () => {
  test(
    "[S7] a second process on the same data folder is refused with one clear line",
    async () => {
      await using folder = await dataFolder();
      const store = open(folder.directory);
      // A second try within the process must not drop the lock for others.
      expect(() => openDatabase(folder.directory)).toThrow(DataFolderError);
      const second = start(folder.directory);
      const [complaint, status] = await Promise.all([new Response(second.stderr).text(), second.exited]);
      expect(complaint).toBe(
        `The data folder ${folder.directory} is in use by another Pollcast process; stop it or set DATA_DIR to another folder.\n`,
      );
      expect(status).toBe(1);
      await store.close();
      openDatabase(folder.directory).close(true);
    },
    TIME_MS,
  );

  test(
    "[V2] kill -9 loses no acknowledged ballot and leaves no lock behind",
    async () => {
      await using folder = await dataFolder();
      const definition = definitionOf({ pollId: POLL_ID, durationSeconds: 3_600 });
      const before = open(folder.directory);
      await before.create(definition, openControl(definition, Date.now()), auditOf("created"));
      await before.close();
      const everAcknowledged: VoterId[] = [];
      for (let kill = 1; kill <= 3; kill++) {
        const child = start(folder.directory);
        const acknowledged = await linesUntil(child.stdout, 500, () => child.kill("SIGKILL"));
        await child.exited;
        expect(child.signalCode).toBe("SIGKILL");
        everAcknowledged.push(...(acknowledged as VoterId[]));
        const store = open(folder.directory);
        const choices = await store.choicesOf(POLL_ID, everAcknowledged);
        expect(choices.filter((choice) => choice === null)).toEqual([]);
        const tally = (await store.read(POLL_ID))?.tally;
        // What was counted and not yet acknowledged when the process died may be there too.
        expect(tally?.participantCount).toBeGreaterThanOrEqual(everAcknowledged.length);
        expect(tally?.votes).toEqual([tally?.participantCount ?? -1, 0, 0]);
        await store.close();
      }
      expect(everAcknowledged.length).toBeGreaterThanOrEqual(1_500);
    },
    TIME_MS,
  );

  test("[V2] a commit waits for the disk", async () => {
    await using folder = await dataFolder();
    const database = openDatabase(folder.directory);
    // 2 = FULL. A kill does not show the difference, only a power cut would.
    expect(database.query("PRAGMA synchronous").get()).toEqual({ synchronous: 2 });
    expect(database.query("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
    database.close(true);
  });

  test("[S7] a data folder written by a newer release is refused and left alone", async () => {
    await using folder = await dataFolder();
    const newer = openDatabase(folder.directory);
    newer.exec("PRAGMA user_version = 999");
    newer.close(true);
    expect(() => open(folder.directory)).toThrow(/written by a newer Pollcast/);
    using database = new Database(join(folder.directory, DATABASE_FILE));
    expect(database.query("PRAGMA user_version").get()).toEqual({ user_version: 999 });
  });

  test("[S7] what cannot be a data folder is refused with one clear line", async () => {
    await using folder = await dataFolder();
    const file = join(folder.directory, "file");
    await writeFile(file, "not a folder");
    expect(() => open(file)).toThrow(DataFolderError);
    await writeFile(
      join(folder.directory, DATABASE_FILE),
      "not a database, but long enough to look at. ".repeat(100),
    );
    expect(() => open(folder.directory)).toThrow(/cannot be used .*not a database/);
  });
});
