import type { PollId } from "../../../shared/ids.ts";

/** How many viewers each node reports for each poll. In memory only: after a restart nobody is connected. */
export class Viewers {
  readonly #polls = new Map<PollId, Map<string, number>>();

  /** Returns whether that changed anything. */
  set(pollId: PollId, node: string, count: number): boolean {
    const nodes = this.#polls.get(pollId) ?? new Map<string, number>();
    if ((nodes.get(node) ?? 0) === count) return false;
    if (count > 0) nodes.set(node, count);
    else nodes.delete(node);
    if (nodes.size > 0) this.#polls.set(pollId, nodes);
    else this.#polls.delete(pollId);
    return true;
  }

  /** Of all nodes. */
  of(pollId: PollId): number {
    let sum = 0;
    for (const count of this.#polls.get(pollId)?.values() ?? []) sum += count;
    return sum;
  }

  forget(pollId: PollId): void {
    this.#polls.delete(pollId);
  }
}
