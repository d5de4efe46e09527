/**
 * Accounts and their addresses. Two items, and nothing writes both at once, so the order matters: the address is claimed
 * first, by the id of an account that is not there yet. Whoever dies in between leaves a claim that nobody can sign in
 * with, and that may be taken over after a minute.
 */
import { randomUUID } from "node:crypto";
import type { AccountId } from "../../../shared/ids.ts";
import { emailHash } from "../../app/email.ts";
import type { Clock } from "../../app/ports.ts";
import type { Account } from "../../app/session-ports.ts";
import { accountKey, emailItemKey, emailItemKeyOf } from "./account-keys.ts";
import { type Item, numberOf, textOf, wholeSeconds } from "./item.ts";
import type { ItemTable } from "./item-table.ts";

export type AccountChange = Pick<Account, "validFrom"> & Partial<Pick<Account, "passwordHash">>;

/** How long (ms) whoever claimed an address has to make the account. He has a second; clocks may differ by some. */
const CLAIM_MS = 60_000;
/** A tombstone outlives every attempt that is still under way (2 s), and every clock. */
const TOMBSTONE_SECONDS = 86_400;
const NOBODY = "nobody" as AccountId; // asked for in vain
const ABSENT = { text: "attribute_not_exists(pk)" };

export class AccountItems {
  readonly #table: ItemTable;
  readonly #clock: Clock;

  constructor(table: ItemTable, clock: Clock) {
    this.#table = table;
    this.#clock = clock;
  }

  async create(account: Account): Promise<"created" | "taken"> {
    if (!(await this.#claim(account))) return "taken";
    const { accountId, email, passwordHash, createdAt, validFrom } = account;
    const written = { email, emailHash: emailHash(email), passwordHash, createdAt, validFrom };
    if (await this.#table.put({ ...accountKey(accountId), ...written }, ABSENT)) return "created";
    // Ours, where an attempt came through with its answer lost; a tombstone, where it took us more than a minute.
    return (await this.byId(accountId)) ? "created" : "taken";
  }

  async byEmail(email: string): Promise<Account | null> {
    const claim = await this.#table.get(emailItemKeyOf(email));
    // An address that nobody has takes two reads as well: the time of a sign-in must not tell.
    const account = await this.byId(claim ? holderOf(claim) : NOBODY);
    return claim && account;
  }

  async byId(accountId: AccountId): Promise<Account | null> {
    const item = await this.#table.get(accountKey(accountId));
    return item && !item.removed ? readAccount(accountId, item) : null;
  }

  async change(
    accountId: AccountId,
    expectedValidFrom: number,
    { validFrom, passwordHash }: AccountChange,
  ): Promise<"changed" | "conflict" | "absent"> {
    // Which change this is: how one that is sent again, because its answer was lost, is recognised.
    const step = randomUUID();
    const withHash = passwordHash !== undefined;
    const change = {
      text: `SET validFrom = :next, step = :step${withHash ? ", passwordHash = :hash" : ""}`,
      values: {
        ":next": validFrom,
        ":step": step,
        ":expected": expectedValidFrom,
        ...(withHash && { ":hash": passwordHash }),
      },
    };
    if (await this.#table.update(accountKey(accountId), change, "validFrom = :expected")) return "changed";
    const standing = await this.#table.get(accountKey(accountId));
    if (!standing || standing.removed) return "absent";
    return standing.step === step ? "changed" : "conflict";
  }

  /**
   * First half of a removal: from now on nobody has this account. Answers whether something is still to be tidied up,
   * also what a removal that broke off has left.
   */
  async bury(accountId: AccountId): Promise<{ readonly emailHash: string } | null> {
    const key = accountKey(accountId);
    const change = {
      text: "SET removed = :yes REMOVE email, passwordHash, validFrom, createdAt, step",
      values: { ":yes": true },
    };
    const item = await this.#table.update(key, change, "attribute_exists(emailHash)");
    return item && { emailHash: textOf(item, "emailHash") };
  }

  /** Second half: the address may be used again. Only the tombstone stays for a day, against attempts that come late. */
  async free(accountId: AccountId, hash: string): Promise<void> {
    const mine = { text: "accountId = :me", values: { ":me": accountId } };
    await this.#table.deleteIf(emailItemKey(hash), mine);
    const change = {
      text: "SET expiresAt = :then REMOVE emailHash",
      values: { ":then": this.#tombstoneEnds(), ":yes": true },
    };
    await this.#table.update(accountKey(accountId), change, "removed = :yes");
  }

  /** Whether the address is this account's now. */
  async #claim({ accountId, email }: Account): Promise<boolean> {
    const key = emailItemKeyOf(email);
    const claim = { ...key, accountId, claimedAt: this.#clock() };
    for (;;) {
      if (await this.#table.put(claim, ABSENT)) return true;
      const standing = await this.#table.get(key);
      if (!standing) continue;
      const holder = holderOf(standing);
      if (holder === accountId) return true;
      const claimedAt = numberOf(standing, "claimedAt");
      if (!(await this.#isAbandoned(holder, claimedAt))) return false;
      const unchanged = {
        text: "accountId = :holder AND claimedAt = :then",
        values: { ":holder": holder, ":then": claimedAt },
      };
      // Lost to another, or the answer was lost: what stands now says which.
      if (await this.#table.put(claim, unchanged)) return true;
    }
  }

  /** Whether the holder of an address has no account and will never have one. */
  async #isAbandoned(holder: AccountId, claimedAt: number): Promise<boolean> {
    const key = accountKey(holder);
    const standing = await this.#table.get(key);
    if (standing) return standing.removed === true;
    if (this.#clock() - claimedAt < CLAIM_MS) return false;
    // He may only be slow. The tombstone comes before the address is taken from him, so that he cannot make the account
    // afterwards: else there would be two with one address.
    const tombstone = { ...key, removed: true, expiresAt: this.#tombstoneEnds() };
    if (await this.#table.put(tombstone, ABSENT)) return true;
    return (await this.#table.get(key))?.removed === true;
  }

  #tombstoneEnds(): number {
    return wholeSeconds(this.#clock()) + TOMBSTONE_SECONDS;
  }
}

function holderOf(claim: Item): AccountId {
  return textOf(claim, "accountId") as AccountId; // as `create` put it
}

function readAccount(accountId: AccountId, item: Item): Account {
  return {
    accountId,
    email: textOf(item, "email"),
    passwordHash: textOf(item, "passwordHash"),
    createdAt: numberOf(item, "createdAt"),
    validFrom: numberOf(item, "validFrom"),
  };
}
