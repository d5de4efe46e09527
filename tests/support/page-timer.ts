import type { Cancel, Timer } from "../../client/timer.ts";

/** A page's timers, which end with the page. */
export class PageTimer implements Timer {
  readonly #waiting = new Set<NodeJS.Timeout>();
  #stopped = false;

  now(): number {
    return Date.now();
  }

  after(ms: number, act: () => void): Cancel {
    if (this.#stopped) return () => {};
    const timer = setTimeout(() => {
      this.#waiting.delete(timer);
      act();
    }, ms);
    this.#waiting.add(timer);
    return () => {
      clearTimeout(timer);
      this.#waiting.delete(timer);
    };
  }

  /** Nothing that waits happens any more. */
  stop(): void {
    this.#stopped = true;
    for (const timer of this.#waiting) clearTimeout(timer);
    this.#waiting.clear();
  }
}
