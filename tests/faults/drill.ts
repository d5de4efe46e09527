/** `bun run drill`: breaks the local production shape under votes, lets it heal, and prints what became of the ballots. */
import { parseArgs } from "node:util";
import { HAPROXY, REDIS } from "../../infra/local/needed-programs.ts";
import { installPackages } from "../runner/install-packages.ts";

const USAGE = `Usage: bun run drill CASE… [--voters 1000] [--rate 600] [--ballots 100000]

Starts Redis Cluster, DynamoDB (in memory), three nodes and HAProxy on this machine, lets people vote in three polls,
breaks something, waits until all is well again, closes the polls, and compares what voters were told with what counts.
It takes about a minute for each case, and touches nothing that runs already.

  master        a Redis master is killed; its replica takes over; it comes back
  freeze        a master stands still, is replaced, and wakes up
  lag           a replica falls behind, and then has to take over
  fast-restart  a master restarts at once, once with its file and once empty
  all-redis     all of Redis is killed and comes back
  wipe          all of Redis loses everything at once
  dynamodb      the ledger goes away, falls silent, throttles, loses its answers
  both          Redis and the ledger go away, and come back in either order
  node          a node is killed: at any moment, after the ledger's yes, before it has told the ledger
  partition     one node does not see Redis; it goes on; the cable is mended, or the node dies
  migrate-slot  the poll moves to another shard
  all           every one of these

  --voters   people who vote
  --rate     their ballots in a second, all together
  --ballots  for wipe: ballots of people who voted before, so that there is something to rebuild

The table: ballots acknowledged, refused, and answered "not yet" (pending); ballots in the final results (counted);
voters whose acknowledged ballot is missing there (lost; atRisk: where nothing was promised, as a "replicated" ballot when
all of Redis and a node go together); votes that nobody cast (double). In ms: the longest wait of each voter during the
fault (gapP50, gapMax), the longest time without any yes (silence), the same on another shard (elsewhere), the first
yes after the fault (engaged); after healing until every browser shows what is true (converged) and Redis answers for
itself again (levelZero); from the close to the final result on every screen (final).
Exit code 1 if anything was lost, counted twice, or not as it must be.`;

const { values, positionals } = readArguments();
if (!(await installPackages([REDIS, HAPROXY]))) process.exit(1);
// Only now: what these import may just have been installed.
const { casesOf } = await import("./drill-cases.ts");
const { runDrill } = await import("./run-drill.ts");

const faults = casesOf(positionals, Number(values.ballots));
if ("unknown" in faults) fail(`There is no case "${faults.unknown}".`);
else {
  const [voters, perSecond] = [Number(values.voters), Number(values.rate)];
  process.exit((await runDrill(faults.faults, { voters, perSecond })) ? 0 : 1);
}

function readArguments() {
  try {
    const parsed = parseArgs({
      allowPositionals: true,
      options: {
        voters: { type: "string", default: "1000" },
        rate: { type: "string", default: "600" },
        ballots: { type: "string", default: "0" },
        help: { type: "boolean", short: "h" },
      },
    });
    const { voters, rate, ballots, help } = parsed.values;
    if (help) {
      console.log(USAGE);
      process.exit(0);
    }
    if (parsed.positionals.length === 0) return fail("Which case?");
    if (![voters, rate, ballots].every((number) => /^\d+$/.test(number)))
      return fail("A number is no number.");
    return parsed;
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

function fail(reason: string): never {
  console.error(`${reason}\n\n${USAGE}`);
  process.exit(1);
}
