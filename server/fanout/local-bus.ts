import type { PollId } from "../../shared/ids.ts";
import type { PollBus, PollNews, PollNewsListener, Unfollow } from "../app/ports.ts";

/** The bus of a node that is alone: news goes straight from the store to whoever follows, in the same turn. */
export class LocalBus implements PollBus {
  readonly #listeners = new Map<PollId, Set<PollNewsListener>>();

  /** Tells every follower of the poll. */
  readonly tell = (news: PollNews): void => {
    for (const listener of this.#listeners.get(news.pollId) ?? []) listener(news);
  };

  async follow(pollId: PollId, listener: PollNewsListener): Promise<Unfollow> {
    const listeners = this.#listeners.get(pollId) ?? new Set();
    this.#listeners.set(pollId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(pollId) === listeners) this.#listeners.delete(pollId);
    };
  }

  /** Nothing lies between the store and its followers that could be lost. */
  doubt(): void {}
}
