/** Accounts, sessions and rooms of an embedded node, in a folder of their own. */
import type { Clock } from "../../server/app/ports.ts";
import type { RoomStore } from "../../server/app/room-ports.ts";
import type { AccountStore, SessionStore } from "../../server/app/session-ports.ts";
import { openDatabase } from "../../server/store/embedded/database.ts";
import { EmbeddedAccountStore } from "../../server/store/embedded/embedded-account-store.ts";
import { EmbeddedRoomStore } from "../../server/store/embedded/embedded-room-store.ts";
import { EmbeddedSessions } from "../../server/store/embedded/embedded-sessions.ts";
import { SqliteSessionDatabase } from "../../server/store/embedded/sqlite-session-database.ts";

export interface HostStores {
  readonly sessions: SessionStore;
  readonly accounts: AccountStore;
  readonly rooms: RoomStore;
  close(): Promise<void>;
}

export function openHostStores(directory: string, clock: Clock): HostStores {
  const database = openDatabase(directory);
  const accounts = new EmbeddedAccountStore(database);
  const sessions = new EmbeddedSessions({
    database: new SqliteSessionDatabase(database, clock),
    clock,
    onTrouble: (doing, trouble) => {
      throw new Error(`could not ${doing}`, { cause: trouble });
    },
  });
  return {
    sessions,
    accounts,
    rooms: new EmbeddedRoomStore(database),
    async close() {
      await sessions.close();
      await accounts.close();
      database.close(true);
    },
  };
}
