import { openDatabase } from "../../server/store/embedded/database.ts";
import { EmbeddedSessions } from "../../server/store/embedded/embedded-sessions.ts";
import { SqliteSessionDatabase } from "../../server/store/embedded/sqlite-session-database.ts";
import { steppableClock } from "../support/fixtures.ts";
import { dataFolder } from "./embedded-harness.ts";
import { sessionStoreContract } from "./tiered-sessions-contract.ts";

sessionStoreContract("embedded", async () => {
  const folder = await dataFolder();
  const file = openDatabase(folder.directory);
  const clock = steppableClock();
  const onTrouble = (doing: string, trouble: unknown) => console.error(`could not ${doing}:`, trouble);
  const store = new EmbeddedSessions({
    database: new SqliteSessionDatabase(file, clock.now),
    clock: clock.now,
    onTrouble,
  });
  return {
    nodes: [store, store],
    clock,
    async dispose() {
      await store.close();
      file.close(true);
      await folder[Symbol.asyncDispose]();
    },
  };
});
