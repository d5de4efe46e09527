/** The stores that sessions are read from and written to, measured, and not asked while they are known to be away. */
import type { SessionId } from "../../../shared/ids.ts";
import { Outage } from "../../app/outage.ts";
import type { Clock } from "../../app/ports.ts";
import { isOver, type SessionKey, type Standing } from "../../app/session.ts";
import { LEDGER } from "./health.ts";
import type { SessionStatistics, SessionStoreName } from "./session-statistics.ts";
import type { RedisSessionTier, SessionDatabase } from "./session-tier.ts";

/** When asking again is likely to help (ms). */
const RETRY_AFTER_MS = 1_000;

export interface SessionStoresPorts {
  readonly redis: RedisSessionTier | null;
  readonly database: SessionDatabase;
  readonly isDatabaseAway: () => boolean;
  readonly clock: Clock;
}

/** Every method rejects with an `Outage` where its store does not answer. */
export class SessionStores {
  readonly statistics: SessionStatistics;
  readonly #ports: SessionStoresPorts;

  constructor(ports: SessionStoresPorts, statistics: SessionStatistics) {
    this.#ports = ports;
    this.statistics = statistics;
  }

  get hasRedis(): boolean {
    return this.#ports.redis !== null;
  }

  /** `null` also for what has ended, whatever the store says. */
  readRedis(key: SessionKey): Promise<Standing | null> {
    return this.#read("redis", () => this.askRedis(key.sessionId, (redis) => redis.read(key)));
  }

  /** Maybe old. */
  readReplica(key: SessionKey): Promise<Standing | null> {
    const { redis } = this.#ports;
    if (!redis) return Promise.reject(away("Redis"));
    const ask = () => this.statistics.time("replica", () => redis.readReplica(key));
    return this.#read("replica", ask);
  }

  /** Strong. */
  readDatabase(key: SessionKey): Promise<Standing | null> {
    return this.#read("database", () => this.askDatabase((database) => database.read(key)));
  }

  async writeRedis<Answer>(
    sessionId: SessionId,
    write: (redis: RedisSessionTier) => Promise<Answer>,
  ): Promise<Answer> {
    const answer = await this.askRedis(sessionId, write);
    this.statistics.count("redis", "writes");
    return answer;
  }

  async writeDatabase<Answer>(write: (database: SessionDatabase) => Promise<Answer>): Promise<Answer> {
    const answer = await this.askDatabase(write);
    this.statistics.count("database", "writes");
    return answer;
  }

  async askRedis<Answer>(
    sessionId: SessionId,
    ask: (redis: RedisSessionTier) => Promise<Answer>,
  ): Promise<Answer> {
    const { redis } = this.#ports;
    if (!redis || redis.isAway(sessionId)) throw away("Redis");
    return this.statistics.time("redis", () => ask(redis));
  }

  async askDatabase<Answer>(ask: (database: SessionDatabase) => Promise<Answer>): Promise<Answer> {
    const { database, isDatabaseAway } = this.#ports;
    if (isDatabaseAway()) throw away(LEDGER);
    return this.statistics.time("database", () => ask(database));
  }

  async #read(store: SessionStoreName, ask: () => Promise<Standing | null>): Promise<Standing | null> {
    const found = await ask();
    const standing = found && !isOver(found, this.#ports.clock()) ? found : null;
    this.statistics.read(store, standing !== null);
    return standing;
  }
}

function away(store: string): Outage {
  return new Outage(store, RETRY_AFTER_MS, new Error("known to be away"));
}
