import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { Account, AccountStore, OwnPoll } from "../../server/app/session-ports.ts";
import { newRoomId } from "../../shared/ids.ts";
import { accountOf, ownPollOf } from "../support/account-fixtures.ts";
import { NOON } from "../support/fixtures.ts";

/** The stores of two nodes over the same record; embedded there is one node, so both are the same. */
export interface AccountBench {
  readonly store: AccountStore;
  readonly other: AccountStore;
  /** Stops and starts. */
  reopen(): Promise<void>;
  dispose(): Promise<void>;
}

const CALLERS = 20;

/** What every adapter of the `AccountStore` port promises. */
export function accountStoreContract(name: string, open: () => Promise<AccountBench>): void {
  describe(`accounts, ${name}`, () => {
    let bench: AccountBench;
    beforeEach(async () => {
      bench = await open();
    });
    afterEach(() => bench.dispose());

    const race = <Answer>(call: (store: AccountStore, caller: number) => Promise<Answer>) =>
      Promise.all(
        Array.from({ length: CALLERS }, (_, caller) => call(caller % 2 ? bench.other : bench.store, caller)),
      );
    const made = async (parts: Partial<Account> = {}) => {
      const account = accountOf(parts);
      expect(await bench.store.create(account)).toBe("created");
      return account;
    };

    describe("addresses", () => addressRules({ bench: () => bench, race, made }));
    describe("changes", () => changeRules({ bench: () => bench, race, made }));
    describe("own polls", () => ownPollRules({ bench: () => bench, race, made }));
  });
}

interface Tools {
  readonly bench: () => AccountBench;
  readonly race: <Answer>(
    call: (store: AccountStore, caller: number) => Promise<Answer>,
  ) => Promise<Answer[]>;
  readonly made: (parts?: Partial<Account>) => Promise<Account>;
}

function addressRules({ bench, race, made }: Tools): void {
  test("[A1] an account is found by its id and its e-mail, as it was made, also after a restart", async () => {
    const account = await made({ email: "Ada.Lovelace@Example.org" });
    await bench().reopen();
    expect(await bench().store.byId(account.accountId)).toEqual(account);
    expect(await bench().store.byEmail("Ada.Lovelace@Example.org")).toEqual(account);
    expect(await bench().store.byId(accountOf().accountId)).toBeNull();
    expect(await bench().store.byEmail("nobody@example.org")).toBeNull();
  });

  test("[A1] of 20 who take one e-mail at once, exactly one has it", async () => {
    const email = accountOf().email;
    const accounts = Array.from({ length: CALLERS }, () => accountOf({ email }));
    const answers = await race((store, caller) => store.create(accounts[caller] ?? accountOf()));
    expect(answers.filter((answer) => answer === "created")).toHaveLength(1);
    const winner = accounts[answers.indexOf("created")];
    expect(await bench().other.byEmail(email)).toEqual(winner ?? null);
    const others = accounts.filter((account) => account !== winner);
    for (const loser of others) expect(await bench().store.byId(loser.accountId)).toBeNull();
  });

  test("[A1] an e-mail is the same in any case and however its accents are composed", async () => {
    const unique = crypto.randomUUID();
    const account = await made({ email: `Ren\u00e9-${unique}@Example.org` });
    const same = `RENE\u0301-${unique}@EXAMPLE.ORG`;
    expect(await bench().store.create(accountOf({ email: same }))).toBe("taken");
    expect(await bench().store.byEmail(same)).toEqual(account);
  });

  test("[A1] making the same account again is no second one", async () => {
    const account = await made();
    expect(await bench().other.create(account)).toBe("created");
    expect(await bench().store.byId(account.accountId)).toEqual(account);
  });

  test("[A2] a removed account is gone, its e-mail is free, and its polls are nobody's", async () => {
    const account = await made();
    const polls = [ownPollOf(), ownPollOf({ createdAt: NOON + 1 })];
    for (const poll of polls) await bench().store.own(account.accountId, poll);
    await bench().store.remove(account.accountId);
    await bench().reopen();
    expect(await bench().store.byId(account.accountId)).toBeNull();
    expect(await bench().store.byEmail(account.email)).toBeNull();
    for (const { pollId } of polls) expect(await bench().store.ownerOf(pollId)).toBeNull();
    expect(await bench().store.pollsOf(account.accountId, 10)).toEqual({ items: [], nextCursor: null });
    const next = await made({ email: account.email });
    expect(await bench().store.byEmail(account.email)).toEqual(next);
    for (const poll of polls) expect(await bench().store.own(next.accountId, poll)).toBe("owned");
  });

  test("[A2] removing what was removed, or never was, harms nobody", async () => {
    const account = await made();
    await bench().store.remove(account.accountId);
    const next = await made({ email: account.email });
    await bench().other.remove(account.accountId);
    await bench().other.remove(accountOf().accountId);
    expect(await bench().store.byEmail(account.email)).toEqual(next);
  });
}

