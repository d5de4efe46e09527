/** `bun run bench cast`: how many votes a second one node acknowledges, beside a peer and the ceilings. */
import type { BenchCluster } from "./bench-cluster.ts";
import { CORES } from "./cores.ts";
import type { CastJob, CastReport } from "./load/cast-load.ts";
import type { CastFigures } from "./load/meter.ts";
import type { StoreJob } from "./load/store-load.ts";
import { alternate, type Contender } from "./rounds.ts";
import { runJob } from "./run-job.ts";
import { peerRuntime, type Subject, startCeiling, startPollcast, startSocketIo } from "./subject.ts";
import {
  type Column,
  type Comparison,
  figuresTable,
  oneDecimal,
  percent,
  ratiosTable,
  whole,
} from "./table.ts";

const FULL = { rounds: 3, warmUpMs: 1_000, measureMs: 2_000, firstVoters: 10_000, firstPolls: 3 };
const QUICK: typeof FULL = { rounds: 1, warmUpMs: 300, measureMs: 300, firstVoters: 2_000, firstPolls: 1 };
const SOME = 1_000;
const MANY = 4_000;

const ROW = {
  ours: "ours on Redis: changes",
  oursMany: "ours on Redis: changes, 4,000 in flight",
  oursFirst: "ours on Redis: first votes",
  ledger: "ours on Redis, ledger beneath: changes",
  ledgerFirst: "ours on Redis, ledger beneath: first votes",
  embedded: "ours embedded: changes",
  embeddedFirst: "ours embedded: first votes",
  tick: "Socket.IO, tells every 50 ms: changes",
  tickFirst: "Socket.IO, tells every 50 ms: first votes",
  vote: "Socket.IO, tells every vote: changes",
  voteFirst: "Socket.IO, tells every vote: first votes",
  echo: "ceiling: echo of raw Bun.serve",
  store: "our store alone",
  storeMany: "our store alone, 4,000 in flight",
  register: "ceiling: register script, no WAIT",
  registerWait: "ceiling: register script, WAIT 1",
  registerWaitMany: "ceiling: register script, WAIT 1, 4,000",
} as const;

const COLUMNS: readonly Column[] = [
  { head: "votes/s", of: "perSecond", show: whole, spread: true },
  { head: "p50 ms", of: "p50Ms", show: oneDecimal },
  { head: "p99 ms", of: "p99Ms", show: oneDecimal },
  { head: "server µs/vote", of: "serverMicros", show: oneDecimal, spread: true },
  { head: "of its core", of: "coreUsed", show: percent },
  { head: "Redis µs/vote", of: "redisMicros", show: oneDecimal },
  { head: "load µs/vote", of: "loadMicros", show: oneDecimal },
  { head: "viewer told/s", of: "seenPerSecond", show: whole },
  { head: "not counted", of: "notCounted", show: whole },
];

const votes = (ours: string, other: string): Comparison => ({
  ...{ of: "perSecond", unit: "votes/s", show: whole },
  ...{ ours, other },
});
/** Of the server's CPU time: holds where the machine had other things to do as well. */
const cost = (ours: string, other: string): Comparison => ({
  ...{ of: "serverMicros", unit: "server µs/vote", show: oneDecimal },
  ...{ ours, other },
});
const COMPARISONS: readonly Comparison[] = [
  votes(ROW.ours, ROW.tick),
  votes(ROW.ours, ROW.vote),
  votes(ROW.oursFirst, ROW.tickFirst),
  votes(ROW.oursFirst, ROW.voteFirst),
  votes(ROW.ledger, ROW.ours),
  votes(ROW.ledgerFirst, ROW.oursFirst),
  votes(ROW.ours, ROW.embedded),
  votes(ROW.ours, ROW.echo),
  votes(ROW.ours, ROW.registerWait),
  votes(ROW.store, ROW.registerWait),
  votes(ROW.storeMany, ROW.registerWaitMany),
  votes(ROW.registerWait, ROW.register),
  cost(ROW.ledger, ROW.ours),
  cost(ROW.ours, ROW.tick),
  cost(ROW.ours, ROW.vote),
  cost(ROW.ours, ROW.echo),
  cost(ROW.ours, ROW.store),
];

