import type { SessionId } from "../../../shared/ids.ts";
import type { Level } from "../../../shared/ops-report.ts";
import type { Clock } from "../../app/ports.ts";
import { CATEGORY_RULES, mayReplace, newEntry, type SessionKey, type Standing } from "../../app/session.ts";
import type { SessionAnswer, SessionSource } from "../../app/session-ports.ts";
import type { Timers } from "../../app/timers.ts";
import { LEVEL_TABLE, type Source } from "./level-table.ts";
import { orNull } from "./or-null.ts";
import { isCritical, type SessionCopies } from "./session-copies.ts";
import type { SessionCritical } from "./session-critical.ts";
import type { SessionJournal } from "./session-journal.ts";
import { restoreSession } from "./session-restore.ts";
import type { SessionStores } from "./session-stores.ts";
import type { SessionTrust } from "./session-trust.ts";

const LEVELS: readonly Level[] = [0, 1, 2, 3, 4];
/** An answer that was asked for longer ago (ms) says nothing of now: the process stood still, or the store did. */
const BELIEVED_MS = 1_000;

export interface SessionReadsPorts {
  readonly stores: SessionStores;
  readonly copies: SessionCopies;
  /** `null`: there is no Redis. */
  readonly trust: SessionTrust | null;
  readonly journal: Pick<SessionJournal, "judge">;
  readonly critical: SessionCritical;
  readonly levelOf: (sessionId: SessionId) => Level;
  readonly clock: Clock;
  readonly timers: Timers;
}

/** `null`: this source cannot say, the next one is asked. `tried` is told of what was asked on the way. */
type Ask = (key: SessionKey, tried: Set<Source>) => Promise<SessionAnswer | null>;

