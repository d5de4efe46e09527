import { afterAll, afterEach, describe, expect, test } from "bun:test";
import { type DynamoDBClient, PutItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { CATEGORIES } from "../../server/app/session.ts";
import { connectDynamo } from "../../server/store/dynamo/connect-dynamo.ts";
import { DynamoSessions } from "../../server/store/dynamo/dynamo-sessions.ts";
import type { ItemTable } from "../../server/store/dynamo/item-table.ts";
import { openItemTable } from "../../server/store/dynamo/open-item-table.ts";
import { startDynamo } from "../support/dynalite.ts";
import type { SteppableClock } from "../support/fixtures.ts";
import { newAccountId, newKey, newSessionId, SessionTierBench } from "./session-tier-bench.ts";
import { sessionTierContract } from "./session-tier-contract.ts";
import { sessionDatabaseContract } from "./session-tier-database-rules.ts";
import { sessionJournalRules } from "./session-tier-journal-rules.ts";

const dynamo = await startDynamo();
const tables: ItemTable[] = [];
afterEach(() => {
  for (const table of tables.splice(0)) table.close();
});
afterAll(() => dynamo[Symbol.asyncDispose]());

function open(
  { now: clock }: SteppableClock,
  settings = dynamo.settings,
): readonly [DynamoSessions, DynamoSessions] {
  const [one, other] = [openItemTable({ settings, clock }), openItemTable({ settings, clock })];
  tables.push(one, other);
  return [new DynamoSessions(one), new DynamoSessions(other)];
}

sessionTierContract("DynamoDB", open);
sessionDatabaseContract("DynamoDB", open);

describe("journal, DynamoDB", () => {
  // What one test leaves in the journal would be in the next one's.
  sessionJournalRules(new SessionTierBench(async (clock) => open(clock, await dynamo.makeTable())));
});

describe("items of sessions", () => {
  const bench = new SessionTierBench(open);
  const byHand: DynamoDBClient = connectDynamo(dynamo.settings, 5_000);
  const { table: TableName } = dynamo.settings;
  afterAll(() => byHand.destroy());

  async function itemsOf(pk: string): Promise<Record<string, unknown>[]> {
    const input = { KeyConditionExpression: "pk = :pk", ExpressionAttributeValues: marshall({ ":pk": pk }) };
    const { Items = [] } = await byHand.send(new QueryCommand({ TableName, ...input }));
    return Items.map((item) => unmarshall(item));
  }

  test("[N8] every item has its last second as a whole number, where DynamoDB looks for it", async () => {
    const [key, revoked, accountId] = [newKey("activity"), newSessionId(), newAccountId()];
    const end = bench.now + 900;
    await bench.tier.put(key, bench.entry({ idleUntil: bench.now + 60.5, endsAt: end + 0.5 }));
    await bench.tier.revoke(revoked, end + 0.9);
    const summary = { sessionId: revoked, device: "x", signedInAt: 1, lastUsedAt: 1 };
    await bench.tier.index(accountId, summary, end + 0.1);
    await bench.tier.journal("node", key, bench.revoked(end + 0.7));
    const lastSeconds = async (pk: string) => (await itemsOf(pk)).map(({ expiresAt }) => expiresAt);
    expect(await lastSeconds(`SESSION#${key.sessionId}`)).toEqual([bench.now + 60]);
    await bench.tier.touch(key, bench.now + 70.5);
    expect(await lastSeconds(`SESSION#${key.sessionId}`)).toEqual([bench.now + 70]);
    expect(await lastSeconds(`SESSION#${revoked}`)).toEqual(CATEGORIES.map(() => end));
    expect(await lastSeconds(`ACCOUNT#${accountId}`)).toEqual([end]);
    const journals = await Promise.all([0, 1, 2, 3].map((index) => lastSeconds(`JOURNAL#${index}`)));
    expect(journals.flat()).toEqual([end]);
  });

  test("[N8] what has ended and was not deleted yet is shown by no read and stands in no one's way", async () => {
    const [key, accountId] = [newKey(), newAccountId()];
    const ended = { idleUntil: bench.now, endsAt: bench.now + 60, expiresAt: bench.now };
    const item = { pk: `SESSION#${key.sessionId}`, sk: "auth", version: 9, dataJson: "1", ...ended };
    const gone = { device: "x", signedInAt: 1, lastUsedAt: 1, expiresAt: bench.now };
    const indexed = { pk: `ACCOUNT#${accountId}`, sk: `SESSION#${key.sessionId}`, ...gone };
    for (const Item of [item, indexed]) {
      await byHand.send(new PutItemCommand({ TableName, Item: marshall(Item) }));
    }
    expect(await bench.tier.read(key)).toBeNull();
    expect(await bench.tier.touch(key, bench.now + 30)).toBe("absent");
    expect(await bench.tier.list(accountId)).toEqual([]);
    expect(await bench.tier.restore(key, bench.entry())).toEqual(bench.entry());
  });
});