function changeRules({ bench, race, made }: Tools): void {
  test("[A3] a change is taken once from one validFrom, and leaves the rest", async () => {
    const account = await made();
    const change = { validFrom: NOON + 1, passwordHash: "$argon2id$other" };
    expect(await bench().store.change(account.accountId, NOON, change)).toBe("changed");
    expect(await bench().store.byId(account.accountId)).toEqual({ ...account, ...change });
    expect(await bench().store.change(account.accountId, NOON, { validFrom: NOON + 2 })).toBe("conflict");
    expect(await bench().store.change(account.accountId, NOON + 1, { validFrom: NOON + 2 })).toBe("changed");
    await bench().reopen();
    expect(await bench().store.byEmail(account.email)).toEqual({
      ...account,
      ...change,
      validFrom: NOON + 2,
    });
  });

  test("[A3] of 20 changes from one state exactly one is done, though all want the same", async () => {
    const account = await made();
    const answers = await race((store) => store.change(account.accountId, NOON, { validFrom: NOON + 1 }));
    expect(answers.filter((answer) => answer === "changed")).toHaveLength(1);
    expect(answers.filter((answer) => answer === "conflict")).toHaveLength(CALLERS - 1);
  });

  test("[A3] nobody changes an account that is not there, or turns validFrom back", async () => {
    const { accountId } = await made();
    await expect(bench().store.change(accountId, NOON, { validFrom: NOON })).rejects.toThrow("only grows");
    await bench().store.remove(accountId);
    expect(await bench().store.change(accountId, NOON, { validFrom: NOON + 1 })).toBe("absent");
    expect(await bench().store.byId(accountId)).toBeNull();
  });

  test("[A4] who may be content with a second-old copy sees one's own change at once", async () => {
    const account = await made();
    expect(await bench().store.byId(account.accountId, 60_000)).toEqual(account);
    await bench().store.change(account.accountId, NOON, { validFrom: NOON + 1 });
    expect((await bench().store.byId(account.accountId, 60_000))?.validFrom).toBe(NOON + 1);
    await bench().other.change(account.accountId, NOON + 1, { validFrom: NOON + 2 });
    expect((await bench().store.byId(account.accountId))?.validFrom).toBe(NOON + 2);
    await bench().store.remove(account.accountId);
    expect(await bench().store.byId(account.accountId, 60_000)).toBeNull();
  });
}

function ownPollRules({ bench, race, made }: Tools): void {
  test("[A5] a poll has one owner: of 20 accounts that take it at once one has it", async () => {
    const accounts = await Promise.all(Array.from({ length: CALLERS }, () => made()));
    const idAt = (index: number) => (accounts[index] ?? accountOf()).accountId;
    const poll = ownPollOf();
    const answers = await race((store, caller) => store.own(idAt(caller), poll));
    expect(answers.filter((answer) => answer === "owned")).toHaveLength(1);
    const winner = idAt(answers.indexOf("owned"));
    expect(await bench().other.ownerOf(poll.pollId)).toBe(winner);
    const lists = await Promise.all(accounts.map(({ accountId }) => bench().store.pollsOf(accountId, 10)));
    expect(lists.flatMap(({ items }) => items)).toEqual([poll]);
    expect(await bench().store.own(winner, poll)).toBe("owned");
    expect((await bench().store.pollsOf(winner, 10)).items).toEqual([poll]);
  });

  test("[A5] a poll that was disowned is in no list, and another may own it", async () => {
    const [first, second] = [await made(), await made()];
    const poll = ownPollOf();
    await bench().store.own(first.accountId, poll);
    expect(await bench().store.own(second.accountId, poll)).toBe("taken");
    await bench().store.disown(poll.pollId);
    await bench().store.disown(poll.pollId);
    expect(await bench().store.ownerOf(poll.pollId)).toBeNull();
    expect((await bench().store.pollsOf(first.accountId, 10)).items).toEqual([]);
    expect(await bench().store.own(second.accountId, poll)).toBe("owned");
    await bench().reopen();
    expect(await bench().store.ownerOf(poll.pollId)).toBe(second.accountId);
  });

  test("[A6] own polls come newest first, page by page, each once, also those of one moment", async () => {
    const { accountId } = await made();
    const stranger = await made();
    const polls = Array.from({ length: 7 }, (_, index) =>
      ownPollOf({ createdAt: NOON + Math.floor(index / 2), question: `Question ${index}` }),
    );
    // Two pages end with a room, whose code is shorter.
    for (const index of [1, 4]) polls[index] = ownPollOf({ ...polls[index], pollId: newRoomId() });
    for (const poll of polls) await bench().store.own(accountId, poll);
    await bench().store.own(stranger.accountId, ownPollOf());
    const pages: OwnPoll[][] = [];
    let cursor: string | undefined;
    do {
      const page = await bench().other.pollsOf(accountId, 3, cursor);
      pages.push([...page.items]);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(pages.map((page) => page.length)).toEqual([3, 3, 1]);
    const inOrder = [...polls].sort((a, b) => b.createdAt - a.createdAt || (b.pollId < a.pollId ? -1 : 1));
    expect(pages.flat()).toEqual(inOrder);
  });

  test("[A6] a page that is just full has none behind it, and a new poll moves no page", async () => {
    const { accountId } = await made();
    const polls = [0, 1, 2].map((index) => ownPollOf({ createdAt: NOON + index }));
    for (const poll of polls) await bench().store.own(accountId, poll);
    expect((await bench().store.pollsOf(accountId, 3)).nextCursor).toBeNull();
    const { nextCursor } = await bench().store.pollsOf(accountId, 2);
    await bench().store.own(accountId, ownPollOf({ createdAt: NOON + 9 }));
    const next = await bench().store.pollsOf(accountId, 2, nextCursor ?? "none");
    expect(next).toEqual({ items: polls.slice(0, 1), nextCursor: null });
  });
}
