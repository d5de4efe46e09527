import { afterAll, beforeAll, expect, test } from "bun:test";
import { createPoll } from "../../../server/app/create-poll.ts";
import type { HostClaim } from "../../../server/app/host-claim.ts";
import { claimPoll, listOwnPolls, ownNewPoll } from "../../../server/app/own-polls.ts";
import { readPoll } from "../../../server/app/read-poll.ts";
import { steerPoll } from "../../../server/app/steer-poll.ts";
import { DynamoAccountStore } from "../../../server/store/dynamo/dynamo-account-store.ts";
import { type AccountId, newPollId, type PollId } from "../../../shared/ids.ts";
import { begun, codeOf, type HostBench, openHostBench, signedUp } from "../../support/host-bench.ts";

let bench: HostBench;
const unreachable = new DynamoAccountStore({
  settings: { table: "nowhere", endpoint: "http://127.0.0.1:1", region: null },
});
beforeAll(async () => {
  bench = await openHostBench();
});
afterAll(async () => {
  await unreachable.close();
  await bench[Symbol.asyncDispose]();
});

async function newPoll(question = "Tea or coffee?") {
  const { poll, hostKey } = begun(await createPoll(bench, { question, options: ["Tea", "Coffee"] }));
  return { poll, hostKey, pollId: poll.definition.pollId };
}

async function newAccount(): Promise<AccountId> {
  return (await signedUp(bench)).account.accountId;
}

const hide = (pollId: PollId, claim: HostClaim, owners: typeof bench.accounts = bench.accounts) =>
  steerPoll({ ...bench, owners }, pollId, { action: "hide" }, claim);

test("[A22] whoever makes a poll while signed in owns it and steers it without its key", async () => {
  const [accountId, stranger] = [await newAccount(), await newAccount()];
  const { poll, pollId } = await newPoll();
  expect(await ownNewPoll(bench, accountId, poll.definition)).toBe(true);
  expect(codeOf(await hide(pollId, { hostKey: undefined, account: stranger }))).toBe("NOT_ALLOWED");
  expect(codeOf(await hide(pollId, { hostKey: undefined, account: null }))).toBe("NOT_ALLOWED");
  expect(codeOf(await hide(pollId, { hostKey: undefined }))).toBe("NOT_ALLOWED");
  const hidden = await hide(pollId, { hostKey: "a wrong key", account: accountId });
  expect(hidden).toMatchObject({ control: { visibility: "hidden" } });
  expect((await bench.polls.audit(pollId)).map(({ action, by }) => [action, by])).toEqual([
    ["created", "host"],
    ["hidden", "host"],
  ]);
});

test("[A23] where nobody can tell who the owner is, nobody steers but the holder of the key", async () => {
  const accountId = await newAccount();
  const { poll, hostKey, pollId } = await newPoll();
  await ownNewPoll(bench, accountId, poll.definition);
  const emergency = await hide(pollId, { hostKey: undefined, account: "emergency" });
  expect(codeOf(emergency)).toBe("UNAVAILABLE");
  const away = await hide(pollId, { hostKey: undefined, account: accountId }, unreachable);
  expect(codeOf(away)).toBe("UNAVAILABLE");
  for (const answer of [emergency, away]) expect(answer).toHaveProperty("retryAfterMs");
  expect((await bench.polls.read(pollId))?.control.visibility).toBe("live");
  expect(codeOf(await hide(pollId, { hostKey, account: "emergency" }, unreachable))).toBeNull();
  expect((await bench.polls.read(pollId))?.control.visibility).toBe("hidden");
});

test("[A24] the owner sees a poll as its host; in an outage it is seen as by anybody, with the reason", async () => {
  const accountId = await newAccount();
  const { poll, pollId, hostKey } = await newPoll();
  await ownNewPoll(bench, accountId, poll.definition);
  const seenBy = async (claim: HostClaim, owners = bench.accounts) => {
    const { beholder, notHost } = begun(
      await readPoll({ ...bench, owners }, pollId, { voter: null, ...claim }),
    );
    return [beholder.host, codeOf(notHost)];
  };
  expect(await seenBy({ hostKey: undefined, account: accountId })).toEqual([true, null]);
  expect(await seenBy({ hostKey })).toEqual([true, null]);
  expect(await seenBy({ hostKey: undefined, account: await newAccount() })).toEqual([false, "NOT_ALLOWED"]);
  expect(await seenBy({ hostKey: undefined })).toEqual([false, "NOT_ALLOWED"]);
  expect(await seenBy({ hostKey: undefined, account: "emergency" })).toEqual([false, "UNAVAILABLE"]);
  expect(await seenBy({ hostKey: undefined, account: accountId }, unreachable)).toEqual([
    false,
    "UNAVAILABLE",
  ]);
});

