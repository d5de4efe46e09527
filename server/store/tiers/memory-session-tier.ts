import { LRUCache } from "lru-cache";
import type { SessionId } from "../../../shared/ids.ts";
import type { Clock } from "../../app/ports.ts";
import {
  CATEGORIES,
  CATEGORY_RULES,
  type Category,
  isOver,
  mayReplace,
  type SessionEntry,
  type SessionKey,
  type Standing,
} from "../../app/session.ts";
import { realTimers, type Timers } from "../../app/timers.ts";
import type { SessionTier } from "./session-tier.ts";

/** Copies kept (LOCAL_CACHE_SIZE): at most about 8 KB each. */
const KEPT = 1_000;
/** A copy that nobody asked for in so long (ms) is let go. */
const UNUSED_MS = 30 * 60 * 1_000;
/** How often copies that have ended, or that nobody asks for, are cleared away (ms): whoever asks sees none anyway. */
const CLEAR_EVERY_MS = 60_000;

export interface MemorySessionTierOptions {
  readonly clock: Clock;
  /** Its `now` is what ages are counted by: a wall clock that is set back would make old copies young. */
  readonly timers?: Timers;
  /** At most so many copies; the least recently used go first. */
  readonly max?: number;
}

interface Copy {
  readonly standing: Standing;
  /** By `timers`. */
  readonly confirmedAt: number;
  usedAt: number;
}

/**
 * Copies of sessions in this process. It may forget anything at any time, revocations too: nothing here means only that
 * others must be asked. How old a copy may be is decided by whoever reads it, by `age`.
 */
export class MemorySessionTier implements SessionTier {
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #copies: LRUCache<string, Copy>;
  #stopClearing: () => void;

  constructor({ clock, timers = realTimers, max = KEPT }: MemorySessionTierOptions) {
    this.#clock = clock;
    this.#timers = timers;
    this.#copies = new LRUCache({ max });
    this.#stopClearing = timers.after(CLEAR_EVERY_MS, () => this.#clear());
  }

  /** How many copies there are, those that have ended and were not cleared away yet included. */
  get size(): number {
    return this.#copies.size;
  }

  async read(key: SessionKey): Promise<Standing | null> {
    const copy = this.#find(key);
    // What is critical must come from elsewhere every second anyway: asking for it keeps no copy alive.
    if (copy && !isCritical(key)) copy.usedAt = this.#timers.now();
    return copy?.standing ?? null;
  }

  async put(key: SessionKey, standing: Standing): Promise<Standing> {
    const old = this.#find(key)?.standing ?? null;
    return mayReplace(standing, old) ? this.#set(key, standing) : (old ?? standing);
  }

  async restore(key: SessionKey, entry: SessionEntry): Promise<Standing> {
    return this.#find(key)?.standing ?? this.#set(key, entry);
  }

  async touch(key: SessionKey, idleUntil: number): Promise<"touched" | "absent"> {
    const copy = this.#find(key);
    if (!copy || "revoked" in copy.standing) return "absent";
    const { standing } = copy;
    const moved = Math.max(standing.idleUntil, Math.min(idleUntil, standing.endsAt));
    // Using it confirms nothing.
    this.#copies.set(nameOf(key), { ...copy, standing: { ...standing, idleUntil: moved } });
    return "touched";
  }

  async revoke(sessionId: SessionId, endsAt: number): Promise<void> {
    for (const category of CATEGORIES) {
      const key = { sessionId, category };
      const old = this.#find(key)?.standing;
      if (!old || !("revoked" in old) || old.endsAt < endsAt) this.#set(key, { revoked: true, endsAt });
    }
  }

  /** How long ago (ms) the copy was put or confirmed; `Infinity` where there is none. */
  age(key: SessionKey): number {
    const copy = this.#find(key);
    return copy ? this.#timers.now() - copy.confirmedAt : Number.POSITIVE_INFINITY;
  }

  /** The copy was seen to be what stands elsewhere. `askedAt`: by `timers`, when that was asked. Nothing without a copy. */
  confirm(key: SessionKey, askedAt = this.#timers.now()): void {
    const copy = this.#find(key);
    if (!copy) return;
    const confirmedAt = Math.max(copy.confirmedAt, askedAt);
    this.#copies.set(nameOf(key), { ...copy, confirmedAt, usedAt: this.#timers.now() });
  }

  /** Lets go of copies: somebody else has written. */
  drop(sessionId: SessionId, categories: readonly Category[] | "all"): void {
    for (const category of categories === "all" ? CATEGORIES : categories) {
      this.#copies.delete(nameOf({ sessionId, category }));
    }
  }

  async close(): Promise<void> {
    this.#stopClearing();
    this.#copies.clear();
  }

  #find(key: SessionKey): Copy | null {
    const name = nameOf(key);
    const copy = this.#copies.get(name);
    if (!copy) return null;
    if (this.#isAlive(copy)) return copy;
    this.#copies.delete(name);
    return null;
  }

  #set(key: SessionKey, standing: Standing): Standing {
    const now = this.#timers.now();
    const copy = { standing, confirmedAt: now, usedAt: now };
    if (this.#isAlive(copy)) this.#copies.set(nameOf(key), copy);
    else this.#copies.delete(nameOf(key));
    return standing;
  }

  #isAlive({ standing, usedAt }: Copy): boolean {
    return this.#timers.now() - usedAt < UNUSED_MS && !isOver(standing, this.#clock());
  }

  #clear(): void {
    const ended = [...this.#copies.entries()].filter(([, copy]) => !this.#isAlive(copy));
    for (const [name] of ended) this.#copies.delete(name);
    this.#stopClearing = this.#timers.after(CLEAR_EVERY_MS, () => this.#clear());
  }
}

function isCritical({ category }: SessionKey): boolean {
  return CATEGORY_RULES[category].priority === "critical";
}

function nameOf({ sessionId, category }: SessionKey): string {
  return `${sessionId}:${category}`;
}
