/** What stands in a session's key, as text; `scripts/session.fragment.lua` reads the head of it. */
import type { SessionKey, Standing } from "../../app/session.ts";

/** The keys of one session share a tag, so they live in one slot and one script can revoke them all. */
export function sessionKey({ sessionId, category }: SessionKey): string {
  return `session:{${sessionId}}:${category}`;
}

/** Times in whole seconds, rounded down: expiry counts in them, and what is over early is only asked for elsewhere. */
export function sessionText(standing: Standing): string {
  const endsAt = wholeSeconds(standing.endsAt);
  if ("revoked" in standing) return JSON.stringify({ revoked: true, endsAt });
  const { version, data } = standing;
  // The order matters: a script reads the head.
  return JSON.stringify({ version, idleUntil: wholeSeconds(standing.idleUntil), endsAt, data: data ?? null });
}

const OURS = /^\{("version":\d+,"idleUntil":\d+,"endsAt":\d+,"data":.*|"revoked":true,"endsAt":\d+)\}$/s;

/** `null` where there is nothing, or nothing of ours: the scripts take that for nothing too. */
export function readSessionText(text: string | null): Standing | null {
  return text !== null && OURS.test(text) ? (JSON.parse(text) as Standing) : null; // written by `sessionText`
}

/** The scripts know no sign: what ended before 1970 has ended. */
function wholeSeconds(seconds: number): number {
  return Math.max(0, Math.floor(seconds));
}
