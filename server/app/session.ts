/** What a session is, and the pure rules of its life. No clock, no store. */
import type { AccountId, SessionId } from "../../shared/ids.ts";

/** What a session holds, by how much depends on it. */
export const CATEGORIES = ["auth", "csrf", "activity", "preferences", "scratch"] as const;
export type Category = (typeof CATEGORIES)[number];

/** Who is signed in. Written at sign-in, never changed. */
export interface AuthData {
  readonly accountId: AccountId;
  /** Epoch ms, for people. Clocks of nodes differ, so it decides nothing. */
  readonly signedInAt: number;
  /** The account's `validFrom` as the sign-in read it: once the account has another, the session is over. */
  readonly validFrom: number;
  /** "Firefox on Android": for the list of one's own sessions. */
  readonly device: string;
}

export interface CategoryRules {
  readonly priority: "critical" | "high" | "medium" | "low";
  /** Unused for so long (s) it ends; whole seconds in every store. */
  readonly idleSeconds: number;
  /** It ends so long (s) after it was made, used or not. */
  readonly absoluteSeconds: number;
  /** Whether a browser may write it through `PUT /api/session/:category`. */
  readonly browserMayWrite: boolean;
}

const HOUR = 3_600;
const DAY = 24 * HOUR;

export const CATEGORY_RULES: Readonly<Record<Category, CategoryRules>> = {
  auth: { priority: "critical", idleSeconds: 7 * DAY, absoluteSeconds: 30 * DAY, browserMayWrite: false },
  csrf: { priority: "critical", idleSeconds: 7 * DAY, absoluteSeconds: 30 * DAY, browserMayWrite: false },
  activity: { priority: "high", idleSeconds: DAY, absoluteSeconds: 30 * DAY, browserMayWrite: true },
  preferences: {
    priority: "medium",
    idleSeconds: 30 * DAY,
    absoluteSeconds: 365 * DAY,
    browserMayWrite: true,
  },
  scratch: { priority: "low", idleSeconds: HOUR, absoluteSeconds: DAY, browserMayWrite: true },
};

/** JSON of one category: at most so many bytes. */
export const MAX_SESSION_BYTES = 8 * 1024;

/** One category of one session, as every tier keeps it. */
export interface SessionEntry {
  /** Grows with every write; an older one never overwrites a newer one in any tier. Touching does not count. */
  readonly version: number;
  /** JSON. */
  readonly data: unknown;
  /** Epoch s: unused until then it ends. Moved on by touching. */
  readonly idleUntil: number;
  /** Epoch s: it ends then in any case. */
  readonly endsAt: number;
}

/** What stands in a tier: `revoked` until the session would have ended anyway, so that nothing brings it back. */
export type Standing = SessionEntry | { readonly revoked: true; readonly endsAt: number };

/** A new entry at `now` (epoch ms). */
export function newEntry(category: Category, data: unknown, now: number): SessionEntry {
  const { idleSeconds, absoluteSeconds } = CATEGORY_RULES[category];
  const seconds = Math.floor(now / 1_000);
  return { version: 1, data, idleUntil: seconds + idleSeconds, endsAt: seconds + absoluteSeconds };
}

/** The entry with other data, one version on, used at `now` (epoch ms). */
export function rewritten(entry: SessionEntry, category: Category, data: unknown, now: number): SessionEntry {
  return { ...touched(entry, category, now), version: entry.version + 1, data };
}

/** The entry used at `now` (epoch ms): it idles from there, and still ends when it would have. */
export function touched(entry: SessionEntry, category: Category, now: number): SessionEntry {
  const idleUntil = Math.floor(now / 1_000) + CATEGORY_RULES[category].idleSeconds;
  return { ...entry, idleUntil: Math.min(Math.max(idleUntil, entry.idleUntil), entry.endsAt) };
}

/** Using a session is noted once a tenth of its idle time has passed: not with every request. */
export function isTouchDue(entry: SessionEntry, category: Category, now: number): boolean {
  return (
    touched(entry, category, now).idleUntil - entry.idleUntil >= CATEGORY_RULES[category].idleSeconds / 10
  );
}

/** Whether it has ended at `now` (epoch ms), whatever a store still has. */
export function isOver({ endsAt, ...standing }: Standing, now: number): boolean {
  const idleUntil = "idleUntil" in standing ? standing.idleUntil : endsAt;
  return now / 1_000 >= Math.min(idleUntil, endsAt);
}

/** Whether `a` may take the place of `b` in a tier: a revocation always, nothing over one, else only what is newer. */
export function mayReplace(a: Standing, b: Standing | null): boolean {
  if (b === null) return true;
  if ("revoked" in b) return false;
  return "revoked" in a || a.version > b.version;
}

export interface SessionKey {
  readonly sessionId: SessionId;
  readonly category: Category;
}
