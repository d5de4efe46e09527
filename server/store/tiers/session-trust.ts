/** Whether what Redis says of critical data is believed. No store is asked here. */
import { LRUCache } from "lru-cache";
import type { SessionId } from "../../../shared/ids.ts";
import type { SessionKey } from "../../app/session.ts";
import type { RedisSessionTier } from "./session-tier.ts";

const NEVER = Number.POSITIVE_INFINITY;
/** A session that Redis has caught up with is forgotten after this (ms): no read takes so long. */
const FORGET_AFTER_MS = 10_000;

/** Entries of which it is remembered that the database agreed with them. */
const VOUCHED = 20_000;

/** A master, from when this node first asked it for a session. */
interface TrustedShard {
  /** Any session of it: by that its generation is asked. */
  sample: SessionId;
  /** As it was when it was last judged. */
  generation: string | null;
  /** Reads that began then, or later, are believed (monotonic ms). */
  believedFrom: number;
  /** Grows with every doubt: who judges must not overlook one that came meanwhile. */
  doubts: number;
}

/** What is judged in one round. */
export interface ShardToJudge {
  readonly name: string;
  readonly sample: SessionId;
  readonly doubts: number;
}

/**
 * A shard that was away, or has another memory (`generation`), may have missed critical writes: it is not believed until
 * the journal of those has been replayed to it. A session of which a write is known to have missed Redis is not believed
 * until Redis has it.
 */
export class SessionTrust {
  readonly #redis: Pick<RedisSessionTier, "isAway" | "shardOf">;
  readonly #now: () => number;
  readonly #shards = new Map<string, TrustedShard>();
  /** Under which memory the database was seen to know nothing newer. */
  readonly #vouched = new LRUCache<string, string>({ max: VOUCHED });
  readonly #missed = new Map<SessionId, { believedFrom: number; markedAt: number }>();

  /** `now`: monotonic ms. */
  constructor(redis: Pick<RedisSessionTier, "isAway" | "shardOf">, now: () => number) {
    this.#redis = redis;
    this.#now = now;
  }

  /** Sessions of which Redis lacks something, as far as this node knows. */
  get missing(): number {
    return [...this.#missed.values()].filter(({ believedFrom }) => believedFrom === NEVER).length;
  }

  /** Whether a read that began at `begunAt` (monotonic ms) is believed; to be asked before it and after it. */
  believes(sessionId: SessionId, begunAt: number): boolean {
    const shard = this.#shardOf(sessionId);
    if (!shard) return false;
    // Also an outage that others saw: what was written meanwhile went past it.
    if (this.#redis.isAway(sessionId)) this.#doubt(shard);
    return begunAt >= shard.believedFrom && begunAt > (this.#missed.get(sessionId)?.believedFrom ?? 0);
  }

  /** Whether this shard has never been judged. */
  isNew(sessionId: SessionId): boolean {
    const shard = this.#shardOf(sessionId);
    return shard !== null && shard.generation === null && shard.doubts === 0;
  }

  /**
   * Whether the database was asked since Redis has this memory. One that restarts from a snapshot, or with a shortened AOF,
   * has forgotten what it had acknowledged, and no journal has that.
   */
  isVouched({ sessionId, category }: SessionKey): boolean {
    const generation = this.#shardOf(sessionId)?.generation ?? null;
    return generation !== null && this.#vouched.get(`${sessionId}:${category}`) === generation;
  }

  vouch({ sessionId, category }: SessionKey): void {
    const generation = this.#shardOf(sessionId)?.generation ?? null;
    if (generation !== null) this.#vouched.set(`${sessionId}:${category}`, generation);
  }

  /** A critical write missed Redis: until that has it, the database is asked. */
  missed(sessionId: SessionId): void {
    this.#missed.set(sessionId, { believedFrom: NEVER, markedAt: this.#now() });
  }

  /** Redis has it now. What was read before is not believed. */
  caughtUp(sessionId: SessionId): void {
    const now = this.#now();
    this.#missed.set(sessionId, { believedFrom: now, markedAt: now });
  }

  /** The shards as they are to be judged. One that has moved, or is away, is doubted and left out. */
  toJudge(): ShardToJudge[] {
    return [...this.#shards].flatMap(([name, shard]) => {
      const { sample, doubts } = shard;
      if (this.#redis.shardOf(sample) === name && !this.#redis.isAway(sample))
        return [{ name, sample, doubts }];
      this.#doubt(shard);
      return [];
    });
  }

  /** It has this memory now. Another than it had is not believed from here on, until it is judged. */
  showed(judged: ShardToJudge, generation: string): ShardToJudge {
    const shard = this.#shards.get(judged.name);
    if (!shard || shard.generation === generation) return judged;
    const isOther = shard.generation !== null;
    shard.generation = generation;
    if (!isOther) return judged;
    this.#doubt(shard);
    return { ...judged, doubts: judged.doubts + 1 };
  }

  /** Everything it may have missed has been replayed, unless it was doubted since it was taken to be judged. */
  replayed({ name, doubts }: ShardToJudge): void {
    const shard = this.#shards.get(name);
    if (!shard || shard.doubts > doubts) return;
    if (shard.believedFrom === NEVER) shard.believedFrom = this.#now();
  }

  /** Nothing is left of what was marked before `begunAt` and is not among `missing`: another node has replayed it. */
  settle(missing: ReadonlySet<SessionId>, begunAt: number): void {
    const now = this.#now();
    for (const [sessionId, { believedFrom, markedAt }] of this.#missed) {
      if (believedFrom === NEVER) {
        if (markedAt < begunAt && !missing.has(sessionId)) this.caughtUp(sessionId);
      } else if (now - believedFrom > FORGET_AFTER_MS) this.#missed.delete(sessionId);
    }
  }

  #shardOf(sessionId: SessionId): TrustedShard | null {
    const name = this.#redis.shardOf(sessionId);
    if (name === null) return null;
    const known = this.#shards.get(name);
    if (known) {
      // Slots may move: the newest session of a shard is the likeliest to be there still.
      known.sample = sessionId;
      return known;
    }
    const shard = { sample: sessionId, generation: null, believedFrom: NEVER, doubts: 0 };
    this.#shards.set(name, shard);
    return shard;
  }

  #doubt(shard: TrustedShard): void {
    shard.believedFrom = NEVER;
    shard.doubts += 1;
  }
}
