import type { PollId } from "../../../shared/ids.ts";
import { Outage } from "../../app/outage.ts";
import { repeat } from "../../app/repeat.ts";

/** Polls worked on at the same time. */
const AT_ONCE = 8;

export interface PollChoresPorts {
  /** Which polls have something left to do. */
  readonly polls: () => readonly PollId[];
  readonly work: (pollId: PollId) => Promise<unknown>;
  readonly everyMs: number;
  /** Told of what is no outage. */
  readonly onTrouble: (trouble: unknown) => void;
}

/** Work that is left over, poll by poll, again and again until none is left. An outage leaves it for the next round. */
export class PollChores {
  readonly #ports: PollChoresPorts;
  readonly #atWork = new Set<PollId>();
  readonly #stop: () => void;

  constructor(ports: PollChoresPorts) {
    this.#ports = ports;
    this.#stop = repeat(
      () => ports.everyMs,
      async () => this.#begin(),
      ports.onTrouble,
    );
  }

  /** Works on everything that is left once more, and no longer by itself. */
  async finish(): Promise<void> {
    this.#stop();
    await Promise.all(this.#ports.polls().map((pollId) => this.#workOn(pollId)));
  }

  /** Does not wait: a poll whose shard is away keeps no other waiting. */
  #begin(): void {
    for (const pollId of this.#ports.polls()) {
      if (this.#atWork.size >= AT_ONCE) return;
      if (!this.#atWork.has(pollId)) void this.#workOn(pollId);
    }
  }

  async #workOn(pollId: PollId): Promise<void> {
    this.#atWork.add(pollId);
    try {
      await this.#ports.work(pollId);
    } catch (trouble) {
      if (!(trouble instanceof Outage)) this.#ports.onTrouble(trouble);
    } finally {
      this.#atWork.delete(pollId);
    }
  }
}
