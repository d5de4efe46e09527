/** Sessions in the one DynamoDB table, each read strong, each write conditional. */
import type { AccountId, SessionId } from "../../../shared/ids.ts";
import type { SessionEntry, SessionKey, Standing } from "../../app/session.ts";
import type { SessionSummary } from "../../app/session-ports.ts";
import type { SessionDatabase } from "../tiers/session-tier.ts";
import type { ItemTable } from "./item-table.ts";
import { SessionIndex } from "./session-index.ts";
import { SessionItems } from "./session-items.ts";
import { SessionJournal } from "./session-journal.ts";

export class DynamoSessions implements SessionDatabase {
  readonly #items: SessionItems;
  readonly #index: SessionIndex;
  readonly #journal: SessionJournal;

  /** Whoever opened the table closes it: the ledger uses it too. */
  constructor(table: ItemTable) {
    this.#items = new SessionItems(table);
    this.#index = new SessionIndex(table);
    this.#journal = new SessionJournal(table);
  }

  read(key: SessionKey) {
    return this.#items.read(key);
  }

  put(key: SessionKey, standing: Standing) {
    return this.#items.put(key, standing);
  }

  restore(key: SessionKey, entry: SessionEntry) {
    return this.#items.restore(key, entry);
  }

  touch(key: SessionKey, idleUntil: number) {
    return this.#items.touch(key, idleUntil);
  }

  /** Each category is a step of its own; an `Outage` may leave some of them revoked. */
  revoke(sessionId: SessionId, endsAt: number) {
    return this.#items.revoke(sessionId, endsAt);
  }

  index(accountId: AccountId, summary: SessionSummary, endsAt: number) {
    return this.#index.add(accountId, summary, endsAt);
  }

  unindex(accountId: AccountId, sessionId: SessionId) {
    return this.#index.remove(accountId, sessionId);
  }

  /** Newest first. */
  list(accountId: AccountId) {
    return this.#index.list(accountId);
  }

  journal(node: string, key: SessionKey, standing: Standing) {
    return this.#journal.add(node, key, standing);
  }

  journalled(limit: number, cursor?: string) {
    return this.#journal.page(limit, cursor);
  }

  forget(ids: readonly string[]) {
    return this.#journal.forget(ids);
  }

  /** The table is not its own. */
  async close(): Promise<void> {}
}
