/** The scripts for rooms: the one that is a command of the client, and those that travel with a WAIT behind them. */
import { withFragments } from "./script-text.ts";
import create from "./scripts/room-create.lua" with { type: "text" };
import put from "./scripts/room-put.lua" with { type: "text" };
import replace from "./scripts/room-replace.lua" with { type: "text" };

export interface RoomScripts {
  roomPut(key: string, value: string, keptSeconds: number): Promise<"PUT" | "OLDER">;
}

/** For the client's `scripts` option, among those of `scripts.ts`. */
export const ROOM_SCRIPTS = {
  roomPut: { lua: withFragments(put), numberOfKeys: 1 },
};

/** What is to outlive its master: sent as it is, by `shards.ts`. */
export const CREATE_ROOM = withFragments(create);
export const REPLACE_ROOM = withFragments(replace);
export const PUT_ROOM = withFragments(put);
