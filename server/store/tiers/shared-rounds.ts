/**
 * Work that is shared by whoever asks at once: one round runs at a time, and whoever asks while it runs gets the one after
 * it, which began later than they asked. So nobody is told what was true before he asked.
 */
export class SharedRounds<Answer> {
  readonly #work: () => Promise<Answer>;
  #running: Promise<Answer> | null = null;
  #next: Promise<Answer> | null = null;

  constructor(work: () => Promise<Answer>) {
    this.#work = work;
  }

  /** The answer of a round that begins now or later. Rejects as the work does. */
  ask(): Promise<Answer> {
    if (this.#next) return this.#next;
    if (!this.#running) return this.#begin();
    const begin = () => this.#begin();
    this.#next = this.#running.then(begin, begin);
    return this.#next;
  }

  #begin(): Promise<Answer> {
    this.#next = null;
    const running = this.#work().finally(() => {
      if (this.#running === running) this.#running = null;
    });
    this.#running = running;
    return running;
  }
}
