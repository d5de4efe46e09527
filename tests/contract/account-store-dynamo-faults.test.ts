/** Accounts on a bad day: answers are lost, and nodes die between two writes that belong together. */
import { afterAll, afterEach, beforeEach, expect, test } from "bun:test";
import { DeleteItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import { Outage } from "../../server/app/outage.ts";
import { connectDynamo } from "../../server/store/dynamo/connect-dynamo.ts";
import { DynamoAccountStore } from "../../server/store/dynamo/dynamo-account-store.ts";
import { accountOf, ownPollOf } from "../support/account-fixtures.ts";
import { startDynamo } from "../support/dynalite.ts";
import { NOON, steppableClock } from "../support/fixtures.ts";
import { errorAnswer, ScriptedDynamo } from "../support/scripted-dynamo.ts";

const PATIENT = { attemptMs: 1_000, deadlineMs: 10_000 };
/** Not carried out, and nothing that trying again would help: the node might as well have died. */
const REFUSED = errorAnswer("AccessDeniedException");
const MINUTE = 60_000;

const dynamo = await startDynamo();
const client = connectDynamo(dynamo.settings, PATIENT.attemptMs);
afterAll(async () => {
  client.destroy();
  await dynamo[Symbol.asyncDispose]();
});

let way: ScriptedDynamo;
let clock = steppableClock();
const stores: DynamoAccountStore[] = [];
beforeEach(async () => {
  clock = steppableClock(Date.now());
  way = await ScriptedDynamo.start(dynamo.endpoint);
});
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
  await way[Symbol.asyncDispose]();
});

/** `scripted`: what it asks goes past `way.fate`. */
function openStore({ scripted }: { scripted: boolean }): DynamoAccountStore {
  const settings = scripted ? { ...dynamo.settings, endpoint: way.endpoint } : dynamo.settings;
  const store = new DynamoAccountStore({ settings, times: PATIENT, clock: clock.now });
  stores.push(store);
  return store;
}

/** From now on the request of this number, of any kind, is refused. */
function breakOffAt(number: number): void {
  let seen = 0;
  way.fate = () => {
    seen += 1;
    return seen === number ? REFUSED : "pass";
  };
}

/** Every other request is carried out, and its answer lost. */
function loseAnswers(): void {
  let seen = 0;
  way.fate = () => {
    seen += 1;
    return seen % 2 ? "cut" : "pass";
  };
}

async function outage(asked: Promise<unknown>): Promise<void> {
  expect(await asked.catch((trouble: unknown) => trouble)).toBeInstanceOf(Outage);
}

test("[A7] what was done but not heard is answered as if it had been heard", async () => {
  const store = openStore({ scripted: true });
  const account = accountOf();
  const poll = ownPollOf();
  loseAnswers();
  expect(await store.create(account)).toBe("created");
  expect(await store.change(account.accountId, NOON, { validFrom: NOON + 1 })).toBe("changed");
  expect(await store.own(account.accountId, poll)).toBe("owned");
  expect((await store.pollsOf(account.accountId, 10)).items).toEqual([poll]);
  await store.disown(poll.pollId);
  expect(await store.own(account.accountId, poll)).toBe("owned");
  await store.remove(account.accountId);
  expect(await store.ownerOf(poll.pollId)).toBeNull();
  expect(await store.create(accountOf({ email: account.email }))).toBe("created");
});

test("[A7] an e-mail whose account was never made is free again after a minute, not before", async () => {
  const dead = openStore({ scripted: true });
  const alive = openStore({ scripted: false });
  const account = accountOf();
  breakOffAt(2);
  await outage(dead.create(account));
  expect(await alive.byEmail(account.email)).toBeNull();
  expect(await alive.create(accountOf({ email: account.email }))).toBe("taken");
  clock.step(MINUTE);
  const next = accountOf({ email: account.email });
  expect(await alive.create(next)).toBe("created");
  expect(await dead.create(account)).toBe("taken");
  expect(await alive.byEmail(account.email)).toEqual(next);
  expect(await alive.byId(account.accountId)).toBeNull();
});

test("[A7] who comes back within the minute has the account after all", async () => {
  const store = openStore({ scripted: true });
  const account = accountOf();
  breakOffAt(2);
  await outage(store.create(account));
  expect(await store.create(account)).toBe("created");
  expect(await store.byEmail(account.email)).toEqual(account);
});

test("[A7] a slow node makes no second account of an e-mail that is being taken from it", async () => {
  const slow = openStore({ scripted: false });
  const taker = openStore({ scripted: true });
  const account = accountOf();
  // The claim is there, the account not yet.
  breakOffAt(2);
  await outage(taker.create(account));
  clock.step(MINUTE);
  // Claim, read the claim, read the account, tombstone; the claim is not taken over any more.
  breakOffAt(5);
  await outage(taker.create(accountOf({ email: account.email })));
  // The slow one still has the claim, and goes on where it was.
  expect(await slow.create(account)).toBe("taken");
  expect(await slow.byId(account.accountId)).toBeNull();
  const next = accountOf({ email: account.email });
  expect(await slow.create(next)).toBe("created");
  expect(await slow.byEmail(account.email)).toEqual(next);
});

