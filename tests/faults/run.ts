/**
 * The long forms of the fault runs, with a table of what they found: `bun run faults`, or some of them by name (`bun run
 * faults ledger`), or with `--seed 7`, `--kills 50`, `--frames 1000000`. Exit code 1 if anything was lost, counted twice or
 * not answered by the table.
 */
import { parseArgs } from "node:util";
import { startHostileNode, throwEverything } from "./hostile.ts";
import { killAgainAndAgain } from "./kill-nine.ts";

const RUNS = { "kill-nine": killNine, hostile, redis, ledger };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: "string", default: String(Date.now() % 2 ** 32) },
    kills: { type: "string", default: "25" },
    voters: { type: "string", default: "200" },
    frames: { type: "string", default: "200000" },
    requests: { type: "string", default: "20000" },
  },
});
const unknown = positionals.find((name) => !(name in RUNS));
if (unknown !== undefined) {
  console.error(`There is no run "${unknown}", only: ${Object.keys(RUNS).join(", ")}.`);
  process.exit(1);
}
const seed = Number(values.seed);
console.log(`seed ${seed}`);
let sound = true;
for (const [name, run] of Object.entries(RUNS)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  sound = (await run()) && sound;
}
process.exit(sound ? 0 : 1);

async function killNine(): Promise<boolean> {
  const [kills, voters] = [Number(values.kills), Number(values.voters)];
  const report = await killAgainAndAgain({ kills, voters, mostAnswers: 6_000, seed });
  console.log(`\nkill -9: ${kills} kills while ${voters} voters vote and change`);
  console.table(report.figures);
  console.log(`answers between start and kill: ${report.answersBeforeKills.join(", ")}`);
  const troubles = [...report.violations.map(({ rule, text }) => `${rule}: ${text}`), ...report.complaints];
  for (const trouble of troubles.slice(0, 20)) console.log(trouble);
  return troubles.length === 0;
}

async function hostile(): Promise<boolean> {
  const [frames, requests] = [Number(values.frames), Number(values.requests)];
  await using node = await startHostileNode();
  const report = await throwEverything(node, { frames, requests, seed });
  console.log(`\nhostile input: ${report.frames} frames, ${report.requests} requests`);
  console.table([Object.fromEntries(report.answersToFrames)]);
  console.table([Object.fromEntries(report.answersToRequests)]);
  const [warm, end] = [report.warmMb, report.endMb].map((megabytes) => megabytes.toFixed(1));
  console.log(`memory of the node: ${warm} MB after a third, ${end} MB at the end`);
  for (const complaint of report.complaints.slice(0, 20)) console.log(complaint);
  return report.complaints.length === 0;
}

/** Six redis-server, three nodes and a balancer: each fault is a test, and prints a row of the table at the end. */
function redis(): Promise<boolean> {
  return runTests("redis.short.test.ts", "redis.long.test.ts");
}

/** The same with DynamoDB beneath; a quarter of an hour. */
function ledger(): Promise<boolean> {
  return runTests("ledger.short.test.ts", "ledger.long.test.ts", "ledger-control.long.test.ts");
}

async function runTests(...names: string[]): Promise<boolean> {
  const files = names.map((name) => `./tests/faults/${name}`);
  const tests = Bun.spawn([process.execPath, "test", "--timeout=90000", ...files], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  return (await tests.exited) === 0;
}