test("[A25] a poll made before signing in is claimed with its key, once", async () => {
  const [accountId, stranger] = [await newAccount(), await newAccount()];
  const { pollId, hostKey } = await newPoll();
  expect(codeOf(await claimPoll(bench, accountId, pollId, "a wrong key"))).toBe("NOT_ALLOWED");
  expect(codeOf(await claimPoll(bench, accountId, pollId, undefined))).toBe("NOT_ALLOWED");
  expect(codeOf(await claimPoll(bench, accountId, newPollId(), hostKey))).toBe("POLL_NOT_FOUND");
  expect(await bench.accounts.ownerOf(pollId)).toBeNull();
  begun(await claimPoll(bench, accountId, pollId, hostKey));
  begun(await claimPoll(bench, accountId, pollId, hostKey));
  expect(codeOf(await claimPoll(bench, stranger, pollId, hostKey))).toBe("CONFLICT");
  expect(await bench.accounts.ownerOf(pollId)).toBe(accountId);
  expect(codeOf(await hide(pollId, { hostKey, account: stranger }))).toBeNull();
});

test("[A25] with the database away a poll is made all the same, and claimed later", async () => {
  const accountId = await newAccount();
  const { poll, pollId, hostKey } = await newPoll();
  expect(await ownNewPoll({ accounts: unreachable }, accountId, poll.definition)).toBe(false);
  begun(await claimPoll(bench, accountId, pollId, hostKey));
});

test("[A26] my polls: mine, newest first, page by page, as they stand", async () => {
  const accountId = await newAccount();
  const made = [];
  for (const question of ["First?", "Second?", "Third?"]) {
    bench.time.step(1_000);
    const { poll } = await newPoll(question);
    await ownNewPoll(bench, accountId, poll.definition);
    made.push(poll.definition.pollId);
  }
  await newPoll("Somebody else's?");
  const first = begun(await listOwnPolls(bench, accountId, 2));
  expect(first.items.map(({ own }) => own.question)).toEqual(["Third?", "Second?"]);
  expect(first.items.map(({ poll }) => poll?.control.status)).toEqual(["open", "open"]);
  const second = begun(await listOwnPolls(bench, accountId, 2, first.nextCursor ?? ""));
  expect(second.items.map(({ own }) => own.pollId)).toEqual(made.slice(0, 1));
  expect(second.nextCursor).toBeNull();
});

test.each(["", "x", "1-short", "-12345678", "99999999999999999-ABCD1234"])(
  "[A26] %p is no cursor of this list",
  async (cursor) => {
    expect(codeOf(await listOwnPolls(bench, await newAccount(), 2, cursor))).toBe("BAD_MESSAGE");
  },
);

test("[A27] a poll that its owner removes leaves the list with it", async () => {
  const accountId = await newAccount();
  const { poll, pollId } = await newPoll();
  await ownNewPoll(bench, accountId, poll.definition);
  const remove = (ports: Parameters<typeof steerPoll>[0], id: PollId) =>
    steerPoll(ports, id, { action: "remove" }, { hostKey: undefined, account: accountId });
  expect(await remove({ ...bench, owners: bench.accounts }, pollId)).toBe("removed");
  expect(await bench.accounts.ownerOf(pollId)).toBeNull();
  expect((await bench.accounts.pollsOf(accountId, 10)).items).toEqual([]);
});

test("[A27] a poll that was removed while the database was away drops out of the list later", async () => {
  const accountId = await newAccount();
  const { poll, pollId, hostKey } = await newPoll();
  await ownNewPoll(bench, accountId, poll.definition);
  const ports = { ...bench, owners: unreachable };
  expect(await steerPoll(ports, pollId, { action: "remove" }, { hostKey })).toBe("removed");
  expect(begun(await listOwnPolls(bench, accountId, 10)).items).toEqual([]);
  expect(await bench.accounts.ownerOf(pollId)).toBeNull();
});
