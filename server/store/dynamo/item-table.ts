/** The one table: items put, changed, read and deleted. Reads are strongly consistent, and never see what has expired. */
import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
  type WriteRequest,
} from "@aws-sdk/client-dynamodb";
import { Outage } from "../../app/outage.ts";
import type { Clock } from "../../app/ports.ts";
import { LEDGER } from "../tiers/health.ts";
import { type AskTimes, type AttemptOptions, ask } from "./ask.ts";
import { isConditionFailure, Unprocessed } from "./dynamo-errors.ts";
import { type Expression, fromWire, type Item, isExpired, type Key, toWire, wholeSeconds } from "./item.ts";
import type { Lanes } from "./lanes.ts";

/** When asking again is likely to help (ms) where nobody was asked. */
const AWAY_RETRY_MS = 1_000;

interface ItemTableParts {
  /** Whether nobody need wait for it. */
  readonly isAway?: () => boolean;
  readonly client: DynamoDBClient;
  readonly name: string;
  readonly times: AskTimes;
  /** For writes that come in bursts; without it a request is sent at once. */
  readonly lanes: Lanes;
  /** Epoch ms: what has expired is a matter of wall clocks. */
  readonly clock: Clock;
}

/** For writes that come by the thousand. What keeps a node believed or a poll steered does not queue behind them. */
export interface WriteOptions {
  readonly inLane?: boolean;
}

/** The most that one BatchWriteItem, and one BatchGetItem, takes. */
const BATCH_PUTS = 25;
export const BATCH_GETS = 100;

export class ItemTable {
  readonly #parts: ItemTableParts;

  constructor(parts: ItemTableParts) {
    this.#parts = parts;
  }

  /** The present second, as `expiresAt` counts. */
  get second(): number {
    return wholeSeconds(this.#parts.clock());
  }

  /** The item, or `null` if there is none or it has expired. */
  async get(key: Key): Promise<Item | null> {
    const { Item: found } = await this.#send((client, TableName, options) =>
      client.send(new GetItemCommand({ TableName, Key: keyOf(key), ConsistentRead: true }), options),
    );
    return this.#live(found ? [fromWire(found)] : [])[0] ?? null;
  }

