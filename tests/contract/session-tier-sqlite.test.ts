import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { Outage } from "../../server/app/outage.ts";
import { CATEGORIES } from "../../server/app/session.ts";
import { DATABASE_FILE, openDatabase } from "../../server/store/embedded/database.ts";
import { openEmbeddedPollStore } from "../../server/store/embedded/embedded-poll-store.ts";
import { MIGRATIONS } from "../../server/store/embedded/schema.ts";
import { SqliteSessionDatabase } from "../../server/store/embedded/sqlite-session-database.ts";
import {
  auditOf,
  definitionOf,
  NOON,
  openControl,
  type SteppableClock,
  steppableClock,
} from "../support/fixtures.ts";
import { dataFolder } from "./embedded-harness.ts";
import { failureOf, newAccountId, newKey } from "./session-tier-bench.ts";
import { sessionTierContract } from "./session-tier-contract.ts";
import { sessionDatabaseContract } from "./session-tier-database-rules.ts";

let folder: Awaited<ReturnType<typeof dataFolder>>;
let file: Database;
beforeEach(async () => {
  folder = await dataFolder();
  file = openDatabase(folder.directory);
});
afterEach(async () => {
  file.close(true);
  await folder[Symbol.asyncDispose]();
});

const open = (clock: SteppableClock) =>
  [new SqliteSessionDatabase(file, clock.now), new SqliteSessionDatabase(file, clock.now)] as const;

sessionTierContract("SQLite", open);
sessionDatabaseContract("SQLite", open);

describe("sessions in a node's one file", () => {
  const endsAt = NOON / 1_000 + 600;
  const entry = { version: 1, data: "kept", idleUntil: endsAt, endsAt };

  test("[N18] what was answered is there after a restart", async () => {
    const before = new SqliteSessionDatabase(file, () => NOON);
    const [key, revoked, accountId] = [newKey(), newKey("csrf"), newAccountId()];
    const summary = { sessionId: key.sessionId, device: "x", signedInAt: NOON, lastUsedAt: NOON };
    await Promise.all([
      before.put(key, entry),
      before.revoke(revoked.sessionId, endsAt),
      before.index(accountId, summary, endsAt),
    ]);
    await before.close();
    file.close(true);
    file = openDatabase(folder.directory);
    const after = new SqliteSessionDatabase(file, () => NOON);
    expect(await after.read(key)).toEqual(entry);
    expect(await after.read(revoked)).toEqual({ revoked: true, endsAt });
    expect(await after.list(accountId)).toEqual([summary]);
  });

  test("[N18] nobody reads what was not committed, and closing commits what waits", async () => {
    const database = new SqliteSessionDatabase(file, () => NOON);
    const key = newKey();
    const put = database.put(key, entry);
    expect(await database.read(key)).toBeNull();
    await database.close();
    expect(await database.read(key)).toEqual(entry);
    expect(await put).toEqual(entry);
  });

  test("[N18] on a full disk nothing happened, it is an outage, and with room again it works", async () => {
    const database = new SqliteSessionDatabase(file, () => NOON);
    const [key, accountId] = [newKey(), newAccountId()];
    const pages = file.query<{ page_count: number }, []>("PRAGMA page_count").get()?.page_count;
    file.exec(`PRAGMA max_page_count = ${pages}`);
    const large = { ...entry, data: "x".repeat(200_000) };
    const summary = { sessionId: key.sessionId, device: "x", signedInAt: NOON, lastUsedAt: NOON };
    const failures = await Promise.all([
      failureOf(database.put(key, large)),
      failureOf(database.index(accountId, summary, endsAt)),
    ]);
    for (const failure of failures) expect(failure).toBeInstanceOf(Outage);
    expect(await database.read(key)).toBeNull();
    expect(await database.list(accountId)).toEqual([]);
    file.exec("PRAGMA max_page_count = 1000000");
    expect(await database.put(key, large)).toEqual(large);
  });

  test("[N18] what has ended is deleted in passing, however much there is of it", async () => {
    const clock = steppableClock();
    const database = new SqliteSessionDatabase(file, clock.now);
    const accountId = newAccountId();
    const rows = (table: string) =>
      file.query<{ rows: number }, []>(`SELECT count(*) AS rows FROM ${table}`).get()?.rows;
    await Promise.all(
      Array.from({ length: 50 }, async () => {
        const { sessionId } = newKey();
        await database.revoke(sessionId, endsAt);
        await database.index(
          accountId,
          { sessionId, device: "x", signedInAt: NOON, lastUsedAt: NOON },
          endsAt,
        );
      }),
    );
    expect([rows("sessions"), rows("account_sessions")]).toEqual([50 * CATEGORIES.length, 50]);
    clock.step(600_000);
    for (let commits = 0; commits < 3; commits += 1) await database.touch(newKey(), endsAt);
    expect([rows("sessions"), rows("account_sessions")]).toEqual([0, 0]);
  });

  test("[N18] Redis can have missed nothing: there is none", async () => {
    const database = new SqliteSessionDatabase(file, () => NOON);
    await database.journal();
    await database.forget();
    expect(await database.journalled()).toEqual({ items: [], nextCursor: null });
  });

  test("[N18] a file from before there were sessions goes on with its polls, and takes sessions", async () => {
    await using old = await dataFolder();
    const made = new Database(join(old.directory, DATABASE_FILE), { create: true });
    made.exec(MIGRATIONS[0] ?? "");
    made.exec("PRAGMA user_version = 1");
    const definition = definitionOf();
    const columns = "poll_id, status, opened_at, closes_at, visibility, seq, definition";
    const control = openControl(definition);
    made
      .query(`INSERT INTO polls (${columns}) VALUES (?, 'open', ?, ?, 'live', 2, ?)`)
      .run(definition.pollId, control.openedAt, control.closesAt, JSON.stringify(definition));
    made.close(true);
    for (let starts = 0; starts < 2; starts += 1) {
      const database = openDatabase(old.directory);
      const sessions = new SqliteSessionDatabase(database, () => NOON);
      const key = newKey();
      expect(await sessions.put(key, entry)).toEqual(entry);
      expect(await sessions.read(key)).toEqual(entry);
      await sessions.close();
      database.close(true);
    }
    const polls = openEmbeddedPollStore({ directory: old.directory, clock: () => NOON, tell: () => {} });
    expect(await polls.read(definition.pollId)).toMatchObject({ definition, control: { status: "open" } });
    expect(await polls.create(definition, control, auditOf("created"))).toBe("taken");
    await polls.close();
  });
});
