import { LRUCache } from "lru-cache";
import type { VoterId } from "../../shared/ids.ts";
import type { Clock } from "./ports.ts";

/** Voters remembered. One that falls out has not voted for long enough that the clock alone orders its ballots. */
const REMEMBERED = 100_000;

/**
 * Stamps ballots that came without a revision, at receipt: the clock, but always greater than this voter's last stamp,
 * so that two changes within one millisecond keep the order in which they arrived.
 */
export class RevisionClock {
  readonly #last = new LRUCache<VoterId, number>({ max: REMEMBERED });
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  stamp(voter: VoterId): number {
    const revision = Math.max((this.#last.get(voter) ?? 0) + 1, this.#clock());
    this.#last.set(voter, revision);
    return revision;
  }
}
