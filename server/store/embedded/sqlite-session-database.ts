import type { Database } from "bun:sqlite";
import type { AccountId, SessionId } from "../../../shared/ids.ts";
import { Outage } from "../../app/outage.ts";
import type { Clock } from "../../app/ports.ts";
import {
  CATEGORIES,
  mayReplace,
  type SessionEntry,
  type SessionKey,
  type Standing,
} from "../../app/session.ts";
import type { SessionSummary } from "../../app/session-ports.ts";
import type { SessionDatabase } from "../tiers/session-tier.ts";
import { GroupCommit } from "./group-commit.ts";
import { SessionIndexTable } from "./session-index-table.ts";
import { SessionTable } from "./session-table.ts";

/** When a full disk is likely to have room again (ms). */
const RETRY_AFTER_MS = 1_000;

/** Changes something, and says what there is to say once it was committed. */
type Change = () => { readonly answer: unknown };

/** Sessions in the node's one file: what is answered has been committed, all that came in one turn together. */
export class SqliteSessionDatabase implements SessionDatabase {
  readonly #clock: Clock;
  readonly #sessions: SessionTable;
  readonly #index: SessionIndexTable;
  readonly #changes: GroupCommit<Change, { readonly answer: unknown }>;

  /** Whoever opened the database closes it, after this. */
  constructor(database: Database, clock: Clock) {
    this.#clock = clock;
    this.#sessions = new SessionTable(database);
    this.#index = new SessionIndexTable(database);
    const commit = database.transaction((changes: readonly Change[]) => {
      this.#sessions.clear(this.#second);
      this.#index.clear(this.#second);
      return changes.map((change) => change());
    });
    this.#changes = new GroupCommit((changes) => commit(changes));
  }

  read(key: SessionKey): Promise<Standing | null> {
    return this.#look(() => this.#find(key));
  }

  put(key: SessionKey, standing: Standing): Promise<Standing> {
    return this.#change(() => {
      const old = this.#find(key);
      if (old && !mayReplace(standing, old)) return old;
      this.#sessions.put(key, standing);
      return standing;
    });
  }

  restore(key: SessionKey, entry: SessionEntry): Promise<Standing> {
    return this.#change(() => {
      const old = this.#find(key);
      if (!old) this.#sessions.put(key, entry);
      return old ?? entry;
    });
  }

  touch(key: SessionKey, idleUntil: number): Promise<"touched" | "absent"> {
    return this.#change(() => {
      const old = this.#find(key);
      if (!old || "revoked" in old) return "absent";
      const moved = Math.min(idleUntil, old.endsAt);
      if (moved > old.idleUntil) this.#sessions.put(key, { ...old, idleUntil: moved });
      return "touched";
    });
  }

  async revoke(sessionId: SessionId, endsAt: number): Promise<void> {
    await this.#change(() => {
      for (const category of CATEGORIES) {
        const key = { sessionId, category };
        const old = this.#find(key);
        const lastsLonger = old && "revoked" in old && old.endsAt >= endsAt;
        if (!lastsLonger) this.#sessions.put(key, { revoked: true, endsAt });
      }
    });
  }

  async index(accountId: AccountId, summary: SessionSummary, endsAt: number): Promise<void> {
    await this.#change(() => this.#index.put(accountId, summary, endsAt));
  }

  async unindex(accountId: AccountId, sessionId: SessionId): Promise<void> {
    await this.#change(() => this.#index.remove(accountId, sessionId));
  }

  /** Newest first. */
  list(accountId: AccountId): Promise<readonly SessionSummary[]> {
    return this.#look(() => this.#index.list(accountId, this.#second));
  }

  /** Nothing: there is no Redis beside this that could miss anything. */
  async journal(): Promise<void> {}

  async journalled() {
    return { items: [], nextCursor: null };
  }

  async forget(): Promise<void> {}

  /** Commits what waits. The database is not its own. */
  async close(): Promise<void> {
    this.#changes.flush();
  }

  get #second(): number {
    return Math.floor(this.#clock() / 1_000);
  }

  #find(key: SessionKey): Standing | null {
    return this.#sessions.find(key, this.#second);
  }

  async #look<Answer>(look: () => Answer): Promise<Answer> {
    try {
      return look();
    } catch (trouble) {
      throw new Outage("the data folder", RETRY_AFTER_MS, trouble);
    }
  }

  async #change<Answer>(change: () => Answer): Promise<Answer> {
    try {
      const { answer } = await this.#changes.add(() => ({ answer: change() }));
      return answer as Answer; // the one this change gave
    } catch (trouble) {
      throw new Outage("the data folder", RETRY_AFTER_MS, trouble);
    }
  }
}