/** Runs everything and returns what to print. */
export async function benchCast(cluster: BenchCluster, quick: boolean): Promise<string> {
  const sizes = quick ? QUICK : FULL;
  const rows = await alternate([...voting(cluster, sizes), ...storing(cluster, sizes)], sizes.rounds);
  return [
    `## cast: ${whole(SOME)} ballots in flight into one poll`,
    explanation(sizes),
    figuresTable(COLUMNS, rows),
    ratiosTable(COMPARISONS, rows),
  ].join("\n\n");
}

function explanation({ rounds, measureMs, firstVoters, firstPolls }: typeof FULL): string {
  return `\
Median (least–most) of ${rounds} alternating rounds, every run a new process measured for ${measureMs} ms after a warm-up.
Each ballot in flight is of another voter on a socket of its own; one viewer watches.
changes: each ballot another option with a greater revision. first votes: one each of ${whole(firstVoters)} voters, ${firstPolls}×.
Counted is what was acknowledged (ours as "replicated" or "embedded"); after each run the tally equalled that (the peer
only adds: its sum did). The peer: Socket.IO 4, sharded Redis adapter, ${peerRuntime().name}, SISMEMBER, SADD and HINCRBY per vote.
Store and register have no sockets: their client stands as the server.`;
}

interface Voting {
  readonly names: readonly [changes: string, firstVotes?: string];
  readonly inFlight?: number;
  readonly start: () => Promise<Subject>;
  readonly says: Pick<CastJob, "dialect" | "durability">;
}

function voting(cluster: BenchCluster, sizes: typeof FULL): Contender[] {
  const { addresses, ledger } = cluster;
  const ours = { dialect: "pollcast", durability: "replicated" } as const;
  const peer = { dialect: "socketIo", durability: "primary" } as const;
  const contenders: Voting[] = [
    { names: [ROW.ours, ROW.oursFirst], start: () => startPollcast(addresses), says: ours },
    { names: [ROW.ledger, ROW.ledgerFirst], start: () => startPollcast(addresses, ledger), says: ours },
    { names: [ROW.tick, ROW.tickFirst], start: () => startSocketIo(addresses, "tick"), says: peer },
    { names: [ROW.vote, ROW.voteFirst], start: () => startSocketIo(addresses, "vote"), says: peer },
    { names: [ROW.oursMany], inFlight: MANY, start: () => startPollcast(addresses), says: ours },
    {
      names: [ROW.embedded, ROW.embeddedFirst],
      start: () => startPollcast(null),
      says: { dialect: "pollcast", durability: "embedded" },
    },
    { names: [ROW.echo], start: () => startCeiling("echo"), says: { dialect: "raw", durability: "none" } },
  ];
  return contenders.map(({ names: [changes, firstVotes], inFlight = SOME, start, says }) => ({
    names: firstVotes === undefined ? [changes] : [changes, firstVotes],
    async run() {
      await using server = await start();
      const job: CastJob = {
        ...says,
        ...sizes,
        inFlight,
        port: server.port,
        serverPid: server.pid,
        redisPids: cluster.redisPids,
        firstVoters: firstVotes === undefined ? 0 : sizes.firstVoters,
      };
      const { change, first } = await runJob<CastReport>(CORES.load, "cast-load.ts", job);
      return first ? [withCore(change), withCore(first)] : [withCore(change)];
    },
  }));
}

function storing({ redis, redisPids }: BenchCluster, { warmUpMs, measureMs }: typeof FULL): Contender[] {
  const rows: [name: string, what: StoreJob["what"], inFlight: number][] = [
    [ROW.store, "store", SOME],
    [ROW.storeMany, "store", MANY],
    [ROW.registerWait, "registerAndWait", SOME],
    [ROW.registerWaitMany, "registerAndWait", MANY],
    [ROW.register, "register", SOME],
  ];
  return rows.map(([name, what, inFlight]) => ({
    names: [name],
    async run() {
      const job: StoreJob = { what, inFlight, redis, redisPids, warmUpMs, measureMs };
      const figures = await runJob<CastFigures>(CORES.server, "store-load.ts", job);
      const { seenPerSecond, loadMicros, ...own } = withCore(figures);
      return [own];
    },
  }));
}

/** How much of one core the server used: far below 100 % something else was the limit. */
function withCore(figures: CastFigures) {
  return { ...figures, coreUsed: (figures.perSecond * figures.serverMicros) / 1_000_000 };
}
