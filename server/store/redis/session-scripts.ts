/** The scripts for sessions: those that are commands of the client, and those that travel with a WAIT behind them. */
import { withFragments } from "./script-text.ts";
import generation from "./scripts/session-generation.lua" with { type: "text" };
import put from "./scripts/session-put.lua" with { type: "text" };
import restore from "./scripts/session-restore.lua" with { type: "text" };
import revoke from "./scripts/session-revoke.lua" with { type: "text" };
import touch from "./scripts/session-touch.lua" with { type: "text" };

/** Each takes its KEYS, then its ARGV, in the order of its header. `now` and `idleUntil` are epoch s. */
export interface SessionScripts {
  sessionPut(key: string, now: number, value: string): Promise<string>;
  sessionRestore(key: string, now: number, value: string): Promise<string>;
  sessionTouch(key: string, now: number, idleUntil: number): Promise<"TOUCHED" | "ABSENT">;
  sessionGeneration(key: string): Promise<string>;
}

/** For the client's `scripts` option, among those of `scripts.ts`. */
export const SESSION_SCRIPTS = {
  sessionPut: { lua: withFragments(put), numberOfKeys: 1 },
  sessionRestore: { lua: withFragments(restore), numberOfKeys: 1 },
  sessionTouch: { lua: withFragments(touch), numberOfKeys: 1 },
  sessionGeneration: { lua: withFragments(generation), numberOfKeys: 1 },
};

/** What is to outlive its master: sent as it is, by `confirmed-writes.ts`. */
export const PUT_SESSION = withFragments(put);
export const REVOKE_SESSION = withFragments(revoke);
