/** Examines the ledger's table as it is configured, for `bun run doctor`. */
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { type Finding, judge, typicalMs } from "../../ops/finding.ts";
import { connectDynamo, type DynamoSettings } from "./connect-dynamo.ts";
import { causeOf } from "./dynamo-errors.ts";
import { DynamoLedger } from "./dynamo-ledger.ts";
import { TableAdmin, type TableReport } from "./table.ts";

const SUBJECT = "DynamoDB";
const REQUEST_MS = 5_000;
/** Above this a ballot that goes past Redis begins to be felt. */
const SLOW_MS = 100;
const UNREACHABLE = /ECONN|ENOTFOUND|ConnectionRefused|FailedToOpenSocket|Unable to connect|Timeout/i;
const NO_RIGHTS = /Credentials|AccessDenied|UnrecognizedClient|InvalidSignature|ExpiredToken/i;

/** `createTable`: a node makes a missing one by itself. Never rejects: what does not answer is a finding. */
export async function examineTable(
  settings: DynamoSettings & { readonly createTable: boolean },
): Promise<Finding[]> {
  const admin = new TableAdmin(settings);
  try {
    const report = await admin.report();
    if (!report) return [judgeMissing(settings)];
    return [await examineRequests(settings, report), judgeExpiry(settings, report)];
  } catch (trouble) {
    return [{ subject: SUBJECT, state: "failed", ...explain(settings, trouble) }];
  } finally {
    admin.close();
  }
}

function judgeMissing({ table, createTable }: DynamoSettings & { readonly createTable: boolean }): Finding {
  const said = `table ${table} is not there`;
  return createTable
    ? { subject: SUBJECT, state: "warning", said, action: "nothing: a node makes it when it starts" }
    : { subject: SUBJECT, state: "failed", said, action: `make it: DYNAMODB_TABLE=${table} bun run tables` };
}

/** Reads as a node reads, and writes as it writes. */
async function examineRequests(settings: DynamoSettings, { status, billing }: TableReport): Promise<Finding> {
  const { table: TableName } = settings;
  const client = connectDynamo(settings, REQUEST_MS);
  const ledger = new DynamoLedger({ settings, ballotRetentionDays: 1, clock: Date.now });
  try {
    const key = { pk: { S: "DOCTOR" }, sk: { S: "DOCTOR" } };
    const p50Ms = await typicalMs(() =>
      client.send(new GetItemCommand({ TableName, Key: key, ConsistentRead: true })),
    );
    await ledger.probe("doctor");
    const said = `table ${TableName}: ${status.toLowerCase()}, ${billing === "PAY_PER_REQUEST" ? "per request" : billing.toLowerCase()}, takes writes`;
    const action = "put nodes and table in the same region; see throttled requests in the table's metrics";
    return { ...judge(SUBJECT, p50Ms < SLOW_MS, said, action), p50Ms };
  } catch (trouble) {
    return { subject: SUBJECT, state: "failed", ...explain(settings, trouble) };
  } finally {
    client.destroy();
    await ledger.close();
  }
}

function judgeExpiry({ endpoint }: DynamoSettings, { deletesExpired }: TableReport): Finding {
  const subject = "DynamoDB TTL";
  if (deletesExpired || !endpoint) {
    const said = deletesExpired
      ? "on: what has expired is deleted"
      : "off: what has expired stays, and is paid for";
    return judge(subject, deletesExpired, said, "switch it on: bun run tables");
  }
  return { subject, state: "ok", said: "not offered by this stand-in; what has expired is never shown" };
}

function explain({ endpoint, region }: DynamoSettings, trouble: unknown): Pick<Finding, "said" | "action"> {
  // An outage of the ledger has what was said as its cause.
  const cause = trouble instanceof Error && trouble.cause instanceof Error ? trouble.cause : trouble;
  const said = causeOf(cause).message.split("\n")[0] ?? "";
  const place = endpoint ?? `AWS, ${region}`;
  if (NO_RIGHTS.test(said)) {
    return {
      said,
      action: "give this process credentials that may use the table (a role, or AWS_ACCESS_KEY_ID)",
    };
  }
  if (UNREACHABLE.test(said)) {
    return {
      said: `nobody answers at ${place} (${said})`,
      action: "see that DYNAMODB_ENDPOINT and AWS_REGION are right, and that this machine may reach it",
    };
  }
  return { said, action: `see what DynamoDB says (${place})` };
}
