import type { SessionId } from "../../../shared/ids.ts";
import type { Level } from "../../../shared/ops-report.ts";
import { Outage } from "../../app/outage.ts";
import type { Clock } from "../../app/ports.ts";
import { CATEGORY_RULES, type SessionEntry, type SessionKey } from "../../app/session.ts";
import type { Durability, SessionStore } from "../../app/session-ports.ts";
import type { Timers } from "../../app/timers.ts";
import { InTurn } from "./in-turn.ts";
import { LEVEL_TABLE } from "./level-table.ts";
import { isCritical, type SessionCopies } from "./session-copies.ts";
import type { SessionCritical } from "./session-critical.ts";
import { type Decider, decideWrite, type Write } from "./session-decision.ts";
import type { SessionRepairs } from "./session-repairs.ts";
import { restoreSession } from "./session-restore.ts";
import type { SessionStores } from "./session-stores.ts";
import type { SessionBus } from "./session-tier.ts";
import type { SessionTrust } from "./session-trust.ts";

const RETRY_AFTER_MS = 1_000;

export interface SessionWritesPorts {
  readonly stores: SessionStores;
  readonly copies: SessionCopies;
  /** `null`: there is no Redis. */
  readonly trust: SessionTrust | null;
  readonly critical: SessionCritical;
  readonly repairs: SessionRepairs;
  readonly bus: SessionBus;
  readonly levelOf: (sessionId: SessionId) => Level;
  readonly clock: Clock;
  readonly timers: Timers;
}

type Written = Awaited<ReturnType<SessionStore["write"]>>;

interface TieredDecider extends Decider {
  /** What is to be done once it stands: the other store is told. */
  readonly after: (entry: SessionEntry) => Promise<Durability>;
}

/**
 * Writes a category. One store decides which of two writes at once comes first, and the other one follows: told both at the
 * same time, two stores might keep different data of one version for ever. For critical data that is the database, for the
 * rest Redis; the other one decides where it is away.
 */
export class SessionWrites {
  readonly #ports: SessionWritesPorts;
  readonly #turns = new InTurn();

  constructor(ports: SessionWritesPorts) {
    this.#ports = ports;
  }

  /** Rejects with an `Outage` if no store that may decide answers, or where the category is switched off. */
  write(write: Write): Promise<Written> {
    const { sessionId, category } = write.key;
    // Writers of one node would only take each other's turns.
    return this.#turns.run(`${sessionId}:${category}`, () => this.#write(write));
  }

  async #write(write: Write): Promise<Written> {
    const { key } = write;
    const { priority } = CATEGORY_RULES[key.category];
    const [first] = LEVEL_TABLE[this.#ports.levelOf(key.sessionId)].sessions[priority];
    if (first === "off") throw outage(`${key.category} is switched off`);
    let trouble = outage("no store may decide");
    for (const decider of this.#deciders(key)) {
      try {
        const written = await this.#writeBy(decider, write);
        if (written) return written;
        trouble = outage("others write it all the time");
        break;
      } catch (failed) {
        if (!(failed instanceof Outage)) throw failed;
        trouble = failed;
      }
    }
    throw trouble;
  }

  /** `null`: it answers, and yet the write did not get through; no other store may decide then. */
  async #writeBy(decider: TieredDecider, write: Write): Promise<Written | null> {
    const { timers, copies, bus, clock } = this.#ports;
    const { key } = write;
    const askedAt = timers.now();
    const decision = await decideWrite(decider, write, clock);
    if (decision.kind === "contended") return null;
    if (decision.kind !== "stands") return decision;
    const { entry } = decision;
    const durability = await decider.after(entry);
    await copies.wrote(key, entry, askedAt);
    bus.tell(key.sessionId, [key.category]);
    return { kind: "written", version: entry.version, durability };
  }

  #deciders(key: SessionKey): TieredDecider[] {
    const { stores, critical } = this.#ports;
    if (!stores.hasRedis) return [this.#database(key, async () => "durable")];
    if (isCritical(key)) {
      return [this.#database(key, (entry) => critical.bring(key, entry)), this.#redisForCritical(key)];
    }
    const isKept = CATEGORY_RULES[key.category].priority !== "low";
    const pastRedis = this.#database(key, async (entry) => this.#tellRedisLater(key, entry));
    return isKept ? [this.#redis(key, true), pastRedis] : [this.#redis(key, false)];
  }

  #database(key: SessionKey, after: TieredDecider["after"]): TieredDecider {
    const { stores, copies } = this.#ports;
    return {
      read: async () => {
        const standing = await stores.readDatabase(key);
        if (isCritical(key) || (standing && "revoked" in standing)) return standing;
        // What was written to Redis comes here a moment later: this node may have seen more.
        const copy = await copies.peek(key);
        return copy && !("revoked" in copy) && copy.version > (standing?.version ?? 0) ? copy : standing;
      },
      put: (entry) => stores.writeDatabase((database) => database.put(key, entry)),
      after,
    };
  }

  #redisForCritical(key: SessionKey): TieredDecider {
    const { stores, trust, timers, critical } = this.#ports;
    return {
      read: async () => {
        const askedAt = timers.now();
        const standing = await stores.readRedis(key);
        if (!trust?.believes(key.sessionId, askedAt)) throw outage("Redis may have missed something");
        // Whether it was ever there only the database knows.
        if (!standing) throw outage("it is not in Redis");
        return standing;
      },
      put: (entry) => stores.writeRedis(key.sessionId, (redis) => redis.putSafely(key, entry)),
      after: async (entry) => {
        critical.owe(key, entry);
        return "pending";
      },
    };
  }

  /** The copy in the database follows a moment later, once for several writes: `pending` until then. */
  #redis(key: SessionKey, isKept: boolean): TieredDecider {
    const { stores, critical } = this.#ports;
    return {
      read: async () => {
        const standing = await stores.readRedis(key);
        if (standing) return standing;
        const restored = await restoreSession(this.#ports, key);
        return restored === null || restored === "absent" ? null : restored.standing;
      },
      put: (entry) => stores.writeRedis(key.sessionId, (redis) => redis.put(key, entry)),
      after: async (entry) => {
        if (isKept) critical.owe(key, entry);
        return "pending";
      },
    };
  }

  #tellRedisLater(key: SessionKey, entry: SessionEntry): Durability {
    const { stores, repairs } = this.#ports;
    const work = () => stores.writeRedis(key.sessionId, (redis) => redis.put(key, entry));
    const name = `redis:${key.sessionId}:${key.category}`;
    repairs.keep(name, { doing: "write a session to Redis", work, endsAt: entry.endsAt });
    return "durable";
  }
}

function outage(why: string): Outage {
  return new Outage("the store of sessions", RETRY_AFTER_MS, new Error(why));
}
