/** The Lua scripts as commands of the client, and those that travel in pipelines as they are. */
import { createHash } from "node:crypto";
import type { Cluster, Redis } from "ioredis";
import { ROOM_SCRIPTS, type RoomScripts } from "./room-scripts.ts";
import { withFragments } from "./script-text.ts";
import cast from "./scripts/cast.lua" with { type: "text" };
import create from "./scripts/create.lua" with { type: "text" };
import flush from "./scripts/flush.lua" with { type: "text" };
import heal from "./scripts/heal.lua" with { type: "text" };
import read from "./scripts/read.lua" with { type: "text" };
import steer from "./scripts/steer.lua" with { type: "text" };
import tierRead from "./scripts/tier-read.lua" with { type: "text" };
import viewers from "./scripts/viewers.lua" with { type: "text" };
import { SESSION_SCRIPTS, type SessionScripts } from "./session-scripts.ts";

type Arguments = readonly (string | number)[];

/** What `tier-read.lua` answers of a state that can be trusted. */
export type TierReadReply = [
  definition: string,
  snapshot: string,
  outboxLength: number,
  outboxAgeMs: number,
  settled: 0 | 1,
];

/** Each takes its KEYS, then its ARGV, in the order of its header. */
export interface PollScripts {
  pollRead(...keysAndArguments: Arguments): Promise<[] | [definition: string, snapshot: string]>;
  pollTierRead(...keysAndArguments: Arguments): Promise<"COLD" | "REMOVED" | TierReadReply>;
  pollFlush(...keysAndArguments: Arguments): Promise<number>;
  pollViewers(...keysAndArguments: Arguments): Promise<[] | [dueInMs: number, version: string]>;
  pollHeal(...keysAndArguments: Arguments): Promise<"HEALED" | "FINE">;
}

/** A cluster or a single server: the product needs the same of both. */
export type RedisClient = (Cluster | Redis) & PollScripts & RoomScripts & SessionScripts;

/**
 * For the client's `scripts` option: sent by EVALSHA, and once more as a whole where a server forgot them. The number of
 * keys is said once, here and in each header.
 */
export const SCRIPTS = {
  pollRead: { lua: withFragments(read), numberOfKeys: 5 },
  pollTierRead: { lua: withFragments(tierRead), numberOfKeys: 9 },
  pollFlush: { lua: withFragments(flush), numberOfKeys: 4 },
  pollViewers: { lua: withFragments(viewers), numberOfKeys: 5 },
  pollHeal: { lua: withFragments(heal), numberOfKeys: 4 },
  ...ROOM_SCRIPTS,
  ...SESSION_SCRIPTS,
};

/** What is written to outlive its master: sent with a WAIT behind it, by `shards.ts` and `ballot-pipeline.ts`. */
export const CREATE = withFragments(create);
export const STEER = withFragments(steer);
export const CAST = { lua: withFragments(cast), sha: sha1(withFragments(cast)) };

function sha1(text: string): string {
  return createHash("sha1").update(text).digest("hex");
}
