import { mayReplace, type SessionEntry, type SessionKey, type Standing } from "../../app/session.ts";
import type { Timers } from "../../app/timers.ts";
import { orNull } from "./or-null.ts";
import { isCritical } from "./session-copies.ts";
import type { SessionCritical } from "./session-critical.ts";
import type { SessionStores } from "./session-stores.ts";

export interface SessionRestorePorts {
  readonly stores: SessionStores;
  readonly critical: SessionCritical;
  readonly timers: Timers;
}

export interface Restored {
  readonly standing: Standing;
  /** When the question was asked that decided it (monotonic ms). */
  readonly askedAt: number;
}

/**
 * Redis has nothing: what the database has is brought there. `null`: the database cannot say.
 *
 * Between the read and the restore the session may be revoked, and Redis may lose that revocation. A revocation reaches
 * the database first, so reading that again after the restore finds it.
 */
export async function restoreSession(
  { stores, critical, timers }: SessionRestorePorts,
  key: SessionKey,
): Promise<Restored | "absent" | null> {
  const readAt = timers.now();
  const found = await readDatabase(stores, key);
  if (!found) return null;
  if (!found.standing) return "absent";
  if ("revoked" in found.standing) {
    // So that the database need not be asked again; if it fails, whoever misses it next tries again.
    const { standing } = found;
    await orNull(stores.writeRedis(key.sessionId, (redis) => redis.put(key, standing)));
    return { standing, askedAt: readAt };
  }
  const stands = await orNull(restore(stores, key, found.standing));
  const askedAt = timers.now();
  const again = await readDatabase(stores, key);
  if (!again) return isCritical(key) ? null : { standing: stands ?? found.standing, askedAt: readAt };
  if (!again.standing) return "absent";
  // What was just restored is out of date: Redis must not be left with it. Nor with what it may still be doing.
  if (mayReplace(again.standing, stands ?? found.standing)) await critical.bring(key, again.standing);
  return { standing: stands && isAhead(stands, again.standing) ? stands : again.standing, askedAt };
}

function readDatabase(stores: SessionStores, key: SessionKey) {
  return orNull(stores.readDatabase(key).then((standing) => ({ standing })));
}

async function restore(stores: SessionStores, key: SessionKey, entry: SessionEntry): Promise<Standing> {
  const stands = await stores.writeRedis(key.sessionId, (redis) => redis.restore(key, entry));
  if (!("revoked" in stands) && stands.version === entry.version)
    stores.statistics.count("redis", "restores");
  return stands;
}

function isAhead(a: Standing, b: Standing): boolean {
  return !("revoked" in b) && ("revoked" in a || a.version > b.version);
}
