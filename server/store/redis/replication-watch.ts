/** How long WAIT may block the connection (ms); a healthy replica answers within 1. */
export const WAIT_MS = 100;
/** Short answers of WAIT in a row until the shard counts as having no replica that keeps up. */
const SHORT_UNTIL_AWAY = 2;
/** How often a shard without a replica is asked again (ms). */
const PROBE_EVERY_MS = 1_000;

/**
 * What one shard's WAITs say about its replicas. While one is away every WAIT would burn its whole timeout, which blocks
 * the connection, so only one pipeline a second still asks.
 */
export class ReplicationWatch {
  #shortInARow = 0;
  #probedAt = Number.NEGATIVE_INFINITY;
  #needed = 1;

  /** How many replicas WAIT is to ask for: all, for one that was not asked may be the one that is promoted. */
  get needed(): number {
    return this.#needed;
  }

  /** How many replicas the cluster names now; none: it may have had no time to name them, so at least one is asked for. */
  named(replicas: number): void {
    if (replicas > 0) this.#needed = replicas;
  }

  /** Whether the pipeline that leaves now (monotonic ms) is to end with a WAIT. */
  asks(now: number): boolean {
    if (this.#shortInARow < SHORT_UNTIL_AWAY) return true;
    if (now - this.#probedAt < PROBE_EVERY_MS) return false;
    this.#probedAt = now;
    return true;
  }

  /** What a WAIT answered: how many replicas have everything. Returns whether these are all. */
  heard(replicas: number): boolean {
    const isEnough = replicas >= this.#needed;
    this.#shortInARow = isEnough ? 0 : this.#shortInARow + 1;
    return isEnough;
  }
}
