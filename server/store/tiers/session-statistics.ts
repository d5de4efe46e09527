/** What the tiers of sessions have done, for `/metrics` and `/ops`. */

export const SESSION_STORES = ["local", "redis", "replica", "database"] as const;
export type SessionStoreName = (typeof SESSION_STORES)[number];

/** All counted since the node started. */
export interface SessionStoreFigures {
  /** Reads that found what stands, revoked or not. */
  readonly hits: number;
  readonly misses: number;
  /** Entries that this store got back from the database after a miss. */
  readonly restores: number;
  /** Questions that got no answer. */
  readonly errors: number;
  readonly writes: number;
  /** Of the last 512 answers (ms); `null` before the first. */
  readonly latencyP50Ms: number | null;
  readonly latencyP95Ms: number | null;
}

/** Answers of one store of which the latency is remembered. */
const REMEMBERED = 512;

type Count = "hits" | "misses" | "restores" | "errors" | "writes";

class StoreCounts {
  readonly counts: Record<Count, number> = { hits: 0, misses: 0, restores: 0, errors: 0, writes: 0 };
  readonly #latencies: number[] = [];
  #next = 0;

  took(ms: number): void {
    this.#latencies[this.#next] = ms;
    this.#next = (this.#next + 1) % REMEMBERED;
  }

  figures(): SessionStoreFigures {
    const sorted = [...this.#latencies].sort((one, other) => one - other);
    const quantile = (part: number) => {
      const ms = sorted[Math.floor(part * (sorted.length - 1))];
      return ms === undefined ? null : Math.round(ms * 1_000) / 1_000;
    };
    return { ...this.counts, latencyP50Ms: quantile(0.5), latencyP95Ms: quantile(0.95) };
  }
}

export class SessionStatistics {
  readonly #stores: Readonly<Record<SessionStoreName, StoreCounts>> = {
    local: new StoreCounts(),
    redis: new StoreCounts(),
    replica: new StoreCounts(),
    database: new StoreCounts(),
  };
  readonly #now: () => number;

  /** `now`: monotonic ms. */
  constructor(now: () => number) {
    this.#now = now;
  }

  count(store: SessionStoreName, what: Exclude<Count, "errors">): void {
    this.#stores[store].counts[what] += 1;
  }

  /** Counts what was read. */
  read(store: SessionStoreName, isThere: boolean): void {
    this.count(store, isThere ? "hits" : "misses");
  }

  /** Takes the time of an answer, and counts if there is none. Rejects as `ask` does. */
  async time<Answer>(store: SessionStoreName, ask: () => Promise<Answer>): Promise<Answer> {
    const begunAt = this.#now();
    const counts = this.#stores[store];
    try {
      const answer = await ask();
      counts.took(this.#now() - begunAt);
      return answer;
    } catch (trouble) {
      counts.counts.errors += 1;
      throw trouble;
    }
  }

  figures(): Readonly<Record<SessionStoreName, SessionStoreFigures>> {
    const { local, redis, replica, database } = this.#stores;
    return {
      local: local.figures(),
      redis: redis.figures(),
      replica: replica.figures(),
      database: database.figures(),
    };
  }
}
