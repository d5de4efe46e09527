import type { AccountId, SessionId } from "../../../shared/ids.ts";
import type { Level } from "../../../shared/ops-report.ts";
import type { Clock } from "../../app/ports.ts";
import type { Category } from "../../app/session.ts";
import type { Durability, SessionAnswer, SessionStore, SessionSummary } from "../../app/session-ports.ts";
import { realTimers, type Timers } from "../../app/timers.ts";
import type { MemorySessionTier } from "./memory-session-tier.ts";
import { SessionCensus } from "./session-census.ts";
import { SessionCopies } from "./session-copies.ts";
import { createSession } from "./session-creation.ts";
import { SessionCritical } from "./session-critical.ts";
import { SessionJournal } from "./session-journal.ts";
import { listSessions } from "./session-lists.ts";
import { SessionReads } from "./session-reads.ts";
import { SessionRepairs } from "./session-repairs.ts";
import { revokeSession } from "./session-revocation.ts";
import { SessionStatistics, type SessionStoreFigures, type SessionStoreName } from "./session-statistics.ts";
import { SessionStores } from "./session-stores.ts";
import type { RedisSessionTier, SessionBus, SessionDatabase } from "./session-tier.ts";
import { SessionTouches } from "./session-touches.ts";
import { SessionTrust } from "./session-trust.ts";
import { SessionWrites } from "./session-writes.ts";

export interface TieredSessionsPorts {
  readonly local: MemorySessionTier;
  /** `null`: there is none; then the database is what is read first. */
  readonly redis: RedisSessionTier | null;
  readonly database: SessionDatabase;
  readonly bus: SessionBus;
  /** Of the shard of this session. */
  readonly levelOf: (sessionId: SessionId) => Level;
  /** Known to be away: it is not asked. */
  readonly isDatabaseAway: () => boolean;
  /** This node's name. */
  readonly node: string;
  readonly clock: Clock;
  /** Told of what went wrong behind the scenes. */
  readonly onTrouble: (doing: string, trouble: unknown) => void;
  readonly timers?: Timers;
}

/** For `/metrics` and `/ops`. Counted since the node started, unless said. */
export interface SessionFigures {
  readonly stores: Readonly<Record<SessionStoreName, SessionStoreFigures>>;
  /** Different sessions this node has seen in the last half hour, to about 2 %. */
  readonly activeSessions: number;
  /** What a store has still to be told, now. */
  readonly pending: number;
  /** Sessions of which Redis is known to lack something, now. */
  readonly missing: number;
  /** Critical answers from the database because Redis could not be asked. */
  readonly fallbacks: number;
  readonly emergencies: number;
  /** Uses that a store was not told. */
  readonly touchErrors: number;
}

/** Sessions in this process, in Redis and in a database, read by what still answers: the level table says in which order. */
export class TieredSessions implements SessionStore {
  readonly #ports: TieredSessionsPorts;
  readonly #stores: SessionStores;
  readonly #census: SessionCensus;
  readonly #copies: SessionCopies;
  readonly #trust: SessionTrust | null;
  readonly #journal: SessionJournal;
  readonly #repairs: SessionRepairs;
  readonly #critical: SessionCritical;
  readonly #reads: SessionReads;
  readonly #writes: SessionWrites;
  readonly #touches: SessionTouches;
  readonly #timers: Timers;

  constructor(ports: TieredSessionsPorts) {
    const { timers = realTimers, local, redis, bus } = ports;
    this.#ports = ports;
    this.#timers = timers;
    const now = () => timers.now();
    this.#census = new SessionCensus(now);
    const statistics = new SessionStatistics(now);
    const stores = new SessionStores(ports, statistics);
    const copies = new SessionCopies(local, timers, statistics);
    const trust = redis && new SessionTrust(redis, now);
    const shared = { ...ports, timers, stores, copies };
    const repairs = new SessionRepairs(shared);
    const journal = new SessionJournal({ ...shared, trust });
    const critical = new SessionCritical({ stores, journal, repairs });
    this.#reads = new SessionReads({ ...shared, trust, journal, critical });
    this.#writes = new SessionWrites({ ...shared, trust, critical, repairs });
    this.#touches = new SessionTouches({ ...shared, repairs });
    this.#stores = stores;
    this.#copies = copies;
    this.#trust = trust;
    this.#repairs = repairs;
    this.#journal = journal;
    this.#critical = critical;
    bus.listen((sessionId, categories) => copies.drop(sessionId, categories));
  }

  /** Begins to look after the journal: until its first round nothing that Redis says of critical data is believed. */
  start(): void {
    this.#journal.start();
  }

  create(sessionId: SessionId, entries: Partial<Record<Category, unknown>>): Promise<Durability> {
    this.#census.saw(sessionId);
    return createSession(this.#parts(), sessionId, entries);
  }

  read(sessionId: SessionId, category: Category): Promise<SessionAnswer> {
    return this.#seen(this.#reads.read({ sessionId, category }), sessionId);
  }

  write(...[sessionId, category, data, expectedVersion]: Parameters<SessionStore["write"]>) {
    return this.#writes.write({ key: { sessionId, category }, data, expectedVersion });
  }

  touch(sessionId: SessionId): void {
    this.#touches.touch(sessionId);
  }

  revoke(sessionId: SessionId, accountId: AccountId): Promise<Durability> {
    return revokeSession(this.#parts(), sessionId, accountId);
  }

  list(accountId: AccountId): Promise<readonly SessionSummary[]> {
    return listSessions(this.#stores, accountId);
  }

  figures(): SessionFigures {
    return {
      stores: this.#stores.statistics.figures(),
      activeSessions: this.#census.count(),
      pending: this.#repairs.count,
      missing: this.#trust?.missing ?? 0,
      fallbacks: this.#reads.fallbacks,
      emergencies: this.#reads.emergencies,
      touchErrors: this.#touches.errors,
    };
  }

  /** Brings to the database what it has still to be told, for 2 s, and closes the tiers. */
  async close(): Promise<void> {
    const { local, redis, database } = this.#ports;
    await this.#journal.stop();
    await this.#touches.idle();
    await this.#repairs.close();
    await Promise.all([local.close(), redis?.close(), database.close()]);
  }

  /** What somebody made up is no session, and not counted. */
  async #seen(asked: Promise<SessionAnswer>, sessionId: SessionId): Promise<SessionAnswer> {
    const answer = await asked;
    if (answer.kind === "found" && answer.source !== "default") this.#census.saw(sessionId);
    return answer;
  }

  #parts() {
    return {
      ...this.#ports,
      timers: this.#timers,
      stores: this.#stores,
      copies: this.#copies,
      critical: this.#critical,
      repairs: this.#repairs,
    };
  }
}
