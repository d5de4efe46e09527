/** Work under one name is done one after the other, first come, first served; under different names at the same time. */
export class InTurn {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Rejects as the work does; whoever comes next has its turn all the same. */
  run<Answer>(name: string, work: () => Promise<Answer>): Promise<Answer> {
    const before = this.#last.get(name);
    const turn = before ? before.then(work, work) : work();
    this.#last.set(name, turn);
    const forget = () => {
      if (this.#last.get(name) === turn) this.#last.delete(name);
    };
    turn.then(forget, forget);
    return turn;
  }
}
