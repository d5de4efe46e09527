import { LRUCache } from "lru-cache";
import type { PollId, VoterId } from "../../../shared/ids.ts";

/** Voters remembered over all polls, about 100 B each. A poll that was asked for longest ago is forgotten first. */
const REMEMBERED = 500_000;

/**
 * Who has taken a seat in each poll. In memory only: after a restart those who are still there come back by themselves,
 * and who had left before is not counted any more.
 */
export class Joined {
  readonly #polls: LRUCache<PollId, Set<VoterId>>;
  readonly #most: number;

  constructor(most = REMEMBERED) {
    this.#most = most;
    this.#polls = new LRUCache({ maxSize: most, sizeCalculation: ({ size }) => Math.max(1, size) });
  }

  /** Returns whether that changed the count. */
  add(pollId: PollId, voters: readonly VoterId[]): boolean {
    if (voters.length === 0) return false;
    const joined = this.#polls.get(pollId) ?? new Set();
    const before = joined.size;
    for (const voter of voters) {
      if (joined.size < this.#most) joined.add(voter);
    }
    // Set again, because it has grown.
    this.#polls.delete(pollId);
    this.#polls.set(pollId, joined);
    return joined.size > before;
  }

  of(pollId: PollId): number {
    return this.#polls.get(pollId)?.size ?? 0;
  }

  forget(pollId: PollId): void {
    this.#polls.delete(pollId);
  }
}
