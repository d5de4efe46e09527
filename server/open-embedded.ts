import { NO_STORES, NO_TIERS } from "../shared/ops-report.ts";
import type { Clock } from "./app/ports.ts";
import type { Config } from "./config.ts";
import { LocalBus } from "./fanout/local-bus.ts";
import { LocalRoomBus } from "./fanout/local-room-bus.ts";
import type { Log } from "./ops/log.ts";
import { openDatabase } from "./store/embedded/database.ts";
import { EmbeddedAccountStore } from "./store/embedded/embedded-account-store.ts";
import { EmbeddedPollStore } from "./store/embedded/embedded-poll-store.ts";
import { EmbeddedRoomStore } from "./store/embedded/embedded-room-store.ts";
import { EmbeddedSessions } from "./store/embedded/embedded-sessions.ts";
import { loadOrMakeSecret } from "./store/embedded/session-secret.ts";
import { SqliteSessionDatabase } from "./store/embedded/sqlite-session-database.ts";
import type { Stores } from "./stores.ts";

/** One file in the data folder, and news within the process. */
export function openEmbedded(
  { dataDir, sessionSecrets }: Pick<Config, "dataDir" | "sessionSecrets">,
  clock: Clock,
  log: Log,
): Stores {
  const bus = new LocalBus();
  const onTrouble = (message: string, cause: unknown) => log.error({ err: cause }, message);
  const database = openDatabase(dataDir);
  const polls = new EmbeddedPollStore(database, { clock, tell: bus.tell, onTrouble });
  const sessions = new EmbeddedSessions({
    database: new SqliteSessionDatabase(database, clock),
    clock,
    onTrouble: (doing, cause) => onTrouble(`could not ${doing}`, cause),
  });
  const accounts = new EmbeddedAccountStore(database);
  return {
    polls,
    bus,
    rooms: new EmbeddedRoomStore(database),
    roomBus: new LocalRoomBus(),
    sessions,
    accounts,
    secrets: sessionSecrets ?? [loadOrMakeSecret(dataDir)],
    forgetBallots: (closedBefore) => polls.forgetBallots(closedBefore),
    ops: () => ({ ...NO_STORES, ...NO_TIERS }),
    shardOf: () => null,
    async close() {
      await sessions.close();
      await accounts.close();
      // Last: it closes the file.
      await polls.close();
    },
  };
}
