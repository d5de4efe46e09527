/** `SESSION#…`: what stands in each category. Each change is one conditional write of one item. */
import type { SessionId } from "../../../shared/ids.ts";
import { CATEGORIES, type SessionEntry, type SessionKey, type Standing } from "../../app/session.ts";
import { type Expression, type Item, numberOf, textOf, type Value } from "./item.ts";
import type { ItemTable } from "./item-table.ts";
import { sessionItem } from "./session-keys.ts";

/** What has expired is nothing, whether or not DynamoDB has deleted it. */
const NOTHING = "attribute_not_exists(pk) OR expiresAt <= :now";

export class SessionItems {
  readonly #table: ItemTable;

  constructor(table: ItemTable) {
    this.#table = table;
  }

  async read(key: SessionKey): Promise<Standing | null> {
    const item = await this.#table.get(sessionItem(key));
    return item && readStanding(item);
  }

  put(key: SessionKey, standing: Standing): Promise<Standing> {
    if ("revoked" in standing) {
      return this.#putIf(key, standing, `${NOTHING} OR attribute_not_exists(revoked)`);
    }
    const condition = `${NOTHING} OR (attribute_not_exists(revoked) AND version < :version)`;
    return this.#putIf(key, standing, condition, { ":version": standing.version });
  }

  restore(key: SessionKey, entry: SessionEntry): Promise<Standing> {
    return this.#putIf(key, entry, NOTHING);
  }

  async touch(key: SessionKey, idleUntil: number): Promise<"touched" | "absent"> {
    for (let until = Math.floor(idleUntil); ; ) {
      if (await this.#moveOn(key, until)) return "touched";
      const standing = await this.read(key);
      if (!standing || "revoked" in standing) return "absent";
      // Beyond its end, or moved already: by another one, or by an attempt whose answer was lost.
      until = Math.min(until, standing.endsAt);
      if (standing.idleUntil >= until) return "touched";
    }
  }

  /** Not one step, but one for each category: whoever is answered knows that all were made. */
  async revoke(sessionId: SessionId, endsAt: number): Promise<void> {
    const revoked = { revoked: true, endsAt: Math.floor(endsAt) } as const;
    // One that lasts longer stays as it is.
    const text = `${NOTHING} OR attribute_not_exists(revoked) OR endsAt < :endsAt`;
    const condition = { text, values: { ":now": this.#table.second, ":endsAt": revoked.endsAt } };
    await Promise.all(
      CATEGORIES.map((category) => this.#table.put(toItem({ sessionId, category }, revoked), condition)),
    );
  }

  /** An attempt whose answer was lost fails the next one's condition, and what stands is what was put. */
  async #putIf(
    key: SessionKey,
    standing: Standing,
    text: string,
    values: Readonly<Record<string, Value>> = {},
  ): Promise<Standing> {
    for (;;) {
      const condition = { text, values: { ":now": this.#table.second, ...values } };
      if (await this.#table.put(toItem(key, standing), condition)) return standing;
      const found = await this.read(key);
      // `null`: what was in the way has ended since, and is in nobody's way any more.
      if (found) return found;
    }
  }

  async #moveOn(key: SessionKey, until: number): Promise<boolean> {
    const change: Expression = {
      text: "SET idleUntil = :until, expiresAt = :until",
      values: { ":until": until, ":now": this.#table.second },
    };
    const condition =
      "attribute_exists(version) AND expiresAt > :now AND idleUntil < :until AND endsAt >= :until";
    return (await this.#table.update(sessionItem(key), change, condition)) !== null;
  }
}

/** Times in whole seconds: expiry counts in them. */
function toItem(key: SessionKey, standing: Standing): Item {
  const endsAt = Math.floor(standing.endsAt);
  if ("revoked" in standing) return { ...sessionItem(key), revoked: true, endsAt, expiresAt: endsAt };
  const idleUntil = Math.floor(standing.idleUntil);
  return {
    ...sessionItem(key),
    version: standing.version,
    dataJson: JSON.stringify(standing.data ?? null),
    idleUntil,
    endsAt,
    expiresAt: Math.min(idleUntil, endsAt),
  };
}

function readStanding(item: Item): Standing {
  const endsAt = numberOf(item, "endsAt");
  if (item.revoked === true) return { revoked: true, endsAt };
  return {
    version: numberOf(item, "version"),
    data: JSON.parse(textOf(item, "dataJson")),
    idleUntil: numberOf(item, "idleUntil"),
    endsAt,
  };
}
