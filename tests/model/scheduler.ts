import type { Random } from "./random.ts";

/** Something that will go on when `resume` is called. */
export type Suspension = (resume: (value: unknown) => void) => void;
/** One thread of the model: yields ms to sleep, or what it waits for. Between two yields it is atomic. */
export type Task<Result = void> = Generator<number | Suspension, Result, unknown>;

/** What dies with a crash and stands still in a pause: one run of one process. */
export interface Life {
  alive: boolean;
  /** Virtual ms; a process that was stopped by SIGSTOP goes on then, believing what it believed. */
  pausedUntil: number;
}

interface Event {
  readonly at: number;
  /** Decides among events of one moment. */
  readonly lot: number;
  readonly happen: () => void;
}

/** Virtual time: a heap of events, in the order of their time; the seed decides among those of the same moment. */
export class Scheduler {
  now = 0;
  readonly #random: Random;
  readonly #heap: Event[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  after(delay: number, happen: () => void): void {
    const event = { at: this.now + delay, lot: this.#random.next(), happen };
    const heap = this.#heap;
    let place = heap.length;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = heap[above] as Event;
      if (!isBefore(event, parent)) break;
      heap[place] = parent;
      place = above;
    }
    heap[place] = event;
  }

  /** Begins a task; with its life ends the task. */
  spawn(life: Life, task: Task): void {
    this.after(0, () => this.#step(life, task, undefined));
  }

  /** Lets things happen until `end` (virtual ms). */
  runUntil(end: number): void {
    for (let event = this.#heap[0]; event && event.at <= end; event = this.#heap[0]) {
      this.#removeFirst();
      this.now = event.at;
      event.happen();
    }
    this.now = end;
  }

  #step(life: Life, task: Task, value: unknown): void {
    if (!life.alive) return;
    if (life.pausedUntil > this.now) {
      this.after(life.pausedUntil - this.now, () => this.#step(life, task, value));
      return;
    }
    const { done, value: wait } = task.next(value);
    if (done) return;
    if (typeof wait === "number") this.after(wait, () => this.#step(life, task, undefined));
    else wait((answer) => this.#step(life, task, answer));
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop() as Event;
    const size = heap.length;
    if (size === 0) return;
    let place = 0;
    for (let child = 1; child < size; child = 2 * place + 1) {
      if (child + 1 < size && isBefore(heap[child + 1] as Event, heap[child] as Event)) child += 1;
      const below = heap[child] as Event;
      if (!isBefore(below, last)) break;
      heap[place] = below;
      place = child;
    }
    heap[place] = last;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.lot < b.lot);
}
