/** `bun run bench fanout`: how fast one snapshot reaches everybody, beside a peer and the ceiling. */
import type { BenchCluster } from "./bench-cluster.ts";
import { CORES } from "./cores.ts";
import type { Audience, FanoutJob, FanoutReport } from "./load/fanout-load.ts";
import { alternate, type Contender } from "./rounds.ts";
import { runJob } from "./run-job.ts";
import { peerRuntime, type Subject, startCeiling, startPollcast, startSocketIo } from "./subject.ts";
import { type Column, type Comparison, figuresTable, oneDecimal, ratiosTable, whole } from "./table.ts";

interface Sizes {
  readonly rounds: number;
  readonly audiences: readonly [small: Audience, large: Audience];
}

const FULL: Sizes = {
  rounds: 3,
  audiences: [
    { viewers: 1_000, snapshots: 30, everyMs: 100 },
    { viewers: 10_000, snapshots: 10, everyMs: 500 },
  ],
};
const QUICK: Sizes = {
  rounds: 1,
  audiences: [
    { viewers: 200, snapshots: 5, everyMs: 100 },
    { viewers: 2_000, snapshots: 3, everyMs: 200 },
  ],
};

const OURS = "ours on Redis";
const PEER = "Socket.IO";
const CEILING = "ceiling: server.publish";

const COLUMNS: readonly Column[] = [
  { head: "deliveries/s", of: "perSecond", show: whole, spread: true },
  { head: "p50 ms", of: "p50Ms", show: oneDecimal, spread: true },
  { head: "p99 ms", of: "p99Ms", show: oneDecimal, spread: true },
  { head: "server µs/delivery", of: "serverMicros", show: oneDecimal, spread: true },
  { head: "load µs/delivery", of: "loadMicros", show: oneDecimal },
  { head: "bytes", of: "bytes", show: whole },
  { head: "bytes of memory/viewer", of: "memoryPerViewer", show: whole, spread: true },
];

/** Runs everything and returns what to print. */
export async function benchFanout(cluster: BenchCluster, quick: boolean): Promise<string> {
  const sizes = quick ? QUICK : FULL;
  const rows = await alternate(contenders(cluster, sizes), sizes.rounds);
  return [
    "## fanout: one snapshot at a time to everybody who watches",
    explanation(sizes),
    figuresTable(COLUMNS, rows),
    ratiosTable(comparisons(sizes), rows),
  ].join("\n\n");
}

function explanation({ rounds, audiences: [small, large] }: Sizes): string {
  return `\
Median (least–most) of ${rounds} alternating rounds, every run a new process: ${small.snapshots} snapshots, one every ${small.everyMs} ms, to
${whole(small.viewers)} viewers, then ${large.snapshots}, one every ${large.everyMs} ms, to ${whole(large.viewers)}. deliveries/s: viewers ÷ time until the last one has it.
The time runs from the request for the snapshot: with ours a vote, through Redis and back (script, sharded Pub/Sub, tick);
with the others a message that carries the snapshot, handed on at once. The peer: Socket.IO 4, sharded Redis adapter,
${peerRuntime().name}. Memory: of the server in RAM, without the kernel's, for each idle viewer between the two audiences.`;
}

function contenders({ addresses }: BenchCluster, { audiences }: Sizes): Contender[] {
  const starts: [name: string, dialect: FanoutJob["dialect"], start: () => Promise<Subject>][] = [
    [OURS, "pollcast", () => startPollcast(addresses)],
    [PEER, "socketIo", () => startSocketIo(addresses, "tick")],
    [CEILING, "raw", () => startCeiling("publish")],
  ];
  return starts.map(([name, dialect, start]) => ({
    names: audiences.map(({ viewers }) => named(name, viewers)),
    async run() {
      await using server = await start();
      const job: FanoutJob = { dialect, port: server.port, serverPid: server.pid, audiences };
      const { figures, memoryPerViewer } = await runJob<FanoutReport>(CORES.load, "fanout-load.ts", job);
      const isLast = (index: number) => index === figures.length - 1;
      return figures.map((own, index) => (isLast(index) ? { ...own, memoryPerViewer } : { ...own }));
    },
  }));
}

function comparisons({ audiences }: Sizes): Comparison[] {
  const large = audiences[1].viewers;
  const compare = (of: string, unit: string, show: Comparison["show"], viewers: number) =>
    [PEER, CEILING].map((other) => ({
      ...{ of, unit, show },
      ...{ ours: named(OURS, viewers), other: named(other, viewers) },
    }));
  return [
    ...audiences.flatMap(({ viewers }) => compare("perSecond", "deliveries/s", whole, viewers)),
    ...compare("p99Ms", "p99 ms", oneDecimal, large),
    ...compare("serverMicros", "server µs/delivery", oneDecimal, large),
    ...compare("memoryPerViewer", "bytes/viewer", whole, large),
  ];
}

function named(name: string, viewers: number): string {
  return `${name}, ${whole(viewers)} viewers`;
}
