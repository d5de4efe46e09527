import { setImmediate as nextTurn } from "node:timers/promises";
import type { PollId, VoterId } from "../../shared/ids.ts";
import type { Choice } from "../app/ballot.ts";
import type { PollStore } from "../app/ports.ts";

/** Voters asked for in one read of the store. */
const AT_ONCE = 256;

interface Question {
  readonly voter: VoterId;
  readonly resolve: (choice: Choice | null) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * What voters of one poll have chosen. However many ask in one turn of the loop, or while a read is on its way, the store
 * is read once per 256 of them: a hall that arrives at once is a few reads, not one each.
 */
export class ChoiceLookup {
  readonly #pollId: PollId;
  readonly #polls: Pick<PollStore, "choicesOf">;
  #waiting: Question[] = [];
  #reading: Promise<void> | null = null;

  constructor(pollId: PollId, polls: Pick<PollStore, "choicesOf">) {
    this.#pollId = pollId;
    this.#polls = polls;
  }

  choiceOf(voter: VoterId): Promise<Choice | null> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ voter, resolve, reject });
      this.#reading ??= this.#readAll();
    });
  }

  /** Who asks during a read waits for the next one: what it finds may be older than the question. */
  async #readAll(): Promise<void> {
    await nextTurn();
    while (this.#waiting.length > 0) {
      const questions = this.#waiting;
      this.#waiting = [];
      const reads: Promise<void>[] = [];
      for (let from = 0; from < questions.length; from += AT_ONCE) {
        reads.push(this.#read(questions.slice(from, from + AT_ONCE)));
      }
      await Promise.all(reads);
    }
    this.#reading = null;
  }

  async #read(questions: readonly Question[]): Promise<void> {
    try {
      const voters = questions.map((question) => question.voter);
      const choices = await this.#polls.choicesOf(this.#pollId, voters);
      for (const [index, question] of questions.entries()) question.resolve(choices[index] ?? null);
    } catch (outage) {
      for (const question of questions) question.reject(outage);
    }
  }
}
