import type { StoreReport } from "../../../shared/ops-report.ts";
import type { Clock } from "../../app/ports.ts";
import type { Timers } from "../../app/timers.ts";
import type { StoreNotice } from "../../ops/store-log.ts";
import { answerWithin } from "./answer-within.ts";
import type { StoreBreakers } from "./breakers.ts";
import { Latencies } from "./latencies.ts";

/** From the beginning of one probe to that of the next (ms), spread by a tenth so that nodes do not beat in step. */
const PROBE_EVERY_MS = 500;
const SPREAD = 0.1;
/** After a failure it is asked again so soon (ms): three in a row are to be known well within 2 s. */
const DOUBT_EVERY_MS = 100;
/** Attempts at the usual pace once it is away: about the time that a failover, or a restart, may take. */
const FAST_ATTEMPTS = 20;
/** After that somebody has to look; it is asked for ever all the same, at this pace (ms). */
const SLOW_EVERY_MS = 5_000;
/** Slow answers in a row until that is worth a line, and quick ones until it is over. */
const SLOW_IN_A_ROW = 3;

export interface WatchedStore {
  readonly name: string;
  readonly ask: () => Promise<void>;
  /** An answer that takes longer (ms) is none. */
  readonly limitMs: number;
  /** One that takes longer (ms) is slow: a warning, no failure. */
  readonly slowMs: number;
  /** What to do when it does not come back by itself. */
  readonly action: string;
}

export interface WatchPorts {
  readonly breakers: StoreBreakers;
  readonly timers: Timers;
  readonly clock: Clock;
  /** 0 to 1. */
  readonly random: () => number;
  /** A probe is over, and the breaker knows of it. */
  readonly onProbed: () => void;
  readonly onNotice: (notice: StoreNotice) => void;
}

/** Asks one store again and again how it is, from `start` until `stop`. */
export class StoreWatch {
  readonly #store: WatchedStore;
  readonly #ports: WatchPorts;
  readonly #latencies = new Latencies();
  #ask: () => Promise<void>;
  #callOff: () => void = () => {};
  #stopped = false;
  /** Failed probes while it is away. */
  #attempts = 0;
  #openSince: number | null = null;
  #isSlow = false;
  #oddInARow = 0;
  /** Monotonic ms. */
  answeredAt = Number.NEGATIVE_INFINITY;
  /** By the last probe; `null` before the first one is over. */
  answered: boolean | null = null;

  constructor(store: WatchedStore, ports: WatchPorts) {
    this.#store = store;
    this.#ports = ports;
    this.#ask = store.ask;
  }

  start(): void {
    void this.#round();
  }

  stop(): void {
    this.#stopped = true;
    this.#callOff();
  }

  /** From now on it is asked like this. */
  askBy(ask: () => Promise<void>): void {
    this.#ask = ask;
  }

  report(): StoreReport {
    const { name } = this.#store;
    const { breakers, timers } = this.#ports;
    this.#noteBreaker();
    return {
      name,
      breaker: breakers.stateOf(name),
      openSince: this.#openSince,
      latencyMs: rounded(this.#latencies.last),
      latencyP50Ms: rounded(this.#latencies.median(timers.now())),
      needsHands: this.#attempts >= FAST_ATTEMPTS,
    };
  }

  async #round(): Promise<void> {
    const { timers } = this.#ports;
    const begunAt = timers.now();
    await this.#probe(begunAt);
    if (this.#stopped) return;
    this.#ports.onProbed();
    const pauseMs = Math.max(0, this.#paceMs() - (timers.now() - begunAt));
    this.#callOff = timers.after(pauseMs, () => void this.#round());
  }

  async #probe(begunAt: number): Promise<void> {
    const { breakers, timers } = this.#ports;
    const { name, limitMs } = this.#store;
    try {
      await breakers.probe(name, () => answerWithin(timers, limitMs, this.#ask));
      this.answered = true;
      this.answeredAt = timers.now();
      this.#weigh(this.answeredAt - begunAt);
    } catch {
      // What it was is told by whoever wanted something of the store; here only whether it is there.
      this.answered = false;
    }
    if (this.#stopped) return;
    this.#noteBreaker();
    if (!this.answered && this.#openSince !== null) this.#countAttempt(this.#openSince);
  }

  #countAttempt(since: number): void {
    this.#attempts += 1;
    if (this.#attempts !== FAST_ATTEMPTS) return;
    const { name, action } = this.#store;
    const text = `${name} does not come back by itself: manual intervention required`;
    this.#ports.onNotice({ severity: "emergency", store: name, text, since, action });
  }

  #paceMs(): number {
    if (!this.answered && !this.#ports.breakers.isOpen(this.#store.name)) return DOUBT_EVERY_MS;
    const everyMs = this.#attempts >= FAST_ATTEMPTS ? SLOW_EVERY_MS : PROBE_EVERY_MS;
    return everyMs * (1 + SPREAD * (2 * this.#ports.random() - 1));
  }

  /** Whoever wanted something of the store may have opened the breaker meanwhile. */
  #noteBreaker(): void {
    const { breakers, clock } = this.#ports;
    if (!breakers.isOpen(this.#store.name)) {
      this.#openSince = null;
      this.#attempts = 0;
      return;
    }
    this.#openSince ??= clock();
  }

  #weigh(ms: number): void {
    this.#latencies.add(this.answeredAt, ms);
    const slow = ms > this.#store.slowMs;
    this.#oddInARow = slow === this.#isSlow ? 0 : this.#oddInARow + 1;
    if (this.#oddInARow < SLOW_IN_A_ROW) return;
    this.#isSlow = slow;
    this.#oddInARow = 0;
    const { name, slowMs } = this.#store;
    this.#ports.onNotice(
      slow
        ? { severity: "warning", store: name, text: `${name} takes more than ${slowMs} ms to answer` }
        : { severity: "info", store: name, text: `${name} answers within ${slowMs} ms again` },
    );
  }
}

/** To a tenth of a millisecond. */
function rounded(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms * 10) / 10;
}
