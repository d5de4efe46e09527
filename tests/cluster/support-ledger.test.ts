import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LedgerWeather } from "../../infra/local/ledger-front.ts";
import { LocalLedger } from "../../infra/local/local-ledger.ts";
import { waitFor } from "../support/wait-for.ts";

let folder: string;
let ledger: LocalLedger;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pollcast-ledger-"));
  ledger = await LocalLedger.start(folder);
});
afterAll(async () => {
  await ledger?.stop();
  await rm(folder, { recursive: true, force: true });
});

const GIVEN_UP_MS = 300;

/** Puts an item through a node's own way; what came back, or that nothing did. */
async function put(node: string, key: string): Promise<string> {
  const { DYNAMODB_ENDPOINT = "" } = await ledger.envOf(node);
  const answer = await ask(DYNAMODB_ENDPOINT, "PutItem", {
    Item: { pk: { S: key }, sk: { S: "put" } },
  }).catch((failure: Error) => failure.name === "TimeoutError" && "silence");
  return answer === false ? "reset" : answer;
}

/** Looked up past the weather. */
async function isThere(key: string): Promise<boolean> {
  return (await ask(ledger.endpoint, "GetItem", { Key: { pk: { S: key }, sk: { S: "put" } } })) !== "{}";
}

async function ask(endpoint: string, action: string, body: object): Promise<string> {
  const credential = `Credential=local/20260101/${ledger.region}/dynamodb/aws4_request`;
  const answer = await fetch(endpoint, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": `DynamoDB_20120810.${action}`,
      "x-amz-date": "20260101T000000Z",
      authorization: `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify({ TableName: ledger.table, ...body }),
    signal: AbortSignal.timeout(GIVEN_UP_MS),
  });
  return answer.text();
}

/** What a client hears in this weather, and whether its request was carried out. */
const weathers: [name: string, weather: LedgerWeather, heard: RegExp, done: boolean][] = [
  ["clear", { kind: "clear" }, /^{}$/, true],
  ["away", { kind: "away" }, /^reset$/, false],
  ["silent", { kind: "silent" }, /^silence$/, false],
  ["throttling", { kind: "throttling", share: 1 }, /ProvisionedThroughputExceededException/, false],
  ["cutting", { kind: "cutting", share: 1 }, /^reset$/, true],
];

test.each(weathers)("[X9] one node's ledger is %s, another's is not", async (_name, weather, heard, done) => {
  await Promise.all([ledger.envOf("node-1"), ledger.envOf("node-2")]);
  await ledger.setWeather(weather, ["node-1"]);
  const key = crypto.randomUUID();
  expect(await put("node-1", key)).toMatch(heard);
  expect(await isThere(key)).toBe(done);
  expect(await put("node-2", crypto.randomUUID())).toBe("{}");
  await ledger.setWeather({ kind: "clear" });
  expect(await put("node-1", crypto.randomUUID())).toBe("{}");
});

test("[X9] a late ledger carries out what nobody waits for any more", async () => {
  await ledger.envOf("node-1");
  await ledger.setWeather({ kind: "slow", ms: 2 * GIVEN_UP_MS });
  const key = crypto.randomUUID();
  expect(await put("node-1", key)).toBe("silence");
  expect(await isThere(key)).toBe(false);
  await ledger.setWeather({ kind: "clear" });
  await waitFor("the put to be carried out", () => isThere(key));
});
