import type { SessionId } from "../../../shared/ids.ts";
import type { Clock } from "../../app/ports.ts";
import { CATEGORIES, isOver, type SessionEntry, type SessionKey, type Standing } from "../../app/session.ts";
import type { RedisSessionTier } from "../tiers/session-tier.ts";
import { PUT_SESSION, REVOKE_SESSION } from "./session-scripts.ts";
import { readSessionText, sessionKey, sessionText } from "./session-value.ts";
import type { TierConnection } from "./tier-connection.ts";

/** Whatever category: all of a session are in one slot. */
const ANY = "auth";

/** Sessions in Redis: every verb is one command or one script on the shard that has the session. */
export class RedisSessions implements RedisSessionTier {
  readonly #redis: TierConnection;
  readonly #clock: Clock;

  /** Whoever made the connection closes it: polls use it too. Until Redis has been found every session is away. */
  constructor(redis: TierConnection, clock: Clock) {
    this.#redis = redis;
    this.#clock = clock;
  }

  shardOf(sessionId: SessionId): string | null {
    return this.#redis.shardOfKey(anyKey(sessionId));
  }

  isAway(sessionId: SessionId): boolean {
    return this.#redis.isKeyAway(anyKey(sessionId));
  }

  async read(key: SessionKey): Promise<Standing | null> {
    const name = sessionKey(key);
    return this.#standing(await this.#redis.askAt(name, (redis) => redis.get(name)));
  }

  async readReplica(key: SessionKey): Promise<Standing | null> {
    return this.#standing(await this.#redis.readReplica(sessionKey(key)));
  }

  async put(key: SessionKey, standing: Standing): Promise<Standing> {
    const name = sessionKey(key);
    const text = sessionText(standing);
    const put = await this.#redis.askAt(name, (redis) => redis.sessionPut(name, this.#second, text));
    return put === text ? standing : (readSessionText(put) ?? standing);
  }

  async putSafely(key: SessionKey, standing: Standing): Promise<Standing> {
    const text = sessionText(standing);
    const parameters = [this.#second, text];
    const { confirmed } = this.#redis;
    const put = await confirmed.runReplicated<string>([sessionKey(key)], PUT_SESSION, parameters);
    return put === text ? standing : (readSessionText(put) ?? standing);
  }

  async restore(key: SessionKey, entry: SessionEntry): Promise<Standing> {
    const name = sessionKey(key);
    const text = sessionText(entry);
    const put = await this.#redis.askAt(name, (redis) => redis.sessionRestore(name, this.#second, text));
    return put === text ? entry : (readSessionText(put) ?? entry);
  }

  async touch(key: SessionKey, idleUntil: number): Promise<"touched" | "absent"> {
    const name = sessionKey(key);
    const until = Math.floor(idleUntil);
    const answer = await this.#redis.askAt(name, (redis) => redis.sessionTouch(name, this.#second, until));
    return answer === "TOUCHED" ? "touched" : "absent";
  }

  /** Answered only once a replica has it, as `putSafely`. */
  async revoke(sessionId: SessionId, endsAt: number): Promise<void> {
    const keys = CATEGORIES.map((category) => sessionKey({ sessionId, category }));
    const parameters = [this.#second, sessionText({ revoked: true, endsAt })];
    await this.#redis.confirmed.runReplicated(keys, REVOKE_SESSION, parameters);
  }

  generation(sessionId: SessionId): Promise<string> {
    const name = anyKey(sessionId);
    return this.#redis.askAt(name, (redis) => redis.sessionGeneration(name));
  }

  /** The connection is not its own. */
  async close(): Promise<void> {}

  get #second(): number {
    return Math.floor(this.#clock() / 1_000);
  }

  /** A server that is slow to delete, or whose clock is late, serves nothing that has ended. */
  #standing(text: string | null): Standing | null {
    const standing = readSessionText(text);
    return standing && !isOver(standing, this.#clock()) ? standing : null;
  }
}

function anyKey(sessionId: SessionId): string {
  return sessionKey({ sessionId, category: ANY });
}
