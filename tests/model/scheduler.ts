import type { Random } from "./random.ts";

/** One thread of the model. It yields how long it sleeps (virtual ms); between two yields it is atomic. */
export type Process<Result = void> = Generator<number, Result, void>;

interface Running {
  readonly owner: object | null;
  readonly process: Process;
  wakeAt: number;
  /** Decides among those that wake at the same moment. */
  lot: number;
}

/** A request that brought no answer: not executed, or nobody can tell. */
export class Outage extends Error {
  readonly executed: "no" | "unknown";

  constructor(executed: "no" | "unknown") {
    super(`no answer (executed: ${executed})`);
    this.executed = executed;
  }
}

/** Runs processes in virtual time, one step at a time; whenever several could go on, the seed decides which does. */
export class Scheduler {
  now = 0;
  readonly random: Random;
  /** A binary heap: the first is the next to run. */
  #heap: Running[] = [];

  constructor(random: Random) {
    this.random = random;
  }

  /** Begins a process. What belongs to an owner dies with it. */
  spawn(owner: object | null, process: Process): void {
    this.#push({ owner, process, wakeAt: this.now, lot: this.random.next() });
  }

  /** The owner is gone: none of its processes takes another step. */
  kill(owner: object): void {
    const left = this.#heap.filter((running) => running.owner !== owner);
    this.#heap = [];
    for (const running of left) this.#push(running);
  }

  /** Steps until `end` (virtual ms) or until nothing is left to do; `afterStep` looks at every state in between. */
  runUntil(end: number, afterStep: () => void): void {
    for (let next = this.#heap[0]; next && next.wakeAt <= end; next = this.#heap[0]) {
      this.#pop();
      this.now = Math.max(this.now, next.wakeAt);
      const { done, value } = next.process.next();
      if (!done) {
        next.wakeAt = this.now + value;
        next.lot = this.random.next();
        this.#push(next);
      }
      afterStep();
    }
    this.now = Math.max(this.now, end);
  }

  #push(running: Running): void {
    const heap = this.#heap;
    let place = heap.push(running) - 1;
    for (;;) {
      const above = (place - 1) >> 1;
      const parent = heap[above];
      if (place === 0 || !parent || !isBefore(running, parent)) break;
      heap[place] = parent;
      place = above;
    }
    heap[place] = running;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let place = 0;
    for (;;) {
      const [left, right] = [heap[2 * place + 1], heap[2 * place + 2]];
      const least = right && left && isBefore(right, left) ? right : left;
      if (!least || !isBefore(least, last)) break;
      heap[place] = least;
      place = 2 * place + (least === left ? 1 : 2);
    }
    heap[place] = last;
  }
}

function isBefore(a: Running, b: Running): boolean {
  return a.wakeAt < b.wakeAt || (a.wakeAt === b.wakeAt && a.lot < b.lot);
}
