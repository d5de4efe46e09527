import type { PollId } from "../../shared/ids.ts";
import type { PollBus, PollNews, PollNewsListener, Unfollow } from "../app/ports.ts";
import { realTimers, type Timers } from "../app/timers.ts";
import { LocalBus } from "./local-bus.ts";
import type { RedisBus } from "./redis-bus.ts";

/** Whoever joins waits so long (ms) for a subscription at the most; the poll is read either way. */
const JOIN_WAITS_MS = 300;
/** How often subscriptions that do not stand are tried again (ms), spread so that nodes do not come all at once. */
const TRY_EVERY_MS = { least: 300, most: 900 };
/** At most so many are tried at a time: a shard that comes back has better things to do first. */
const TRIES_AT_ONCE = 64;

export interface TieredBusPorts {
  /** Redis; `null` for as long as its servers have not been found. */
  readonly redis: () => Pick<RedisBus, "follow" | "doubt" | "subscribeAgain" | "close"> | null;
  /** Whether the shard of this poll is known to be away: nobody need ask it. */
  readonly isAway: (pollId: PollId) => boolean;
  readonly timers?: Timers;
}

/** A poll that somebody on this node follows. */
interface Followed {
  listeners: number;
  /** `null`: Redis tells nothing of it yet. */
  unfollow: Unfollow | null;
  subscribing: Promise<void> | null;
}

/**
 * News from Redis, as long as it answers, and from this node itself. Whoever follows never waits for a Redis that is
 * away: it is read what is true, asks again every second or two, and hears from Redis as soon as that answers. The same
 * picture may come from both sides; it is merged by version. An event has no version, so it is to be told here only if
 * Redis was not told it.
 */
export class TieredBus implements PollBus {
  readonly #ports: TieredBusPorts;
  readonly #timers: Timers;
  readonly #local = new LocalBus();
  readonly #followed = new Map<PollId, Followed>();
  #callOff: (() => void) | null = null;
  #closed = false;

  constructor(ports: TieredBusPorts) {
    this.#ports = ports;
    this.#timers = ports.timers ?? realTimers;
  }

  /** News of this node: what Redis was not told, or cannot pass on. */
  readonly tell = (news: PollNews): void => this.#local.tell(news);

  /** Resolves once the subscription stands, or can be waited for no longer; never rejects because of Redis. */
  async follow(pollId: PollId, listener: PollNewsListener): Promise<Unfollow> {
    const unfollow = await this.#local.follow(pollId, listener);
    const followed = this.#followed.get(pollId) ?? { listeners: 0, unfollow: null, subscribing: null };
    this.#followed.set(pollId, followed);
    followed.listeners += 1;
    await this.#atMost(JOIN_WAITS_MS, this.#subscribe(pollId, followed));
    let following = true;
    return () => {
      if (!following) return;
      following = false;
      unfollow();
      this.#leave(pollId, followed);
    };
  }

  doubt(pollId: PollId): void {
    // While the shard is away everything that changes comes from the ledger: nothing is wrong with the subscription.
    if (this.#followed.get(pollId)?.unfollow && !this.#ports.isAway(pollId))
      this.#ports.redis()?.doubt(pollId);
  }

  /** A shard answers again, and may have forgotten who listens. */
  subscribeAgain(): void {
    for (const [pollId, { unfollow }] of this.#followed) {
      if (unfollow && !this.#ports.isAway(pollId)) this.#ports.redis()?.subscribeAgain(pollId);
    }
    this.#trySoon(0);
  }

  close(): void {
    this.#closed = true;
    this.#callOff?.();
    this.#ports.redis()?.close();
  }

  /** Resolves when the attempt is over, whatever came of it. */
  #subscribe(pollId: PollId, followed: Followed): Promise<void> {
    if (followed.unfollow) return Promise.resolve();
    followed.subscribing ??= this.#attempt(pollId, followed).finally(() => {
      followed.subscribing = null;
      if (!followed.unfollow && followed.listeners > 0) this.#trySoon();
    });
    return followed.subscribing;
  }

  async #attempt(pollId: PollId, followed: Followed): Promise<void> {
    const redis = this.#ports.redis();
    if (!redis || this.#closed || this.#ports.isAway(pollId)) return;
    try {
      // A listener of its own: one that left meanwhile must not take this one's place with it.
      const unfollow = await redis.follow(pollId, (news) => this.#local.tell(news));
      if (followed.listeners > 0) followed.unfollow = unfollow;
      else unfollow();
    } catch {
      // It is tried again for as long as somebody follows; that the shard is away is told by whoever watches over it.
    }
  }

  #leave(pollId: PollId, followed: Followed): void {
    followed.listeners -= 1;
    if (followed.listeners > 0) return;
    if (this.#followed.get(pollId) === followed) this.#followed.delete(pollId);
    followed.unfollow?.();
    followed.unfollow = null;
  }

  /** One timer for all polls, and only while a subscription is missing. */
  #trySoon(afterMs = TRY_EVERY_MS.least + Math.random() * (TRY_EVERY_MS.most - TRY_EVERY_MS.least)): void {
    if (this.#closed) return;
    if (this.#callOff && afterMs > 0) return;
    this.#callOff?.();
    this.#callOff = this.#timers.after(afterMs, () => {
      this.#callOff = null;
      this.#tryMissing();
    });
  }

  #tryMissing(): void {
    const missing = [...this.#followed].filter(([, { unfollow }]) => !unfollow);
    if (missing.length === 0) return;
    const underWay = missing.filter(([, { subscribing }]) => subscribing).length;
    const waiting = missing.filter(
      ([pollId, { subscribing }]) => !subscribing && this.#ports.redis() && !this.#ports.isAway(pollId),
    );
    for (const [pollId, followed] of waiting.slice(0, Math.max(0, TRIES_AT_ONCE - underWay))) {
      void this.#subscribe(pollId, followed);
    }
    this.#trySoon();
  }

  async #atMost(ms: number, work: Promise<void>): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const callOff = this.#timers.after(ms, resolve);
    await Promise.race([work, late]).finally(callOff);
  }
}
