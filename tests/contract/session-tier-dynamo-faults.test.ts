/** DynamoDB on a bad day, for sessions: what was done but its answer lost, and what comes late. */
import { afterAll, afterEach, beforeEach, expect, test } from "bun:test";
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  type PutItemCommandInput,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import { Outage } from "../../server/app/outage.ts";
import { CATEGORIES } from "../../server/app/session.ts";
import { connectDynamo } from "../../server/store/dynamo/connect-dynamo.ts";
import { DynamoSessions } from "../../server/store/dynamo/dynamo-sessions.ts";
import type { ItemTable } from "../../server/store/dynamo/item-table.ts";
import { type ItemTableOptions, openItemTable } from "../../server/store/dynamo/open-item-table.ts";
import { startDynamo } from "../support/dynalite.ts";
import { errorAnswer, type Fate, ScriptedDynamo } from "../support/scripted-dynamo.ts";
import { inTime } from "../support/wait-for.ts";
import { failureOf, newAccountId, newKey } from "./session-tier-bench.ts";

const IMPATIENT = { attemptMs: 120, deadlineMs: 10_000 };

const dynamo = await startDynamo();
afterAll(() => dynamo[Symbol.asyncDispose]());

let way: ScriptedDynamo;
let direct: DynamoDBClient;
const tables: ItemTable[] = [];
beforeEach(async () => {
  way = await ScriptedDynamo.start(dynamo.endpoint);
  direct = connectDynamo(dynamo.settings, 5_000);
});
afterEach(async () => {
  for (const table of tables.splice(0)) table.close();
  direct.destroy();
  await way[Symbol.asyncDispose]();
});

function open(options: Partial<ItemTableOptions> = {}): DynamoSessions {
  const table = openItemTable({ settings: { ...dynamo.settings, endpoint: way.endpoint }, ...options });
  tables.push(table);
  return new DynamoSessions(table);
}

const now = () => Math.floor(Date.now() / 1_000);
const entry = (version = 1) => ({ version, data: "mine", idleUntil: now() + 600, endsAt: now() + 900 });

/** The first request from now on of each operation meets this fate. */
function firstOnes(fate: Fate): void {
  const seen = new Set<string>();
  way.fate = ({ operation }) => {
    if (seen.has(operation)) return "pass";
    seen.add(operation);
    return fate;
  };
}

test.each(["cut", "mute"] as const)(
  "[N11] what was done but its answer %s is answered as if it had been heard",
  async (fate) => {
    const sessions = open({ times: IMPATIENT });
    const lost = async <Answer>(call: () => Promise<Answer>): Promise<Answer> => {
      const before = way.requests.length;
      firstOnes(fate);
      const answer = await call();
      expect(way.requests.length - before).toBeGreaterThan(1);
      return answer;
    };
    const [key, restored, accountId] = [newKey(), newKey(), newAccountId()];
    const [first, second] = [entry(), entry(2)];
    expect(await lost(() => sessions.put(key, first))).toEqual(first);
    expect(await lost(() => sessions.put(key, second))).toEqual(second);
    expect(await lost(() => sessions.restore(restored, first))).toEqual(first);
    expect(await lost(() => sessions.touch(key, second.idleUntil + 9))).toBe("touched");
    expect(await lost(() => sessions.read(key))).toEqual({ ...second, idleUntil: second.idleUntil + 9 });
    const revoked = { revoked: true, endsAt: now() + 900 } as const;
    expect(await lost(() => sessions.put(restored, revoked))).toEqual(revoked);
    await lost(() => sessions.revoke(key.sessionId, revoked.endsAt));
    for (const category of CATEGORIES) expect(await sessions.read({ ...key, category })).toEqual(revoked);
    const summary = { sessionId: key.sessionId, device: "x", signedInAt: 1, lastUsedAt: 1 };
    await lost(() => sessions.index(accountId, summary, revoked.endsAt));
    expect(await lost(() => sessions.list(accountId))).toEqual([summary]);
    await lost(() => sessions.unindex(accountId, key.sessionId));
    expect(await sessions.list(accountId)).toEqual([]);
    await lost(() => sessions.journal("node", key, revoked));
    const { items } = await lost(() => sessions.journalled(10));
    expect(items.map(({ standing }) => standing)).toEqual([revoked]);
    await lost(() => sessions.forget(items.map(({ id }) => id)));
    expect((await sessions.journalled(10)).items).toEqual([]);
  },
);

