/** The table itself: made, described, removed. For an operator's command and for a node against a stand-in. */
import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  ResourceInUseException,
  ResourceNotFoundException,
  type TableDescription,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
  waitUntilTableNotExists,
} from "@aws-sdk/client-dynamodb";
import { connectDynamo, type DynamoSettings } from "./connect-dynamo.ts";

export interface TableReport {
  /** `ACTIVE` once it can be used. */
  readonly status: string;
  /** As DynamoDB last counted; on AWS that is every six hours. */
  readonly items: number;
  readonly billing: string;
  /** Whether expired items are deleted some time later. They are never shown, either way. */
  readonly deletesExpired: boolean;
}

const REQUEST_MS = 5_000;
/** A new table takes some seconds on AWS, and none on a stand-in: the first look comes at once. */
const PATIENCE = { maxWaitTime: 120, minDelay: 0.05, maxDelay: 4 };
const EXPIRY = "expiresAt";

/** One table, over a connection of its own. What fails rejects with the error of the SDK. */
export class TableAdmin {
  readonly #client: DynamoDBClient;
  readonly #name: string;

  constructor(settings: DynamoSettings) {
    this.#client = connectDynamo(settings, REQUEST_MS);
    this.#name = settings.table;
  }

  /** Makes the table if it is not there, waits until it can be used, and has expired items deleted where that exists. */
  async ensure(): Promise<"created" | "present"> {
    const made = (await this.#describe()) ? "present" : await this.#create();
    await waitUntilTableExists({ client: this.#client, ...PATIENCE }, { TableName: this.#name });
    if (!(await this.#deletesExpired())) await this.#deleteExpired();
    return made;
  }

  /** `null`: there is no such table. */
  async report(): Promise<TableReport | null> {
    const table = await this.#describe();
    if (!table) return null;
    return {
      status: table.TableStatus ?? "unknown",
      items: table.ItemCount ?? 0,
      billing: table.BillingModeSummary?.BillingMode ?? "PROVISIONED",
      deletesExpired: await this.#deletesExpired(),
    };
  }

  /** Removes the table with all that is in it, and waits until it is gone. */
  async remove(): Promise<"removed" | "absent"> {
    const TableName = this.#name;
    const command = new DeleteTableCommand({ TableName });
    if (!(await unlessMissing(this.#client.send(command)))) return "absent";
    await waitUntilTableNotExists({ client: this.#client, ...PATIENCE }, { TableName });
    return "removed";
  }

  close(): void {
    this.#client.destroy();
  }

  async #describe(): Promise<TableDescription | null> {
    const command = new DescribeTableCommand({ TableName: this.#name });
    return (await unlessMissing(this.#client.send(command)))?.Table ?? null;
  }

  async #create(): Promise<"created" | "present"> {
    const keys = { pk: "HASH", sk: "RANGE" } as const;
    const names = ["pk", "sk"] as const;
    const command = new CreateTableCommand({
      TableName: this.#name,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
      KeySchema: names.map((AttributeName) => ({ AttributeName, KeyType: keys[AttributeName] })),
    });
    try {
      await this.#client.send(command);
      return "created";
    } catch (trouble) {
      // Several nodes start at once: who comes second finds it there.
      if (trouble instanceof ResourceInUseException) return "present";
      throw trouble;
    }
  }

  async #deletesExpired(): Promise<boolean> {
    const command = new DescribeTimeToLiveCommand({ TableName: this.#name });
    const answer = await unlessNotOffered(this.#client.send(command));
    return /^ENABL/.test(answer?.TimeToLiveDescription?.TimeToLiveStatus ?? "");
  }

  async #deleteExpired(): Promise<void> {
    const TimeToLiveSpecification = { Enabled: true, AttributeName: EXPIRY };
    const command = new UpdateTimeToLiveCommand({ TableName: this.#name, TimeToLiveSpecification });
    await unlessNotOffered(this.#client.send(command));
  }
}

async function unlessMissing<Answer>(asked: Promise<Answer>): Promise<Answer | null> {
  try {
    return await asked;
  } catch (trouble) {
    if (trouble instanceof ResourceNotFoundException) return null;
    throw trouble;
  }
}

/** Stand-ins may not know of it, and another node that starts at the same time may just have switched it on. */
async function unlessNotOffered<Answer>(asked: Promise<Answer>): Promise<Answer | null> {
  try {
    return await asked;
  } catch (trouble) {
    const { name } = trouble instanceof Error ? trouble : { name: "" };
    if (/^(UnknownOperation|Validation)Exception$/.test(name)) return null;
    throw trouble;
  }
}
