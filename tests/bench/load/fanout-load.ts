/** The load generator of `bench fanout`, a process of its own: one job in, its report out, both JSON. */
import { percentile } from "../spread.ts";
import { DIALECTS, type Dialect } from "./dialect.ts";
import { openPoll } from "./poll-of-bench.ts";
import { cpuMicroseconds, residentBytes } from "./process-figures.ts";
import { textFrame } from "./raw-frames.ts";
import { openSockets, type RawSocket } from "./raw-socket.ts";
import { Viewers } from "./viewers.ts";

export interface FanoutJob {
  readonly dialect: keyof typeof DIALECTS;
  readonly port: number;
  readonly serverPid: number;
  /** Ascending. */
  readonly audiences: readonly Audience[];
}

export interface Audience {
  readonly viewers: number;
  readonly snapshots: number;
  /** From one snapshot to the next (ms): more than any server's own tick, so that each is told at once. */
  readonly everyMs: number;
}

/** Snapshots to one audience. CPU times are per delivery. */
export interface FanoutFigures {
  /** Viewers ÷ the time until the last of them has it. */
  readonly perSecond: number;
  /** From asking for the snapshot to a viewer's having it. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly serverMicros: number;
  readonly loadMicros: number;
  readonly bytes: number;
}

export interface FanoutReport {
  readonly figures: readonly FanoutFigures[];
  /** Of the server (bytes), for each idle viewer more between the smallest and the largest audience. */
  readonly memoryPerViewer: number;
}

/** Sockets that have just been opened leave work behind them: viewer counts, garbage (ms). */
const QUIET_MS = 2_500;

class FanoutLoad {
  readonly #job: FanoutJob;
  readonly #dialect: Dialect;
  readonly #viewers: Viewers;
  readonly #memory: { readonly viewers: number; readonly bytes: number }[] = [];
  #number = 0;

  constructor(job: FanoutJob) {
    this.#job = job;
    this.#dialect = DIALECTS[job.dialect];
    this.#viewers = new Viewers(this.#dialect);
  }

  async run(): Promise<FanoutReport> {
    const pollId = await openPoll(this.#job);
    const [driver] = await this.#open(1, () => {});
    if (!driver) throw new Error("no socket to vote with");
    const figures: FanoutFigures[] = [];
    for (const audience of this.#job.audiences) {
      await this.#arrive(pollId, audience.viewers - this.#viewers.count);
      this.#memory.push({ viewers: audience.viewers, bytes: residentBytes(this.#job.serverPid) });
      figures.push(await this.#tell(driver, pollId, audience));
    }
    return { figures, memoryPerViewer: this.#memoryPerViewer() };
  }

  async #arrive(pollId: string, count: number): Promise<void> {
    const first = this.#viewers.count;
    this.#viewers.expect(count);
    const sockets = await this.#open(count, (index, bytes) => this.#viewers.hear(first + index, bytes));
    const watch = this.#dialect.watch(pollId);
    for (const socket of sockets) if (watch !== null) socket.send(textFrame(watch));
    await Bun.sleep(QUIET_MS);
  }

  async #tell(driver: RawSocket, pollId: string, audience: Audience): Promise<FanoutFigures> {
    const waits = new Float64Array(audience.snapshots * audience.viewers);
    const cpu = () => [cpuMicroseconds([this.#job.serverPid]), cpuMicroseconds([process.pid])] as const;
    const [serverBefore, loadBefore] = cpu();
    let spentMs = 0;
    for (let snapshot = 0; snapshot < audience.snapshots; snapshot += 1) {
      const at = performance.now();
      const told = this.#viewers.next(this.#nextOption(), (index, now) => {
        waits[snapshot * audience.viewers + index] = now - at;
      });
      driver.send(textFrame(this.#dialect.tell(pollId, this.#number, this.#viewers.option)));
      await told;
      spentMs += performance.now() - at;
      await Bun.sleep(Math.max(0, audience.everyMs - (performance.now() - at)));
    }
    const [serverAfter, loadAfter] = cpu();
    waits.sort();
    return {
      perSecond: (waits.length / spentMs) * 1000,
      p50Ms: percentile(waits, 0.5),
      p99Ms: percentile(waits, 0.99),
      serverMicros: (serverAfter - serverBefore) / waits.length,
      loadMicros: (loadAfter - loadBefore) / waits.length,
      bytes: this.#viewers.bytes,
    };
  }

  /** The one vote wanders between two options, so that each snapshot differs from the last. */
  #nextOption(): 1 | 2 {
    this.#number += 1;
    return this.#number % 2 === 0 ? 1 : 2;
  }

  #memoryPerViewer(): number {
    const [smallest, largest] = [this.#memory[0], this.#memory.at(-1)];
    if (!smallest || !largest || smallest === largest) return Number.NaN;
    return (largest.bytes - smallest.bytes) / (largest.viewers - smallest.viewers);
  }

  #open(count: number, onBytes: (index: number, bytes: Buffer) => void): Promise<RawSocket[]> {
    const address = { hostname: "127.0.0.1", port: this.#job.port };
    return openSockets({ address, dialect: this.#dialect, count, onBytes, onEnd: fail });
  }
}

function fail(why: Error): never {
  console.error(why);
  process.exit(1);
}

const job = JSON.parse(process.argv[2] ?? "") as FanoutJob; // written by `fanout.ts`
const report = await new FanoutLoad(job).run();
console.log(JSON.stringify(report));
process.exit(0);