test("[N11] of two writers whose answers are lost, each hears who won", async () => {
  const [one, other] = [open({ times: IMPATIENT }), open({ times: IMPATIENT })];
  const key = newKey();
  way.fate = ({ operation, before }) => (operation === "PutItem" && before < 2 ? "cut" : "pass");
  const answers = await Promise.all([
    one.put(key, { ...entry(), data: "one" }),
    other.put(key, { ...entry(), data: "other" }),
  ]);
  const standing = await one.read(key);
  expect(answers).toEqual([standing, standing] as typeof answers); // all are entries
});

test("[N11] attempts that the network kept back and delivers late change nothing", async () => {
  const sessions = open();
  const [key, revoked] = [newKey(), newKey()];
  await sessions.put(key, entry());
  await sessions.touch(key, entry().idleUntil + 5);
  await sessions.restore(revoked, entry());
  await sessions.put(key, entry(2));
  await sessions.touch(key, entry().idleUntil + 50);
  await sessions.revoke(revoked.sessionId, now() + 900);
  const before = [await sessions.read(key), await sessions.read(revoked)];
  const sent = way.requests.filter(({ operation }) => /^(Put|Update)Item$/.test(operation));
  // Two entries, two touches, one restored, five revocations.
  expect(sent).toHaveLength(10);
  for (const { operation, body } of sent) {
    const again =
      operation === "PutItem"
        ? direct.send(new PutItemCommand(body as unknown as PutItemCommandInput)) // it was one
        : direct.send(new UpdateItemCommand(body as unknown as UpdateItemCommandInput));
    expect(await failureOf(again)).toBeInstanceOf(ConditionalCheckFailedException);
  }
  expect([await sessions.read(key), await sessions.read(revoked)]).toEqual(before);
});

test("[N11] a revocation of which not every part could be made is an outage; made again it is whole", async () => {
  const sessions = open();
  const { sessionId } = newKey();
  const endsAt = now() + 900;
  way.fate = ({ body }) =>
    JSON.stringify(body).includes("scratch") ? errorAnswer("AccessDeniedException") : "pass";
  expect(await failureOf(sessions.revoke(sessionId, endsAt))).toBeInstanceOf(Outage);
  way.fate = () => "pass";
  await sessions.revoke(sessionId, endsAt);
  for (const category of CATEGORIES) {
    expect(await sessions.read({ sessionId, category })).toEqual({ revoked: true, endsAt });
  }
});

test.each(["swallow", "stall"] as const)(
  "[N15] a DynamoDB whose answers %s is an outage in time",
  async (fate) => {
    const sessions = open();
    way.fate = () => fate;
    const [key, accountId] = [newKey(), newAccountId()];
    const startedAt = performance.now();
    const asked = [
      sessions.read(key),
      sessions.put(key, entry()),
      sessions.restore(key, entry()),
      sessions.touch(key, now() + 5),
      sessions.revoke(key.sessionId, now() + 5),
      sessions.list(accountId),
      sessions.journalled(5),
    ];
    for (const failure of await inTime("the outages", Promise.all(asked.map(failureOf)))) {
      expect(failure).toBeInstanceOf(Outage);
    }
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  },
);

test("[N15] an outage names no session and nothing of what was in it, whatever DynamoDB says", async () => {
  const sessions = open();
  const key = newKey();
  const secret = "s3cr3t-of-the-session";
  for (const type of ["ValidationException", "SerializationException"]) {
    way.fate = ({ body }) => errorAnswer(type, JSON.stringify(body));
    const outage = await failureOf(sessions.put(key, { ...entry(), data: secret }));
    const said = Bun.inspect(outage, { depth: 10 }) + JSON.stringify(outage);
    expect(said).toContain(type);
    for (const word of [secret, key.sessionId]) expect(said).not.toContain(word);
  }
});
