/** The copies of sessions in this process, and how old they are. */
import { LRUCache } from "lru-cache";
import type { SessionId } from "../../../shared/ids.ts";
import {
  CATEGORY_RULES,
  type Category,
  type SessionEntry,
  type SessionKey,
  type Standing,
} from "../../app/session.ts";
import type { Timers } from "../../app/timers.ts";
import type { MemorySessionTier } from "./memory-session-tier.ts";
import type { SessionStatistics } from "./session-statistics.ts";

/** A read of critical data that took longer (ms) leaves no copy … */
const QUICK_MS = 100;
/** … and a copy answers alone for so long (ms) after it was read: together the second that critical data may be old. */
const FRESH_MS = 1_000 - QUICK_MS;
/** Sessions of which it is remembered when their copies were dropped: more than are read in a moment. */
const DROPS_REMEMBERED = 10_000;

export class SessionCopies {
  readonly #local: MemorySessionTier;
  readonly #timers: Timers;
  readonly #statistics: SessionStatistics;
  /** When (monotonic ms): what was read before that is no copy any more. */
  readonly #droppedAt = new LRUCache<SessionId, number>({ max: DROPS_REMEMBERED });

  constructor(local: MemorySessionTier, timers: Timers, statistics: SessionStatistics) {
    this.#local = local;
    this.#timers = timers;
    this.#statistics = statistics;
  }

  /** What stands, if that was seen within the second. A revocation is never taken back, so it needs no check. */
  async fresh(key: SessionKey): Promise<Standing | null> {
    const isFresh = this.#local.age(key) < FRESH_MS;
    const standing = await this.#local.read(key);
    const answer = standing && (isFresh || "revoked" in standing) ? standing : null;
    this.#statistics.read("local", answer !== null);
    return answer;
  }

  /** However old. */
  peek(key: SessionKey): Promise<Standing | null> {
    return this.#local.read(key);
  }

  /** Keeps what a store said, asked at `askedAt` (monotonic ms). */
  async keep(key: SessionKey, standing: Standing, askedAt: number): Promise<void> {
    const isDropped = askedAt <= (this.#droppedAt.get(key.sessionId) ?? Number.NEGATIVE_INFINITY);
    const isSlow = isCritical(key) && this.#timers.now() - askedAt > QUICK_MS;
    if ((isDropped || isSlow) && !("revoked" in standing)) return;
    const stands = await this.#local.put(key, standing);
    if ("revoked" in stands || "revoked" in standing || stands.version !== standing.version) return;
    this.#local.confirm(key, askedAt);
    if (standing.idleUntil > stands.idleUntil) await this.#local.touch(key, standing.idleUntil);
  }

  /** What this node wrote itself, at `askedAt` or later. */
  async wrote(key: SessionKey, entry: SessionEntry, askedAt: number): Promise<void> {
    this.#statistics.count("local", "writes");
    await this.keep(key, entry, askedAt);
  }

  async revoke(sessionId: SessionId, endsAt: number): Promise<void> {
    this.#statistics.count("local", "writes");
    await this.#local.revoke(sessionId, endsAt);
  }

  async touch(key: SessionKey, idleUntil: number): Promise<void> {
    await this.#local.touch(key, idleUntil);
  }

  drop(sessionId: SessionId, categories: readonly Category[] | "all"): void {
    this.#droppedAt.set(sessionId, this.#timers.now());
    this.#local.drop(sessionId, categories);
  }
}

/** Whether this is read from nothing that may be older than a second. */
export function isCritical({ category }: Pick<SessionKey, "category">): boolean {
  return CATEGORY_RULES[category].priority === "critical";
}
