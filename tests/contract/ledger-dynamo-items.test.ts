/** What only the adapter on DynamoDB can get wrong: pages, sizes, expiry, how much of a history fits. */

import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "bun:test";
import { type DynamoDBClient, PutItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { connectDynamo } from "../../server/store/dynamo/connect-dynamo.ts";
import { DynamoLedger } from "../../server/store/dynamo/dynamo-ledger.ts";
import { packText, unpackText } from "../../server/store/dynamo/pack-text.ts";
import type { OnRequest } from "../../server/store/dynamo/time-requests.ts";
import type { LedgerStep, Meta } from "../../server/store/tiers/ledger.ts";
import { startDynamo, type TestDynamo } from "../support/dynalite.ts";
import { auditOf, definitionOf, openControl } from "../support/fixtures.ts";
import { ScriptedDynamo } from "../support/scripted-dynamo.ts";
import { registered } from "./ledger-bench.ts";

const SECONDS = 1000;
/** Some 3.5 MB: more than two pages of a query. */
const MANY = 60_000;
const PATIENT = { attemptMs: 10_000, deadlineMs: 20_000 };

let dynamo: TestDynamo;
let way: ScriptedDynamo;
let byHand: DynamoDBClient;
const ledgers: DynamoLedger[] = [];
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo[Symbol.asyncDispose]());
beforeEach(async () => {
  way = await ScriptedDynamo.start(dynamo.endpoint);
  byHand = connectDynamo(dynamo.settings, PATIENT.attemptMs);
});
afterEach(async () => {
  byHand.destroy();
  for (const ledger of ledgers.splice(0)) await ledger.close();
  await way[Symbol.asyncDispose]();
});

function openLedger(options: Partial<ConstructorParameters<typeof DynamoLedger>[0]> = {}): DynamoLedger {
  const settings = { ...dynamo.settings, endpoint: way.endpoint };
  const ledger = new DynamoLedger({ settings, ballotRetentionDays: 30, times: PATIENT, ...options });
  ledgers.push(ledger);
  return ledger;
}

async function openPoll(ledger: DynamoLedger): Promise<Meta> {
  const definition = definitionOf();
  const control = openControl(definition, Date.now());
  await ledger.create({ definition, control, inRedis: false }, auditOf("created"));
  const meta = await ledger.meta(definition.pollId);
  if (meta === null || meta === "removed") throw new Error("there is no such poll");
  return meta;
}

function putByHand(item: object) {
  return byHand.send(new PutItemCommand({ TableName: dynamo.settings.table, Item: marshall(item) }));
}

async function itemsOf(pk: string) {
  const answer = await byHand.send(
    new QueryCommand({
      TableName: dynamo.settings.table,
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: marshall({ ":pk": pk }),
    }),
  );
  return answer.Items ?? [];
}

test("[K65] a shard of several megabytes is read whole, page by page, and so is its roll", async () => {
  const ledger = openLedger({ shards: 1 });
  const meta = await openPoll(ledger);
  const { pollId } = meta.definition;
  const ballots = Array.from({ length: MANY }, (_, index) => registered(1_780_315_200_000 + index));
  await ledger.append(meta, "big", ballots);
  const pages = way.countOf("Query");
  const read = await ledger.ballots(meta, 0);
  expect(way.countOf("Query") - pages).toBeGreaterThan(2);
  expect(read.length).toBe(MANY);
  expect(new Set(read.map(({ voter }) => voter)).size).toBe(MANY);
  await ledger.putRoll(pollId, "g", 0, read);
  expect(await ledger.roll(pollId, "g", 0)).toEqual(read);
  await ledger.append(meta, "big", ballots);
  expect((await ledger.ballots(meta, 0)).length).toBe(MANY);
  const step = { id: "gone", pollId, expectedSeq: meta.control.seq, audit: auditOf("removed") };
  await ledger.steer({ ...step, control: "removed" });
  await ledger.erase(pollId);
  expect(await itemsOf(`BALLOT#${pollId}#0`)).toEqual([]);
  expect(await itemsOf(`ROLL#${pollId}#g`)).toEqual([]);
});

