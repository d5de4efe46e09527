import type { SessionId } from "../../../shared/ids.ts";
import { Outage } from "../../app/outage.ts";
import type { Clock } from "../../app/ports.ts";
import {
  CATEGORIES,
  type Category,
  newEntry,
  type SessionEntry,
  type SessionKey,
} from "../../app/session.ts";
import type { Durability } from "../../app/session-ports.ts";
import type { Timers } from "../../app/timers.ts";
import { isOutage } from "./ledger-way.ts";
import { listedSession } from "./listed-session.ts";
import { orNull } from "./or-null.ts";
import { isCritical, type SessionCopies } from "./session-copies.ts";
import type { SessionCritical } from "./session-critical.ts";
import type { SessionRepairs } from "./session-repairs.ts";
import type { SessionStores } from "./session-stores.ts";

export interface SessionCreationPorts {
  readonly stores: SessionStores;
  readonly copies: SessionCopies;
  readonly critical: SessionCritical;
  readonly repairs: SessionRepairs;
  readonly clock: Clock;
  readonly timers: Timers;
}

interface Made {
  readonly key: SessionKey;
  readonly entry: SessionEntry;
}

/**
 * Makes a session, in both stores at the same time. What misses Redis needs no journal: nobody has had this id, so Redis
 * has nothing that would be out of date, and restores it at the first read.
 */
export async function createSession(
  ports: SessionCreationPorts,
  sessionId: SessionId,
  entries: Partial<Record<Category, unknown>>,
): Promise<Durability> {
  const { stores, copies, critical, clock, timers } = ports;
  const now = clock();
  const made = CATEGORIES.filter((category) => category in entries).map((category) => ({
    key: { sessionId, category },
    entry: newEntry(category, entries[category], now),
  }));
  if (made.length === 0) return "durable";
  const [inDatabase, inRedis] = await Promise.all([
    orOutage(putInDatabase(ports, made, now)),
    orOutage(putInRedis(stores, made)),
  ]);
  if (inDatabase instanceof Outage && inRedis instanceof Outage) throw inDatabase;
  // Until now nobody knew the id, so nobody can have revoked it.
  const madeAt = timers.now();
  await Promise.all(made.map(({ key, entry }) => copies.wrote(key, entry, madeAt)));
  if (!(inDatabase instanceof Outage)) return "durable";
  for (const { key, entry } of made) critical.owe(key, entry);
  oweIndex(ports, made, now);
  return "pending";
}

/** What its account's list says of it; `null`: it is nobody's. */
function listed(made: readonly Made[], now: number) {
  const auth = made.find(({ key }) => key.category === "auth");
  return auth ? listedSession(auth.key.sessionId, auth.entry, now) : null;
}

async function putInDatabase(
  { stores }: SessionCreationPorts,
  made: readonly Made[],
  now: number,
): Promise<void> {
  const line = listed(made, now);
  await Promise.all([
    ...made.map(({ key, entry }) => stores.writeDatabase((database) => database.put(key, entry))),
    line && stores.askDatabase((database) => database.index(line.accountId, line.summary, line.endsAt)),
  ]);
}

/** What is not critical may be missing: it is restored. */
async function putInRedis(stores: SessionStores, made: readonly Made[]): Promise<void> {
  const needed = made.some(({ key }) => isCritical(key)) ? isCritical : () => true;
  await Promise.all(
    made.map(({ key, entry }) => {
      const put = stores.writeRedis(key.sessionId, (redis) =>
        isCritical(key) ? redis.putSafely(key, entry) : redis.put(key, entry),
      );
      return needed(key) ? put : orNull(put);
    }),
  );
}

function oweIndex({ stores, repairs }: SessionCreationPorts, made: readonly Made[], now: number): void {
  const line = listed(made, now);
  if (!line) return;
  const { accountId, summary, endsAt } = line;
  const work = () => stores.askDatabase((database) => database.index(accountId, summary, endsAt));
  repairs.keep(`index:${summary.sessionId}`, { doing: "list a session", work, endsAt });
}

async function orOutage(done: Promise<void>): Promise<Outage | null> {
  try {
    await done;
    return null;
  } catch (trouble) {
    if (isOutage(trouble)) return trouble;
    throw trouble;
  }
}
