/**
 * `bun run bench [cast] [fanout] [--quick]`: prints Markdown tables, as `docs/benchmarks.md` keeps them. Needs
 * `redis-server` and `taskset`; the peer runs on Node where there is one. Nothing in the suite waits for these figures.
 */
import { cpus, loadavg } from "node:os";
import { startBenchCluster } from "./bench-cluster.ts";
import { benchCast } from "./cast.ts";
import { describeCores } from "./cores.ts";
import { benchFanout } from "./fanout.ts";

const BENCHES = { cast: benchCast, fanout: benchFanout };
const arguments_ = process.argv.slice(2);
const quick = arguments_.includes("--quick");
const named = arguments_.filter((argument) => argument !== "--quick");
const wanted = named.length > 0 ? named : Object.keys(BENCHES);

const unknown = wanted.find((name) => !(name in BENCHES));
if (unknown !== undefined) {
  console.error(`There is no bench "${unknown}"; there are ${Object.keys(BENCHES).join(", ")}.`);
  process.exit(2);
}

await using cluster = await startBenchCluster();
console.log(`${machine()}\n`);
for (const [name, bench] of Object.entries(BENCHES)) {
  if (wanted.includes(name)) console.log(`${await bench(cluster, quick)}\n`);
}

/** Figures are worth what the machine was: `load` of others above 0.3 or so makes them provisional. */
function machine(): string {
  const [{ model = "" } = {}] = cpus();
  const load = loadavg()[0]?.toFixed(1);
  return `${cpus().length} × ${model}, Bun ${Bun.version}, load average before: ${load}. ${describeCores()}.`;
}
