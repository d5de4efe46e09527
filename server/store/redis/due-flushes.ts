import type { PollId } from "../../../shared/ids.ts";

interface Due {
  readonly version: number;
  readonly timer: Timer;
}

/**
 * Snapshots that were counted within their poll's tick and are still to be published. Dropped where a snapshot as new
 * arrives first, because another node's batch has published for all.
 */
export class DueFlushes {
  readonly #flush: (pollId: PollId) => void;
  readonly #due = new Map<PollId, Due>();

  constructor(flush: (pollId: PollId) => void) {
    this.#flush = flush;
  }

  /** `version` of this poll is to be seen in `inMs`, at the latest. */
  request(pollId: PollId, version: number, inMs: number): void {
    const waiting = this.#due.get(pollId);
    if (waiting) {
      this.#due.set(pollId, { version, timer: waiting.timer });
      return;
    }
    const timer = setTimeout(() => {
      this.#due.delete(pollId);
      this.#flush(pollId);
    }, inMs);
    this.#due.set(pollId, { version, timer });
  }

  /** A snapshot of this version has been published. */
  heard(pollId: PollId, version: number): void {
    const waiting = this.#due.get(pollId);
    if (!waiting || waiting.version > version) return;
    clearTimeout(waiting.timer);
    this.#due.delete(pollId);
  }

  stop(): void {
    for (const { timer } of this.#due.values()) clearTimeout(timer);
    this.#due.clear();
  }
}
