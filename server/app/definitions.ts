import { LRUCache } from "lru-cache";
import type { PollId } from "../../shared/ids.ts";
import type { PollDefinition } from "./poll.ts";
import type { PollStore } from "./ports.ts";

/** Definitions kept: about 5 KB each at the most, so 50 MB. */
const KEPT = 10_000;

/**
 * Definitions of polls that have been opened. They never change again, so any node may keep them for ever; a draft's
 * still may, so it is read every time. A removed poll's is harmless here: the store refuses its ballots.
 */
export class Definitions {
  readonly #polls: PollStore;
  readonly #kept = new LRUCache<PollId, PollDefinition>({ max: KEPT });
  readonly #loading = new Map<PollId, Promise<PollDefinition | null>>();

  constructor(polls: PollStore) {
    this.#polls = polls;
  }

  /** The definition if it is at hand, without waiting: the way of nearly every ballot. */
  known(pollId: PollId): PollDefinition | undefined {
    return this.#kept.get(pollId);
  }

  /** Reads the definition; everybody who asks meanwhile shares the one read. `null` if there is no such poll. */
  load(pollId: PollId): Promise<PollDefinition | null> {
    const loading =
      this.#loading.get(pollId) ?? this.#read(pollId).finally(() => this.#loading.delete(pollId));
    this.#loading.set(pollId, loading);
    return loading;
  }

  async #read(pollId: PollId): Promise<PollDefinition | null> {
    const poll = await this.#polls.read(pollId);
    if (poll && poll.control.status !== "draft") this.#kept.set(pollId, poll.definition);
    return poll?.definition ?? null;
  }
}
