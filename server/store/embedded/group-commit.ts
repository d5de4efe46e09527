/** Items in one commit at most: about 10 ms of work, after which the loop may read its sockets again. */
const MOST_PER_COMMIT = 1_000;

interface Waiting<Item, Outcome> {
  readonly item: Item;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Collects what arrives in one turn of the event loop and commits it together: the cost of a commit is waiting for the
 * disk, and it is the same for one ballot and for a thousand. Items are committed in the order in which they came.
 */
export class GroupCommit<Item, Outcome> {
  readonly #commit: (items: readonly Item[]) => readonly Outcome[];
  #waiting: Waiting<Item, Outcome>[] = [];
  #scheduled = false;

  /** `commit` gives an outcome for each item, in their order. */
  constructor(commit: (items: readonly Item[]) => readonly Outcome[]) {
    this.#commit = commit;
  }

  /** How many items wait for their commit. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Resolves with the item's outcome after the commit it was part of. */
  add(item: Item): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      this.#schedule();
    });
  }

  /** Commits all that waits, now. */
  flush(): void {
    while (this.#waiting.length > 0) this.#commitSome();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#waiting.length > 0) this.#commitSome();
      if (this.#waiting.length > 0) this.#schedule();
    });
  }

  #commitSome(): void {
    const group = this.#waiting.splice(0, MOST_PER_COMMIT);
    try {
      const outcomes = this.#commit(group.map(({ item }) => item));
      group.forEach(({ resolve, reject }, index) => {
        const outcome = outcomes[index];
        if (outcome === undefined) reject(new Error("A commit gave no outcome for one of its items."));
        else resolve(outcome);
      });
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }
}
