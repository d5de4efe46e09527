import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { Outage } from "../../server/app/outage.ts";
import { DATABASE_FILE, openDatabase } from "../../server/store/embedded/database.ts";
import { EmbeddedRoomStore } from "../../server/store/embedded/embedded-room-store.ts";
import { MIGRATIONS } from "../../server/store/embedded/schema.ts";
import { newRoomId } from "../../shared/ids.ts";
import { roomOf, stepOf } from "../support/room-fixtures.ts";
import { dataFolder } from "./embedded-harness.ts";
import { roomStoreContract } from "./room-store-contract.ts";

/** Polls, accounts, sessions. */
const STEPS_BEFORE_ROOMS = 3;

roomStoreContract("embedded", async () => {
  const folder = await dataFolder();
  const open = () => {
    const database = openDatabase(folder.directory);
    return { database, store: new EmbeddedRoomStore(database) };
  };
  let opened = open();
  return {
    get store() {
      return opened.store;
    },
    get other() {
      return opened.store;
    },
    async reopen() {
      opened.database.close(true);
      opened = open();
    },
    async dispose() {
      opened.database.close(true);
      await folder[Symbol.asyncDispose]();
    },
  };
});

describe("rooms in a file", () => {
  test("[Q54] a file from before there were rooms goes on with its polls, and takes rooms", async () => {
    await using old = await dataFolder();
    const made = new Database(join(old.directory, DATABASE_FILE), { create: true });
    const before = MIGRATIONS.slice(0, STEPS_BEFORE_ROOMS);
    for (const step of before) made.exec(step);
    made.exec(`PRAGMA user_version = ${before.length}`);
    made.exec("INSERT INTO own_polls VALUES ('AAAAAAAA', 'me', 'Tea?', 1)");
    made.close(true);
    const room = roomOf();
    for (const answer of ["absent", "done"] as const) {
      const database = openDatabase(old.directory);
      const store = new EmbeddedRoomStore(database);
      expect(await store.replace(stepOf(room))).toBe(answer);
      if (answer === "absent") expect(await store.create(room)).toBe("created");
      expect(database.query("SELECT question FROM own_polls").all()).toEqual([{ question: "Tea?" }]);
      database.close(true);
    }
  });

  test("[Q54] on a full disk a change is an outage that changed nothing, and afterwards it is made", async () => {
    await using folder = await dataFolder();
    const database = openDatabase(folder.directory);
    const store = new EmbeddedRoomStore(database);
    const room = roomOf();
    await store.create(room);
    const size = database.query<{ page_count: number }, []>("PRAGMA page_count").get()?.page_count;
    database.exec(`PRAGMA max_page_count = ${size}`);
    const next = { ...stepOf(room), title: "long ".repeat(20_000) };
    await expect(store.replace(next)).rejects.toBeInstanceOf(Outage);
    await expect(store.create({ ...next, roomId: newRoomId() })).rejects.toBeInstanceOf(Outage);
    expect(await store.read(room.roomId)).toEqual(room);
    database.exec("PRAGMA max_page_count = 1000000");
    expect(await store.replace(next)).toBe("done");
    database.close(true);
  });
});
