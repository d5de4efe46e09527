/** What the median is taken of (ms back). */
const WINDOW_MS = 60_000;

/** How long the answers of the last minute took. */
export class Latencies {
  #answers: { readonly at: number; readonly ms: number }[] = [];

  /** `at`: monotonic ms. */
  add(at: number, ms: number): void {
    this.#forget(at);
    this.#answers.push({ at, ms });
  }

  /** Of the last answer, however long ago. */
  get last(): number | null {
    return this.#answers.at(-1)?.ms ?? null;
  }

  /** Of the minute before `now`; `null` if nothing was answered in it. */
  median(now: number): number | null {
    const recent = this.#answers.filter(({ at }) => now - at <= WINDOW_MS).map(({ ms }) => ms);
    recent.sort((one, other) => one - other);
    return recent[Math.floor((recent.length - 1) / 2)] ?? null;
  }

  #forget(now: number): void {
    const firstRecent = this.#answers.findIndex(({ at }) => now - at <= WINDOW_MS);
    this.#answers = firstRecent < 0 ? [] : this.#answers.slice(firstRecent);
  }
}
