/** Sooner than this no eye sees the difference (ms). */
const SHORTEST_MS = 50;
/** Later than this a result does not feel live (ms). */
const LONGEST_MS = 1_000;
/**
 * Sends a second that one poll may take of a node: `server.publish` measured 125,000/s and more on one core, and the
 * rest of the core is for the votes.
 */
const SENDS_PER_SECOND = 50_000;

/**
 * Paces what a poll tells: the first change goes out at once, what follows waits for the tick, so that however many
 * changes come, the newest state goes out once per tick and the last one is never left behind.
 */
export class Tick {
  readonly #flush: () => void;
  readonly #intervalMs: (lagMs: number) => number;
  #timer: Timer | null = null;
  #immediate: NodeJS.Immediate | null = null;
  #changed = false;

  /** `flush` sends the newest state; `intervalMs` is the wait after it, given how late the last tick came. */
  constructor(flush: () => void, intervalMs: (lagMs: number) => number) {
    this.#flush = flush;
    this.#intervalMs = intervalMs;
  }

  /** Something changed. Idle: flushes after this turn of the loop, so that the answers of the same turn go first. */
  request(): void {
    this.#changed = true;
    if (this.#timer || this.#immediate) return;
    this.#immediate = setImmediate(() => this.#run(0));
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    if (this.#immediate) clearImmediate(this.#immediate);
    this.#timer = this.#immediate = null;
  }

  #run(lagMs: number): void {
    this.#timer = this.#immediate = null;
    if (!this.#changed) return;
    this.#changed = false;
    this.#flush();
    const wait = this.#intervalMs(lagMs);
    const due = performance.now() + wait;
    this.#timer = setTimeout(() => this.#run(Math.max(0, performance.now() - due)), wait);
  }
}

/** Time between two snapshots (ms): stretches with the audience, and with how late (ms) the event loop runs. */
export function snapshotIntervalMs(audienceSize: number, lagMs: number): number {
  const wanted = (audienceSize / SENDS_PER_SECOND) * 1000 + 2 * lagMs;
  return Math.min(LONGEST_MS, Math.max(SHORTEST_MS, wanted));
}
