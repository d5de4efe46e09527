import type { AccountId, SessionId } from "../../../shared/ids.ts";
import type { Clock } from "../../app/ports.ts";
import {
  CATEGORIES,
  CATEGORY_RULES,
  type Category,
  isOver,
  isTouchDue,
  newEntry,
  touched,
} from "../../app/session.ts";
import type { Durability, SessionAnswer, SessionStore, SessionSummary } from "../../app/session-ports.ts";
import { InTurn } from "../tiers/in-turn.ts";
import { listedSession } from "../tiers/listed-session.ts";
import { orNull } from "../tiers/or-null.ts";
import { decideWrite, type Write } from "../tiers/session-decision.ts";
import type { SessionDatabase } from "../tiers/session-tier.ts";

export interface EmbeddedSessionsPorts {
  readonly database: SessionDatabase;
  readonly clock: Clock;
  /** Told of what went wrong behind the scenes. */
  readonly onTrouble: (doing: string, trouble: unknown) => void;
}

/** Sessions in the node's one file: what stands there is all there is, and durable once it is answered. */
export class EmbeddedSessions implements SessionStore {
  readonly #ports: EmbeddedSessionsPorts;
  readonly #turns = new InTurn();
  readonly #touching = new Set<Promise<void>>();

  constructor(ports: EmbeddedSessionsPorts) {
    this.#ports = ports;
  }

  async create(sessionId: SessionId, entries: Partial<Record<Category, unknown>>): Promise<Durability> {
    const { database, clock } = this.#ports;
    const now = clock();
    const categories = CATEGORIES.filter((category) => category in entries);
    const puts = categories.map(async (category) => {
      const entry = newEntry(category, entries[category], now);
      await database.put({ sessionId, category }, entry);
      const listed = category === "auth" ? listedSession(sessionId, entry, now) : null;
      if (listed) await database.index(listed.accountId, listed.summary, listed.endsAt);
    });
    await Promise.all(puts);
    return "durable";
  }

  async read(sessionId: SessionId, category: Category): Promise<SessionAnswer> {
    const { database, clock } = this.#ports;
    const read = await orNull(database.read({ sessionId, category }).then((standing) => ({ standing })));
    if (!read)
      return CATEGORY_RULES[category].priority === "critical" ? { kind: "emergency" } : { kind: "off" };
    const { standing } = read;
    if (!standing || isOver(standing, clock())) return { kind: "absent" };
    if ("revoked" in standing) return { kind: "revoked" };
    return { kind: "found", entry: standing, source: "database", fallbackMode: false };
  }

  write(...[sessionId, category, data, expectedVersion]: Parameters<SessionStore["write"]>) {
    const write = { key: { sessionId, category }, data, expectedVersion };
    return this.#turns.run(`${sessionId}:${category}`, () => this.#write(write));
  }

  async #write(write: Write): ReturnType<SessionStore["write"]> {
    const { database, clock } = this.#ports;
    const { key } = write;
    const decider = {
      read: () => database.read(key),
      put: database.put.bind(database, key),
    };
    const decision = await decideWrite(decider, write, clock);
    if (decision.kind === "contended") throw new Error("nobody else writes this file");
    if (decision.kind !== "stands") return decision;
    return { kind: "written", version: decision.entry.version, durability: "durable" };
  }

  touch(sessionId: SessionId): void {
    for (const category of CATEGORIES) {
      const touching: Promise<void> = this.#touch(sessionId, category)
        .catch((trouble: unknown) => this.#ports.onTrouble("note that a session is used", trouble))
        .finally(() => this.#touching.delete(touching));
      this.#touching.add(touching);
    }
  }

  async revoke(sessionId: SessionId, accountId: AccountId): Promise<Durability> {
    const { database, clock } = this.#ports;
    const longest = Math.max(...CATEGORIES.map((category) => CATEGORY_RULES[category].absoluteSeconds));
    await database.revoke(sessionId, Math.floor(clock() / 1_000) + longest);
    await database.unindex(accountId, sessionId);
    return "durable";
  }

  /** Those that stand: one that nobody used for long enough is over before the list forgets it. */
  async list(accountId: AccountId): Promise<readonly SessionSummary[]> {
    const listed = await this.#ports.database.list(accountId);
    const answers = await Promise.all(listed.map(({ sessionId }) => this.read(sessionId, "auth")));
    return listed
      .filter((_, index) => answers[index]?.kind === "found")
      .sort((one, other) => other.signedInAt - one.signedInAt);
  }

  async close(): Promise<void> {
    await Promise.all(this.#touching);
    await this.#ports.database.close();
  }

  async #touch(sessionId: SessionId, category: Category): Promise<void> {
    const { database, clock } = this.#ports;
    const key = { sessionId, category };
    const entry = await database.read(key);
    if (!entry || "revoked" in entry || !isTouchDue(entry, category, clock())) return;
    await database.touch(key, touched(entry, category, clock()).idleUntil);
    const listed = category === "auth" ? listedSession(sessionId, entry, clock()) : null;
    if (listed) await database.index(listed.accountId, listed.summary, listed.endsAt);
  }
}