  /** Puts an item. `false`: the condition does not hold. */
  async put(item: Item, condition?: Expression, { inLane = false }: WriteOptions = {}): Promise<boolean> {
    const Item = toWire(item);
    const answer = await this.#sendIf(inLane, (client, TableName, options) =>
      client.send(new PutItemCommand({ TableName, Item, ...conditionOf(condition) }), options),
    );
    return answer !== null;
  }

  /** Changes an item, or makes it. The item after that, or `null`: the condition does not hold. */
  async update(key: Key, change: Expression, condition: string): Promise<Item | null> {
    const input = {
      Key: keyOf(key),
      UpdateExpression: change.text,
      ConditionExpression: condition,
      ReturnValues: "ALL_NEW",
      ...valuesOf(change),
    } as const;
    const answer = await this.#sendIf(false, (client, TableName, options) =>
      client.send(new UpdateItemCommand({ TableName, ...input }), options),
    );
    return answer && fromWire(answer.Attributes ?? {});
  }

  async delete(key: Key): Promise<void> {
    await this.#send((client, TableName, options) =>
      client.send(new DeleteItemCommand({ TableName, Key: keyOf(key) }), options),
    );
  }

  /** `false`: the condition does not hold. */
  async deleteIf(key: Key, condition: Expression): Promise<boolean> {
    const input = { Key: keyOf(key), ...conditionOf(condition) };
    const answer = await this.#sendIf(false, (client, TableName, options) =>
      client.send(new DeleteItemCommand({ TableName, ...input }), options),
    );
    return answer !== null;
  }

  /**
   * The last items of a partition, the greatest sort key first: at most `limit` (of some KB each) of those that begin
   * with `prefix`, below `before` where that is given.
   */
  async lastItems(
    { pk, prefix }: { pk: string; prefix: string },
    limit: number,
    before: string | null,
  ): Promise<readonly Item[]> {
    const input = {
      KeyConditionExpression: "pk = :pk AND begins_with(sk, :prefix)",
      ExpressionAttributeValues: toWire({ ":pk": pk, ":prefix": prefix }),
      ConsistentRead: true,
      ScanIndexForward: false,
      Limit: limit,
      ...(before !== null && { ExclusiveStartKey: keyOf({ pk, sk: before }) }),
    };
    const page = await this.#send((client, TableName, options) =>
      client.send(new QueryCommand({ TableName, ...input }), options),
    );
    return this.#live((page.Items ?? []).map(fromWire));
  }

  /** All items of a partition, or those whose sort key begins with `prefix`, in pages of up to 1 MB. */
  async *pages(pk: string, prefix = ""): AsyncGenerator<readonly Item[]> {
    for await (const page of this.#query({ pk, prefix, keysOnly: false })) yield this.#live(page);
  }

  /** Up to `limit` items of a partition behind this sort key (`""`: from the start). `next`: the last one's, if there are more. */
  async page(
    pk: string,
    limit: number,
    after: string,
  ): Promise<{ items: readonly Item[]; next: string | null }> {
    const input = {
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: toWire({ ":pk": pk }),
      ConsistentRead: true,
      Limit: limit,
      ...(after && { ExclusiveStartKey: keyOf({ pk, sk: after }) }),
    };
    const { Items = [], LastEvaluatedKey } = await this.#send((client, TableName, options) =>
      client.send(new QueryCommand({ TableName, ...input }), options),
    );
    const next = LastEvaluatedKey ? fromWire(LastEvaluatedKey).sk : null;
    return { items: this.#live(Items.map(fromWire)), next };
  }

  /** The keys of a partition, of expired items too: those are to be deleted as well. */
  keys(pk: string): AsyncGenerator<readonly Key[]> {
    return this.#query({ pk, prefix: "", keysOnly: true });
  }

  /** Puts items that need no condition, at most 25. */
  async putAll(items: readonly Item[], options: WriteOptions = {}): Promise<void> {
    const [only] = items;
    if (only && items.length === 1) await this.put(only, undefined, options);
    else await this.#writeBatch(items.map((item) => ({ PutRequest: { Item: toWire(item) } })));
  }

  /** Deletes items, 25 at a time. */
  async deleteAll(keys: readonly Key[]): Promise<void> {
    for (let start = 0; start < keys.length; start += BATCH_PUTS) {
      const batch = keys.slice(start, start + BATCH_PUTS);
      await this.#writeBatch(batch.map((key) => ({ DeleteRequest: { Key: keyOf(key) } })));
    }
  }

  /** Those of the items that are there; at most 100 different keys. */
  async getAll(keys: readonly Key[]): Promise<readonly Item[]> {
    const found: Item[] = [];
    let wanted = keys.map(keyOf);
    if (wanted.length === 0) return found;
    await this.#send(async (client, table, options) => {
      const RequestItems = { [table]: { Keys: wanted, ConsistentRead: true } };
      const answer = await client.send(new BatchGetItemCommand({ RequestItems }), options);
      found.push(...(answer.Responses?.[table] ?? []).map(fromWire));
      wanted = answer.UnprocessedKeys?.[table]?.Keys ?? [];
      if (wanted.length > 0) throw new Unprocessed(wanted.length);
    });
    return this.#live(found);
  }

  /** Lets go of the connections. */
  close(): void {
    this.#parts.client.destroy();
  }

  async #writeBatch(requests: readonly WriteRequest[]): Promise<void> {
    let left = [...requests];
    if (left.length === 0) return;
    await this.#sendIf(true, async (client, table, options) => {
      const input = { RequestItems: { [table]: left } };
      const { UnprocessedItems } = await client.send(new BatchWriteItemCommand(input), options);
      left = UnprocessedItems?.[table] ?? [];
      if (left.length > 0) throw new Unprocessed(left.length);
    });
  }

  /** Each page has the time of one request: a large partition takes as long as it takes. */
  async *#query({ pk, prefix, keysOnly }: Query): AsyncGenerator<readonly Item[]> {
    const input = {
      KeyConditionExpression: prefix ? "pk = :pk AND begins_with(sk, :prefix)" : "pk = :pk",
      ExpressionAttributeValues: toWire({ ":pk": pk, ...(prefix && { ":prefix": prefix }) }),
      ConsistentRead: true,
      ...(keysOnly && { ProjectionExpression: "pk, sk" }),
    };
    let from: Attributes | undefined;
    do {
      const page = await this.#send((client, TableName, options) =>
        client.send(new QueryCommand({ TableName, ...input, ExclusiveStartKey: from }), options),
      );
      yield (page.Items ?? []).map(fromWire);
      from = page.LastEvaluatedKey;
    } while (from);
  }

  #live(items: readonly Item[]): readonly Item[] {
    const now = this.#parts.clock();
    return items.filter((item) => !isExpired(item, now));
  }

  /** `null`: the condition does not hold. */
  async #sendIf<Answer>(inLane: boolean, attempt: Attempt<Answer>): Promise<Answer | null> {
    const { lanes } = this.#parts;
    const queued: Attempt<Answer> = (client, table, options) =>
      lanes.run(options.abortSignal, () => attempt(client, table, options));
    try {
      return await this.#send(inLane ? queued : attempt);
    } catch (trouble) {
      if (isConditionFailure(trouble)) return null;
      throw trouble;
    }
  }

  #send<Answer>(attempt: Attempt<Answer>): Promise<Answer> {
    const { client, name, times, isAway } = this.#parts;
    if (isAway?.())
      return Promise.reject(new Outage(LEDGER, AWAY_RETRY_MS, new Error("it is known to be away")));
    return ask(times, (options) => attempt(client, name, options));
  }
}

/** Whatever else there is beside the key, a request names the key only. */
function keyOf({ pk, sk }: Key): Attributes {
  return toWire({ pk, sk });
}

type Attributes = Record<string, AttributeValue>;
type Attempt<Answer> = (client: DynamoDBClient, table: string, options: AttemptOptions) => Promise<Answer>;

interface Query {
  readonly pk: string;
  readonly prefix: string;
  readonly keysOnly: boolean;
}

/** A condition with the values of its names, as a request says it. */
function conditionOf(condition: Expression | undefined) {
  return condition && { ConditionExpression: condition.text, ...valuesOf(condition) };
}

/** A request may not name values that it does not have. */
function valuesOf({ values }: Expression) {
  return values && { ExpressionAttributeValues: toWire(values) };
}
