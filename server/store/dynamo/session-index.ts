/** `ACCOUNT#…`/`SESSION#…`: which sessions an account has. What stands in them is elsewhere, and decides. */
import type { AccountId, SessionId } from "../../../shared/ids.ts";
import type { SessionSummary } from "../../app/session-ports.ts";
import { type Item, numberOf, textOf } from "./item.ts";
import type { ItemTable } from "./item-table.ts";
import { ACCOUNT_SESSION, accountPartition, accountSessionItem } from "./session-keys.ts";

export class SessionIndex {
  readonly #table: ItemTable;

  constructor(table: ItemTable) {
    this.#table = table;
  }

  /** One that was taken from the list never comes back, and its last use never goes back. */
  async add(accountId: AccountId, summary: SessionSummary, endsAt: number): Promise<void> {
    const { sessionId, device, signedInAt, lastUsedAt } = summary;
    const key = accountSessionItem(accountId, sessionId);
    const item = { ...key, device, signedInAt, lastUsedAt, expiresAt: Math.floor(endsAt) };
    await this.#table.put(item, {
      text: "attribute_not_exists(gone) AND (attribute_not_exists(pk) OR lastUsedAt <= :lastUsedAt)",
      values: { ":lastUsedAt": lastUsedAt },
    });
  }

  /** Leaves a mark until the session would have ended: a note of its last use may still be on its way. */
  async remove(accountId: AccountId, sessionId: SessionId): Promise<void> {
    const change = { text: "SET gone = :yes REMOVE device", values: { ":yes": true } };
    await this.#table.update(accountSessionItem(accountId, sessionId), change, "attribute_exists(pk)");
  }

  async list(accountId: AccountId): Promise<readonly SessionSummary[]> {
    const found: SessionSummary[] = [];
    for await (const page of this.#table.pages(accountPartition(accountId), ACCOUNT_SESSION)) {
      found.push(...page.filter((item) => item.gone !== true).map(readSummary));
    }
    return found.sort((one, other) => other.signedInAt - one.signedInAt);
  }
}

function readSummary(item: Item): SessionSummary {
  return {
    sessionId: item.sk.slice(ACCOUNT_SESSION.length) as SessionId, // written by `accountSessionItem`
    device: textOf(item, "device"),
    signedInAt: numberOf(item, "signedInAt"),
    lastUsedAt: numberOf(item, "lastUsedAt"),
  };
}