test("[A7] wherever owning a poll breaks off, owning it again makes it whole", async () => {
  const store = openStore({ scripted: true });
  const account = accountOf();
  await store.create(account);
  for (let number = 1; number <= 2; number += 1) {
    const poll = ownPollOf();
    breakOffAt(number);
    await outage(store.own(account.accountId, poll));
    // Never in the list of somebody who may not steer it.
    expect((await store.pollsOf(account.accountId, 10)).items).not.toContainEqual(poll);
    expect(await store.own(account.accountId, poll)).toBe("owned");
    expect((await store.pollsOf(account.accountId, 10)).items).toContainEqual(poll);
  }
});

test("[A7] wherever a removal breaks off, nobody has half an account, and the next removal ends it", async () => {
  const store = openStore({ scripted: true });
  let brokeOff = 0;
  for (let number = 1; ; number += 1) {
    const account = accountOf();
    const poll = ownPollOf();
    way.fate = () => "pass";
    await store.create(account);
    await store.own(account.accountId, poll);
    breakOffAt(number);
    const trouble = await store.remove(account.accountId).catch((trouble: unknown) => trouble);
    way.fate = () => "pass";
    if (trouble === undefined) break;
    brokeOff += 1;
    const standing = await store.byId(account.accountId);
    expect(await store.byEmail(account.email)).toEqual(standing);
    if (standing) expect(number).toBe(1);
    await store.remove(account.accountId);
    expect(await store.ownerOf(poll.pollId)).toBeNull();
    expect(await store.create(accountOf({ email: account.email }))).toBe("created");
  }
  expect(brokeOff).toBeGreaterThan(4);
});

test("[A7] a removal that was never ended keeps neither the e-mail nor a poll from anybody", async () => {
  const store = openStore({ scripted: true });
  const account = accountOf();
  const poll = ownPollOf();
  await store.create(account);
  await store.own(account.accountId, poll);
  breakOffAt(2);
  await outage(store.remove(account.accountId));
  const next = accountOf({ email: account.email });
  expect(await store.create(next)).toBe("created");
  expect(await store.own(next.accountId, poll)).toBe("owned");
  expect((await store.pollsOf(next.accountId, 10)).items).toEqual([poll]);
  await store.remove(account.accountId);
  expect(await store.byEmail(account.email)).toEqual(next);
  expect(await store.ownerOf(poll.pollId)).toBe(next.accountId);
});

test("[A7] a poll that was erased with its owner drops out of the list, and leaves no text there", async () => {
  const store = openStore({ scripted: false });
  const account = accountOf();
  const [kept, erased] = [ownPollOf(), ownPollOf({ createdAt: NOON + 1 })];
  await store.create(account);
  for (const poll of [kept, erased]) await store.own(account.accountId, poll);
  const key = { pk: { S: `POLL#${erased.pollId}` }, sk: { S: "OWNER" } };
  await client.send(new DeleteItemCommand({ TableName: dynamo.settings.table, Key: key }));
  expect((await store.pollsOf(account.accountId, 10)).items).toEqual([kept]);
  const partition = await client.send(
    new QueryCommand({
      TableName: dynamo.settings.table,
      KeyConditionExpression: "pk = :pk AND begins_with(sk, :polls)",
      ExpressionAttributeValues: {
        ":pk": { S: `ACCOUNT#${account.accountId}` },
        ":polls": { S: "POLL#" },
      },
    }),
  );
  expect(partition.Items).toHaveLength(1);
});

test("[A4] a copy is at most as old as asked, and requests at the same time share a read", async () => {
  let now = 0;
  const settings = { ...dynamo.settings, endpoint: way.endpoint };
  const reader = new DynamoAccountStore({ settings, times: PATIENT, monotonic: () => now });
  stores.push(reader);
  const writer = openStore({ scripted: false });
  const account = accountOf();
  await writer.create(account);
  await Promise.all(Array.from({ length: 50 }, () => reader.byId(account.accountId, 1_000)));
  expect(way.countOf("GetItem")).toBe(1);
  await writer.change(account.accountId, NOON, { validFrom: NOON + 1 });
  now = 999;
  expect((await reader.byId(account.accountId, 1_000))?.validFrom).toBe(NOON);
  now = 1_000;
  expect((await reader.byId(account.accountId, 1_000))?.validFrom).toBe(NOON + 1);
  way.fate = () => REFUSED;
  now = 2_000;
  await outage(reader.byId(account.accountId, 1_000));
  way.fate = () => "pass";
  expect((await reader.byId(account.accountId, 1_000))?.validFrom).toBe(NOON + 1);
});

test("[A11] looking for an e-mail that nobody has takes as many reads", async () => {
  const store = openStore({ scripted: true });
  const account = accountOf();
  await store.create(account);
  const readsFor = async (email: string) => {
    const before = way.countOf("GetItem");
    const found = await store.byEmail(email);
    return { found: found !== null, reads: way.countOf("GetItem") - before };
  };
  expect(await readsFor(account.email)).toEqual({ found: true, reads: 2 });
  expect(await readsFor(accountOf().email)).toEqual({ found: false, reads: 2 });
});

test("[A8] no key of the table and no request for one has an e-mail in it", async () => {
  const store = openStore({ scripted: true });
  const account = accountOf({ email: "findable@example.org" });
  await store.create(account);
  await store.byEmail(account.email);
  const keys = way.requests.map(({ body }) => JSON.stringify(body.Key ?? keyIn(body.Item)));
  expect(keys.length).toBeGreaterThan(2);
  for (const key of keys) expect(key.toLowerCase()).not.toContain("findable");
});

function keyIn(item: unknown): object {
  const { pk, sk } = item as { pk: unknown; sk: unknown }; // every item has both
  return { pk, sk };
}
