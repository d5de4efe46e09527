import { percentile } from "../spread.ts";
import { cpuMicroseconds } from "./process-figures.ts";

/** Processes whose CPU time is measured. */
export interface Measured {
  readonly serverPid: number;
  readonly redisPids: readonly number[];
}

/** Figures of acknowledged ballots. CPU times are per ballot, and of all threads of the processes. */
export interface CastFigures {
  readonly perSecond: number;
  readonly serverMicros: number;
  readonly redisMicros: number;
  readonly loadMicros: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Frames a second that somebody saw who watched. */
  readonly seenPerSecond: number;
  /** Answers that were not an acknowledgement, or one with less durability than asked for. */
  readonly notCounted: number;
}

interface Costs {
  readonly at: number;
  readonly server: number;
  readonly redis: number;
  readonly load: number;
}

/** Counts and costs while it runs; may be started and paused many times. */
export class Meter {
  readonly #measured: Measured;
  readonly #waits: number[] = [];
  readonly #spent = { at: 0, server: 0, redis: 0, load: 0 };
  #notCounted = 0;
  #seen = 0;
  #since: Costs | null = null;

  constructor(measured: Measured) {
    this.#measured = measured;
  }

  start(): void {
    this.#since = this.#costs();
  }

  pause(): void {
    if (!this.#since) return;
    const now = this.#costs();
    for (const cost of ["at", "server", "redis", "load"] as const) {
      this.#spent[cost] += now[cost] - this.#since[cost];
    }
    this.#since = null;
  }

  acknowledged(waitedMs: number, durable: boolean): void {
    if (!this.#since) return;
    if (durable) this.#waits.push(waitedMs);
    else this.#notCounted += 1;
  }

  notAcknowledged(): void {
    if (this.#since) this.#notCounted += 1;
  }

  seen(): void {
    if (this.#since) this.#seen += 1;
  }

  figures(): CastFigures {
    const count = this.#waits.length;
    if (count === 0) throw new Error("not one ballot was acknowledged as durable as it should be");
    const waits = Float64Array.from(this.#waits).sort();
    const { at, server, redis, load } = this.#spent;
    return {
      perSecond: (count / at) * 1000,
      serverMicros: server / count,
      redisMicros: redis / count,
      loadMicros: load / count,
      p50Ms: percentile(waits, 0.5),
      p99Ms: percentile(waits, 0.99),
      seenPerSecond: (this.#seen / at) * 1000,
      notCounted: this.#notCounted,
    };
  }

  #costs(): Costs {
    const { serverPid, redisPids } = this.#measured;
    return {
      at: performance.now(),
      server: cpuMicroseconds([serverPid]),
      redis: cpuMicroseconds(redisPids),
      load: cpuMicroseconds([process.pid]),
    };
  }
}
