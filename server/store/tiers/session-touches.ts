import type { SessionId } from "../../../shared/ids.ts";
import type { Clock } from "../../app/ports.ts";
import { CATEGORIES, isTouchDue, type SessionEntry, type SessionKey, touched } from "../../app/session.ts";
import type { Timers } from "../../app/timers.ts";
import { listedSession } from "./listed-session.ts";
import { orNull } from "./or-null.ts";
import type { SessionCopies } from "./session-copies.ts";
import type { SessionRepairs } from "./session-repairs.ts";
import type { SessionStores } from "./session-stores.ts";

/** Where no store noted it, it is tried with the next use after this (ms). */
const AGAIN_AFTER_MS = 5_000;

export interface SessionTouchesPorts {
  readonly stores: SessionStores;
  readonly copies: SessionCopies;
  readonly repairs: SessionRepairs;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly onTrouble: (doing: string, trouble: unknown) => void;
}

/** Notes that sessions are used. What this node has no copy of was not read here, and so not used. */
export class SessionTouches {
  /** Uses that a store was not told. */
  errors = 0;
  readonly #ports: SessionTouchesPorts;
  readonly #underWay = new Set<SessionId>();
  readonly #touching = new Set<Promise<void>>();

  constructor(ports: SessionTouchesPorts) {
    this.#ports = ports;
  }

  /** Begins, unless it is under way. Never rejects. */
  touch(sessionId: SessionId): void {
    if (this.#underWay.has(sessionId)) return;
    this.#underWay.add(sessionId);
    const touching: Promise<void> = this.#touchAll(sessionId).finally(() => this.#touching.delete(touching));
    this.#touching.add(touching);
  }

  /** Resolves when what was begun is over. */
  async idle(): Promise<void> {
    await Promise.all(this.#touching);
  }

  async #touchAll(sessionId: SessionId): Promise<void> {
    let isNoted = false;
    try {
      const noted = await Promise.all(CATEGORIES.map((category) => this.#touchOne({ sessionId, category })));
      isNoted = noted.every(Boolean);
    } catch (trouble) {
      this.#ports.onTrouble("note that a session is used", trouble);
    }
    const done = () => this.#underWay.delete(sessionId);
    if (isNoted) done();
    else this.#ports.timers.after(AGAIN_AFTER_MS, done);
  }

  /** Whether nothing is left to be done soon. */
  async #touchOne(key: SessionKey): Promise<boolean> {
    const { stores, copies, clock } = this.#ports;
    const standing = await copies.peek(key);
    if (!standing || "revoked" in standing || !isTouchDue(standing, key.category, clock())) return true;
    const { idleUntil } = touched(standing, key.category, clock());
    const inRedis = stores.hasRedis
      ? orNull(stores.writeRedis(key.sessionId, (redis) => redis.touch(key, idleUntil)))
      : "absent";
    const inDatabase = orNull(stores.writeDatabase((database) => database.touch(key, idleUntil)));
    const [told, kept] = await Promise.all([inRedis, inDatabase]);
    if (told === null) this.errors += 1;
    if (kept === null) this.#owe(key, standing, idleUntil);
    if (kept === "touched") await this.#list(key, standing);
    if (told === null && kept === null) return false;
    if (told === "touched" || kept === "touched") await copies.touch(key, idleUntil);
    return true;
  }

  /** Redis knows that it is used. Restored from a database that does not, it would have ended too early. */
  #owe(key: SessionKey, { endsAt }: SessionEntry, idleUntil: number): void {
    this.errors += 1;
    const { stores, repairs } = this.#ports;
    const work = () => stores.writeDatabase((database) => database.touch(key, idleUntil));
    const name = `touch:${key.sessionId}:${key.category}`;
    repairs.keep(name, { doing: "note that a session is used", work, endsAt });
  }

  /** The list says when it was last used. A session that is revoked meanwhile may be listed again, and is left out there. */
  async #list({ sessionId, category }: SessionKey, entry: SessionEntry): Promise<void> {
    const listed = category === "auth" ? listedSession(sessionId, entry, this.#ports.clock()) : null;
    if (!listed) return;
    const { accountId, summary, endsAt } = listed;
    await orNull(this.#ports.stores.askDatabase((database) => database.index(accountId, summary, endsAt)));
  }
}
