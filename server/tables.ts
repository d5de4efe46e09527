/** `bun run tables`: makes the ledger's table and says what it is; `--describe` only says it, `--delete` removes it. */
import { isConfigError, type LedgerConfig, readLedgerConfig } from "./config.ts";
import { TableAdmin } from "./store/dynamo/table.ts";

const USAGE = "Usage: bun run tables [--describe | --delete]";

const [option, ...more] = process.argv.slice(2);
if (more.length > 0 || (option && !["--describe", "--delete"].includes(option))) fail(USAGE);
const ledger = readLedgerConfig();
if (isConfigError(ledger)) fail(ledger.problem);

const admin = new TableAdmin(ledger);
const place = ledger.endpoint ?? `AWS, ${ledger.region}`;
const named = `Table ${ledger.table} (${place})`;
try {
  await run(ledger);
} catch (trouble) {
  fail(`${named}: ${inOneLine(trouble)}`);
} finally {
  admin.close();
}

async function run({ table, endpoint }: LedgerConfig): Promise<void> {
  if (option === "--delete") {
    const done = await admin.remove();
    console.log(
      done === "removed" ? `${named} was removed with all that was in it.` : `${named} is not there.`,
    );
    return;
  }
  const made = option === "--describe" ? null : await admin.ensure();
  const report = await admin.report();
  if (!report) fail(`${named} is not there. To make it: DYNAMODB_TABLE=${table} bun run tables`);
  const { status, items, billing, deletesExpired } = report;
  const what = made === "created" ? "was made" : made === "present" ? "is there already" : "is there";
  console.log(`${named} ${what}.`);
  console.log(`  status   ${status}`);
  console.log(`  items    ${items}${endpoint ? "" : " (counted every six hours)"}`);
  console.log(`  billing  ${billing === "PAY_PER_REQUEST" ? "per request" : billing.toLowerCase()}`);
  console.log(`  expired  ${deletesExpired ? "are deleted" : "stay, but are never shown (no TTL here)"}`);
}

/** An operator needs to know what to do, not where in the SDK it was noticed. */
function inOneLine(trouble: unknown): string {
  if (!(trouble instanceof Error)) return String(trouble);
  const isUnreachable = /ECONN|ENOTFOUND|ConnectionRefused|FailedToOpenSocket|Unable to connect|TimeoutError/;
  const code = "code" in trouble ? `${trouble.code}` : "";
  const said = [trouble.name, code, trouble.message].join(" ").replace(/\s+/g, " ");
  return isUnreachable.test(said)
    ? `nobody answers there (${trouble.message || code})`
    : `${trouble.name}: ${trouble.message.split("\n")[0]}`;
}

/** One line for a person, no stack. */
function fail(problem: string): never {
  console.error(problem);
  process.exit(1);
}
