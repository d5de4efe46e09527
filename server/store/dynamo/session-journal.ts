/** `JOURNAL#…`: critical writes that Redis may have missed, each an item of its own, in the order of a session's writes. */
import { randomUUID } from "node:crypto";
import type { SessionId } from "../../../shared/ids.ts";
import type { Category, SessionKey, Standing } from "../../app/session.ts";
import type { SessionDatabase } from "../tiers/session-tier.ts";
import { type Item, type Key, textOf } from "./item.ts";
import type { ItemTable } from "./item-table.ts";
import { JOURNAL_PARTITIONS, journalIndex, journalPartition } from "./session-keys.ts";

type Page = Awaited<ReturnType<SessionDatabase["journalled"]>>;

export class SessionJournal {
  readonly #table: ItemTable;
  /** Another run of this node begins to count anew: its entries must not take the place of these. */
  readonly #run = randomUUID();
  #lastSecond = 0;
  #count = 0;

  constructor(table: ItemTable) {
    this.#table = table;
  }

  /** Blind, and the same under the same name however often: so it may be sent again whatever came of it. */
  async add(node: string, { sessionId, category }: SessionKey, standing: Standing): Promise<void> {
    await this.#table.put({
      pk: journalPartition(journalIndex(sessionId)),
      sk: this.#nextName(),
      node,
      sessionId,
      category,
      standingJson: JSON.stringify(standing),
      expiresAt: Math.floor(standing.endsAt),
    });
  }

  /** Partition by partition; a page may have fewer entries than asked for, or none, and be followed by others. */
  async page(limit: number, cursor?: string): Promise<Page> {
    let [index, after] = cursor === undefined ? [0, ""] : readId(cursor);
    const items: Page["items"][number][] = [];
    for (; index < JOURNAL_PARTITIONS; index += 1, after = "") {
      const page = await this.#table.page(journalPartition(index), limit - items.length, after);
      items.push(...page.items.map(readEntry));
      if (page.next !== null) return { items, nextCursor: idOf(index, page.next) };
      if (items.length >= limit && index + 1 < JOURNAL_PARTITIONS) {
        return { items, nextCursor: idOf(index + 1, "") };
      }
    }
    return { items, nextCursor: null };
  }

  async forget(ids: readonly string[]): Promise<void> {
    await this.#table.deleteAll(ids.map(keyOfId));
  }

  /** Keys are in the order of their characters, so numbers have all their digits. A clock may be set back. */
  #nextName(): string {
    this.#lastSecond = Math.max(this.#lastSecond, this.#table.second);
    this.#count += 1;
    return `${digits(this.#lastSecond)}#${digits(this.#count)}#${this.#run}`;
  }
}

function digits(count: number): string {
  return String(count).padStart(12, "0");
}

function readEntry(item: Item): Page["items"][number] {
  const [sessionId, category] = [textOf(item, "sessionId"), textOf(item, "category")];
  return {
    id: idOf(Number(item.pk.slice(journalPartition(0).length - 1)), item.sk),
    // Both were written by `add`.
    key: { sessionId: sessionId as SessionId, category: category as Category },
    standing: JSON.parse(textOf(item, "standingJson")),
  };
}

/** Also a cursor: behind this entry. */
function idOf(index: number, sk: string): string {
  return `${index}/${sk}`;
}

function readId(id: string): [index: number, sk: string] {
  const slash = id.indexOf("/");
  return [Number(id.slice(0, slash)), id.slice(slash + 1)];
}

function keyOfId(id: string): Key {
  const [index, sk] = readId(id);
  return { pk: journalPartition(index), sk };
}