test("[K65] no item of a pack is greater than 200 KB, and one of a roll than 300 KB", async () => {
  const sizes: number[] = [];
  way.fate = ({ body }) => {
    const texts = JSON.stringify(body).match(/"ballots":\{"S":"[^"]*"/g) ?? [];
    sizes.push(...texts.map((text) => text.length));
    return "pass";
  };
  const ledger = openLedger({ shards: 1 });
  const meta = await openPoll(ledger);
  const ballots = Array.from({ length: 12_000 }, () => registered());
  await ledger.append(meta, "pack", ballots);
  expect(Math.max(...sizes)).toBeWithin(150_000, 210_000);
  expect(sizes.length).toBe(3);
  sizes.length = 0;
  await ledger.putRoll(meta.definition.pollId, "g", 0, ballots);
  // A line feed is two characters in JSON.
  expect(Math.max(...sizes)).toBeWithin(200_000, 315_000);
  expect(sizes.length).toBe(2);
});

test("[K54] packed text is cut only between ballots, the same way each time", () => {
  const ballots = [registered(1), registered(22, "opt-1,opt-20"), registered(0, "")];
  for (const bytes of [1, 60, 100, 1_000]) {
    const texts = packText(ballots, bytes);
    expect(texts.flatMap(unpackText)).toEqual(ballots);
    expect(packText(ballots, bytes)).toEqual(texts);
  }
  expect(packText(ballots, 1)).toHaveLength(3);
  expect(packText([], 1)).toEqual([]);
  const [whole = ""] = packText(ballots, 1_000);
  expect(() => unpackText(whole.slice(0, -1))).toThrow("cut off");
});

test("[K51] of a long history the newest lines are kept, and a full one still lets one of many through", async () => {
  const ledger = openLedger({ auditLength: 3 });
  const { definition, control } = await openPoll(ledger);
  const { pollId } = definition;
  const step = (seq: number, id: string): LedgerStep => ({
    id,
    pollId,
    expectedSeq: seq,
    control: { ...control, seq: seq + 1 },
    audit: auditOf("hidden", seq),
  });
  for (let seq = control.seq; seq < 8; seq += 1) {
    expect(await ledger.steer(step(seq, `${seq}`))).toBe("done");
  }
  const answers = await Promise.all(
    Array.from({ length: 6 }, (_, caller) => ledger.steer(step(8, `r${caller}`))),
  );
  expect(answers.toSorted()).toEqual([...Array(5).fill("conflict"), "done"]);
  const meta = await ledger.meta(pollId);
  expect(meta).toMatchObject({ audit: [6, 7, 8].map((at) => auditOf("hidden", at)) });
});

test("[K60] what has expired and is still there is shown by no read and stands in no one's way", async () => {
  const ledger = openLedger();
  const meta = await openPoll(ledger);
  const { pollId } = meta.definition;
  const poll = `POLL#${pollId}`;
  const ballot = registered(5, "opt-2");
  const shards = Array.from({ length: meta.shards }, (_, shard) => `BALLOT#${pollId}#${shard}`);
  const expiresAt = Math.floor(Date.now() / SECONDS) - 1;
  const text = `${ballot.voter} 5 opt-2\n`;
  const run = `run ${pollId}`;
  for (const pk of shards) {
    await putByHand({ pk, sk: `voter#${ballot.voter}`, revision: 5, choice: "opt-2", expiresAt });
    await putByHand({ pk, sk: "pack#old#0", ballots: text, expiresAt });
  }
  const count = { epoch: 9, version: 9, votes: [9], participantCount: 9 };
  await putByHand({ pk: poll, sk: "TALLY", ...count, expiresAt });
  await putByHand({ pk: poll, sk: "VIEWERS#node", viewers: 9, expiresAt });
  await putByHand({ pk: `ROLL#${pollId}#g`, sk: "shard#0#0", ballots: text, expiresAt });
  await putByHand({ pk: `NODE#${run}`, sk: "BEAT", beat: 9, expiresAt });
  for (let shard = 0; shard < meta.shards; shard += 1) expect(await ledger.ballots(meta, shard)).toEqual([]);
  expect(await ledger.record(pollId)).toMatchObject({ tally: null, viewerCount: 0 });
  expect(await ledger.roll(pollId, "g", 0)).toEqual([]);
  expect((await ledger.beats([run])).size).toBe(0);
  expect(await ledger.beat(run, false)).toBe(false);
  expect(await ledger.put(meta, { ...ballot, revision: 1 }, ballot)).toBeNull();
  expect(await ledger.put(meta, { ...ballot, revision: 1 }, null)).toBe("put");
  expect(await ledger.putTally(pollId, { ...count, version: 1 }, 0)).toBe(true);
});

test("[K60] ballots, counts and beats have a last second; what a poll was and came to has none", async () => {
  const ledger = openLedger();
  const meta = await openPoll(ledger);
  const { pollId } = meta.definition;
  const day = 86_400;
  const openedAt = Math.floor((meta.control.openedAt ?? 0) / SECONDS);
  await ledger.append(meta, "a", [registered()]);
  await ledger.put(meta, registered(), null);
  await ledger.putTally(pollId, { epoch: 1, version: 1, votes: [1], participantCount: 1 }, 0);
  await ledger.putFinal(pollId, {
    epoch: 1,
    version: 1,
    votes: [1],
    participantCount: 1,
    checksum: "c",
    generation: "g",
  });
  const shards = Array.from({ length: meta.shards }, (_, shard) => itemsOf(`BALLOT#${pollId}#${shard}`));
  const ballots = (await Promise.all(shards)).flat();
  expect(ballots.map(({ expiresAt }) => expiresAt)).toEqual(Array(2).fill({ N: `${openedAt + 60 * day}` }));
  const expiring = (await itemsOf(`POLL#${pollId}`)).filter(({ expiresAt }) => expiresAt);
  expect(expiring.map(({ sk }) => sk?.S)).toEqual(["TALLY"]);
});

test("[K68] figures tell of every attempt what was asked, how long it took and whether it was answered", async () => {
  const told: [string, string][] = [];
  const onRequest: OnRequest = (operation, seconds, outcome) => {
    expect(seconds).toBeWithin(0, 5);
    told.push([operation, outcome]);
  };
  const ledger = openLedger({ onRequest });
  const meta = await openPoll(ledger);
  told.length = 0;
  way.fate = ({ operation }) => (operation === "PutItem" && told.length === 0 ? "cut" : "pass");
  await ledger.put(meta, registered(), null);
  expect(told).toEqual([
    ["PutItem", "failed"],
    // Its condition does not hold any more, which is an answer.
    ["PutItem", "answered"],
    ["GetItem", "answered"],
  ]);
});
