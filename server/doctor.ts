/**
 * `bun run doctor`: of each store and setting, whether it works, how fast, and what to do if not. Exit code 1 if something
 * that is configured does not work. `--json` for programs; `--redis-user` prints the ACL user that Redis needs.
 */
import { type Config, isConfigError, readConfig } from "./config.ts";
import { examineSettings } from "./examine-settings.ts";
import type { Finding } from "./ops/finding.ts";
import { printFindings } from "./print-findings.ts";
import { examineTable } from "./store/dynamo/examine-table.ts";
import { examineFolder } from "./store/embedded/examine-folder.ts";
import { examineRedis } from "./store/redis/examine-redis.ts";
import { aclUser } from "./store/redis/least-rights.ts";

const USAGE = "Usage: bun run doctor [--json | --redis-user]";

const [option, ...more] = process.argv.slice(2);
if (option === "--help" || option === "-h") end(USAGE, 0);
if (more.length > 0 || (option && !["--json", "--redis-user"].includes(option))) end(USAGE, 1);
if (option === "--redis-user") end(aclUser("pollcast", "PASSWORD"), 0);

const config = readConfig();
const findings = isConfigError(config) ? [refusal(config.problem)] : await examine(config);
const code = findings.some(({ state }) => state === "failed") ? 1 : 0;
end(
  option === "--json" ? JSON.stringify({ works: code === 0, findings }, null, 2) : printFindings(findings),
  code,
);

async function examine(config: Config): Promise<Finding[]> {
  const { redis, ledger, dataDir } = config;
  const stores = await Promise.all([
    redis ? examineRedis(redis) : [],
    ledger ? examineTable(ledger) : [],
    redis || ledger ? [] : examineFolder(dataDir),
  ]);
  return [...examineSettings(config), ...stores.flat()];
}

/** `PORT must be …. Example: PORT=8080` */
function refusal(problem: string): Finding {
  const [said = "", example = ""] = problem.split(" Example: ");
  const subject = said.split(" ")[0] ?? "";
  return { subject, state: "failed", said, ...(example && { action: `for example ${example}` }) };
}

function end(text: string, code: number): never {
  console.log(text);
  process.exit(code);
}