/** Reads by the level table: the sources of the present level, then those of the levels after it. */
export class SessionReads {
  /** Answers that could be given to nobody else: no store that is believed answered. */
  emergencies = 0;
  /** Critical answers that came from the database because Redis could not be asked. */
  fallbacks = 0;
  readonly #ports: SessionReadsPorts;
  readonly #flights = new Map<string, Promise<SessionAnswer>>();
  readonly #sources: Readonly<Record<Source, Ask>> = {
    primary: (key, tried) => this.#primary(key, tried),
    replica: (key) => this.#replica(key),
    "local cache": (key) => this.#local(key),
    database: (key) => this.#database(key, isCritical(key) && this.#ports.stores.hasRedis),
    default: async (key) => this.#default(key),
    off: async () => ({ kind: "off" }),
    "emergency mode": async () => this.#emergency(),
  };

  constructor(ports: SessionReadsPorts) {
    this.#ports = ports;
  }

  /** However many ask for the same at once: the stores are asked once. */
  async read(key: SessionKey): Promise<SessionAnswer> {
    const copy = await this.#ports.copies.fresh(key);
    if (copy) return this.#answer(copy, "local", this.#isFallback(key));
    const name = `${key.sessionId}:${key.category}`;
    const flight = this.#flights.get(name) ?? this.#walk(key).finally(() => this.#flights.delete(name));
    this.#flights.set(name, flight);
    return flight;
  }

  async #walk(key: SessionKey): Promise<SessionAnswer> {
    const { priority } = CATEGORY_RULES[key.category];
    const tried = new Set<Source>();
    for (const level of LEVELS.slice(this.#ports.levelOf(key.sessionId))) {
      for (const source of LEVEL_TABLE[level].sessions[priority]) {
        if (tried.has(source)) continue;
        tried.add(source);
        const answer = await this.#sources[source](key, tried);
        if (answer) return answer;
      }
    }
    throw new Error(`the level table ends in nothing for ${priority}`);
  }

  async #primary(key: SessionKey, tried: Set<Source>): Promise<SessionAnswer | null> {
    const { stores, timers, trust, journal } = this.#ports;
    if (!trust) {
      tried.add("database");
      return this.#database(key, false);
    }
    if (isCritical(key) && trust.isNew(key.sessionId)) await journal.judge();
    const askedAt = timers.now();
    if (!this.#isBelieved(key, askedAt)) return null;
    const read = await orNull(stores.readRedis(key).then((standing) => ({ standing })));
    // Asked again: meanwhile it may have become known that Redis has missed something.
    if (!read || !this.#isBelieved(key, askedAt)) return null;
    if (read.standing) {
      const newer = isCritical(key) ? await this.#newerInDatabase(key, read.standing, trust) : null;
      if (newer) return this.#judged(key, newer.standing, newer.askedAt, "database", false);
      return this.#judged(key, read.standing, askedAt, "redis", false);
    }
    tried.add("database");
    const restored = await restoreSession(this.#ports, key);
    if (restored === "absent") return { kind: "absent" };
    if (restored) return this.#judged(key, restored.standing, restored.askedAt, "database", false);
    // Redis answers, and has nothing; whether the database has, nobody can tell. That is no reason to switch anything off.
    return isCritical(key) ? null : ((await this.#local(key)) ?? this.#default(key));
  }

  /** Asked once for each memory of Redis; if the database is away, Redis is believed as far as it was judged. */
  async #newerInDatabase(key: SessionKey, inRedis: Standing, trust: SessionTrust) {
    const { stores, timers, critical } = this.#ports;
    if ("revoked" in inRedis || trust.isVouched(key)) return null;
    const askedAt = timers.now();
    const standing = await orNull(stores.readDatabase(key));
    if (!standing) return null;
    if (!mayReplace(standing, inRedis)) {
      trust.vouch(key);
      return null;
    }
    await critical.bring(key, standing);
    return { standing, askedAt };
  }

  async #replica(key: SessionKey): Promise<SessionAnswer | null> {
    const { stores, timers } = this.#ports;
    const askedAt = timers.now();
    const standing = await orNull(stores.readReplica(key));
    return standing && this.#judged(key, standing, askedAt, "replica", false);
  }

  async #local(key: SessionKey): Promise<SessionAnswer | null> {
    const standing = await this.#ports.copies.peek(key);
    return standing && this.#answer(standing, "local", false);
  }

  async #database(key: SessionKey, fallbackMode: boolean): Promise<SessionAnswer | null> {
    const { stores, timers } = this.#ports;
    const askedAt = timers.now();
    const read = await orNull(stores.readDatabase(key).then((standing) => ({ standing })));
    if (!read) return null;
    if (fallbackMode) this.fallbacks += 1;
    if (!read.standing) return { kind: "absent" };
    return this.#judged(key, read.standing, askedAt, "database", fallbackMode);
  }

  /** Version 0: whoever writes it next expects that nothing is there. */
  #default(key: SessionKey): SessionAnswer {
    const entry = { ...newEntry(key.category, {}, this.#ports.clock()), version: 0 };
    return { kind: "found", entry, source: "default", fallbackMode: false };
  }

  #emergency(): SessionAnswer {
    this.emergencies += 1;
    return { kind: "emergency" };
  }

  #isBelieved(key: SessionKey, askedAt: number): boolean {
    return !isCritical(key) || (this.#ports.trust?.believes(key.sessionId, askedAt) ?? false);
  }

  /** A shard that was never judged was not found wanting either. */
  #isFallback(key: SessionKey): boolean {
    const { trust, timers } = this.#ports;
    if (!trust || !isCritical(key) || trust.isNew(key.sessionId)) return false;
    return !trust.believes(key.sessionId, timers.now());
  }

  async #judged(
    key: SessionKey,
    standing: Standing,
    askedAt: number,
    source: SessionSource,
    fallbackMode: boolean,
  ): Promise<SessionAnswer | null> {
    const { copies, timers } = this.#ports;
    if (isCritical(key) && timers.now() - askedAt > BELIEVED_MS) return null;
    if (isCritical(key) && source === "redis") {
      // Redis has lost what this node has seen.
      const copy = await copies.peek(key);
      if (copy && !("revoked" in standing) && ("revoked" in copy || copy.version > standing.version))
        return null;
    }
    await copies.keep(key, standing, askedAt);
    return this.#answer(standing, source, fallbackMode);
  }

  #answer(standing: Standing, source: SessionSource, fallbackMode: boolean): SessionAnswer {
    if ("revoked" in standing) return { kind: "revoked" };
    return { kind: "found", entry: standing, source, fallbackMode };
  }
}
