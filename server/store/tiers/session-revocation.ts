import type { AccountId, SessionId } from "../../../shared/ids.ts";
import { Outage } from "../../app/outage.ts";
import type { Clock } from "../../app/ports.ts";
import { CATEGORIES, CATEGORY_RULES } from "../../app/session.ts";
import type { Durability, SessionStore } from "../../app/session-ports.ts";
import { orNull } from "./or-null.ts";
import type { SessionCopies } from "./session-copies.ts";
import type { SessionCritical } from "./session-critical.ts";
import type { SessionRepairs } from "./session-repairs.ts";
import type { SessionStores } from "./session-stores.ts";
import type { SessionBus } from "./session-tier.ts";

/** When asking again is likely to help (ms). */
const RETRY_AFTER_MS = 1_000;

export interface SessionRevocationPorts {
  readonly stores: SessionStores;
  readonly copies: SessionCopies;
  readonly critical: SessionCritical;
  readonly repairs: SessionRepairs;
  readonly bus: SessionBus;
  readonly clock: Clock;
}

/**
 * Ends a session: in the database first, for what is read there again after a restore decides; then in Redis, or in the
 * journal of what Redis missed; then the copies go.
 */
export async function revokeSession(
  ports: SessionRevocationPorts,
  sessionId: SessionId,
  accountId: AccountId,
): ReturnType<SessionStore["revoke"]> {
  const { stores, copies, bus } = ports;
  const endsAt = await endOf(ports, sessionId);
  const durability = await revokeInStores(ports, sessionId, endsAt);
  bus.tell(sessionId, "all");
  copies.drop(sessionId, "all");
  await copies.revoke(sessionId, endsAt);
  const unindex = () => stores.askDatabase((database) => database.unindex(accountId, sessionId));
  // The list leaves out what is revoked anyway.
  if ((await orNull(unindex().then(() => true))) === null) {
    ports.repairs.keep(`index:${sessionId}`, { doing: "unlist a session", work: unindex, endsAt });
  }
  return durability;
}

async function revokeInStores(
  { stores, critical }: SessionRevocationPorts,
  sessionId: SessionId,
  endsAt: number,
): Promise<Durability> {
  const inDatabase = stores.writeDatabase((database) => database.revoke(sessionId, endsAt));
  if (await orNull(inDatabase.then(() => true))) {
    const brought = await critical.bring({ sessionId, category: "auth" }, { revoked: true, endsAt });
    if (brought === "durable") return brought;
    // Neither Redis nor the journal has it: other nodes would go on believing Redis. It is repaired, and asked for again.
    throw new Outage("the store of sessions", RETRY_AFTER_MS, new Error("other nodes could not be told"));
  }
  const inRedis = stores.writeRedis(sessionId, (redis) => redis.revoke(sessionId, endsAt));
  if (!(await orNull(inRedis.then(() => true)))) {
    throw new Outage("the store of sessions", RETRY_AFTER_MS, new Error("a session could not be revoked"));
  }
  critical.oweRevocation(sessionId, endsAt);
  return "pending";
}

/**
 * Epoch s when the last of it would have ended. Where nobody can say, as late as can be; at least as late as a sign-in
 * that was made just now, which may still be on its way.
 */
async function endOf({ stores, clock }: SessionRevocationPorts, sessionId: SessionId): Promise<number> {
  const now = Math.floor(clock() / 1_000);
  const reads = CATEGORIES.map((category) => stores.readDatabase({ sessionId, category }));
  const standings = await orNull(Promise.all(reads));
  if (!standings)
    return now + Math.max(...CATEGORIES.map((category) => CATEGORY_RULES[category].absoluteSeconds));
  const ends = standings.flatMap((standing) => (standing ? [standing.endsAt] : []));
  return Math.max(now + CATEGORY_RULES.auth.absoluteSeconds, ...ends);
}
