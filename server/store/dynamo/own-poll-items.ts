/**
 * Whose poll is whose: `OWNER` beside the poll decides, and an entry in the account's partition lists it. The owner is
 * put first and deleted last, and a list shows only what is owned: whatever breaks off in between is made good by owning
 * or disowning again.
 */
import { randomUUID } from "node:crypto";
import type { AccountId, JoinCode } from "../../../shared/ids.ts";
import type { OwnPollPlace } from "../../app/own-poll-cursor.ts";
import type { OwnPoll } from "../../app/session-ports.ts";
import { accountPartition, OWN_POLL, ownerKey, ownPollKey, ownPollSortKey } from "./account-keys.ts";
import { type Item, numberOf, textOf } from "./item.ts";
import { BATCH_GETS, type ItemTable } from "./item-table.ts";

export class OwnPollItems {
  readonly #table: ItemTable;
  readonly #isThere: (accountId: AccountId) => Promise<boolean>;

  /** `isThere`: whether there is such an account. */
  constructor(table: ItemTable, isThere: (accountId: AccountId) => Promise<boolean>) {
    this.#table = table;
    this.#isThere = isThere;
  }

  async ownerOf(pollId: JoinCode): Promise<AccountId | null> {
    const owner = await this.#table.get(ownerKey(pollId));
    return owner && ownerIn(owner);
  }

  async own(accountId: AccountId, { pollId, question, createdAt }: OwnPoll): Promise<"owned" | "taken"> {
    const owner = { ...ownerKey(pollId), accountId, createdAt };
    const free = { text: "attribute_not_exists(pk) OR accountId = :me", values: { ":me": accountId } };
    while (!(await this.#table.put(owner, free))) {
      const holder = await this.ownerOf(pollId);
      if (holder === null) continue;
      if (await this.#isThere(holder)) return "taken";
      // Left behind by the removal of that account, which raced its last `own`.
      await this.#deleteOwner(pollId, holder);
    }
    const entry = { ...ownPollKey(accountId, { createdAt, pollId }), question, stamp: randomUUID() };
    await this.#table.put(entry);
    return "owned";
  }

  async disown(pollId: JoinCode): Promise<void> {
    const owner = await this.#table.get(ownerKey(pollId));
    if (!owner) return;
    const accountId = ownerIn(owner);
    await this.#table.delete(ownPollKey(accountId, { createdAt: numberOf(owner, "createdAt"), pollId }));
    await this.#deleteOwner(pollId, accountId);
  }

  async disownAll(accountId: AccountId): Promise<void> {
    for await (const page of this.#table.pages(accountPartition(accountId), OWN_POLL)) {
      await Promise.all(page.map((entry) => this.#deleteOwner(placeIn(entry).pollId, accountId)));
      await this.#table.deleteAll(page);
    }
  }

  /** Up to `limit` (at most 100) entries after `after`, newest first; `more`: there are others behind them. */
  async newest(
    accountId: AccountId,
    limit: number,
    after: OwnPollPlace | null,
  ): Promise<{
    readonly items: readonly OwnPoll[];
    readonly last: OwnPollPlace | null;
    readonly more: boolean;
  }> {
    const most = Math.min(limit, BATCH_GETS);
    const before = after && ownPollSortKey(after);
    const found = await this.#table.lastItems(
      { pk: accountPartition(accountId), prefix: OWN_POLL },
      most + 1,
      before,
    );
    const entries = found.slice(0, most);
    const owned = await this.#ownedBy(accountId, entries);
    const last = entries.at(-1);
    return {
      items: owned.map((entry) => ({ ...placeIn(entry), question: textOf(entry, "question") })),
      last: last ? placeIn(last) : null,
      more: found.length > most,
    };
  }

  /** The entries that are true; the others are deleted, unless somebody makes them true in this moment. */
  async #ownedBy(accountId: AccountId, entries: readonly Item[]): Promise<readonly Item[]> {
    const owners = await this.#table.getAll(entries.map((entry) => ownerKey(placeIn(entry).pollId)));
    const mine = new Set(owners.filter((owner) => ownerIn(owner) === accountId).map(({ pk }) => pk));
    const isTrue = (entry: Item) => mine.has(ownerKey(placeIn(entry).pollId).pk);
    for (const entry of entries.filter((entry) => !isTrue(entry))) {
      const unchanged = { text: "stamp = :stamp", values: { ":stamp": textOf(entry, "stamp") } };
      await this.#table.deleteIf(entry, unchanged);
    }
    return entries.filter(isTrue);
  }

  #deleteOwner(pollId: JoinCode, accountId: AccountId): Promise<boolean> {
    const mine = { text: "accountId = :holder", values: { ":holder": accountId } };
    return this.#table.deleteIf(ownerKey(pollId), mine);
  }
}

function ownerIn(owner: Item): AccountId {
  return textOf(owner, "accountId") as AccountId; // as `own` put it
}

/** What `ownPollSortKey` wrote. */
function placeIn({ sk }: Item): OwnPollPlace {
  const [, createdAt, pollId = ""] = sk.split("#");
  return { createdAt: Number(createdAt), pollId: pollId as JoinCode };
}
