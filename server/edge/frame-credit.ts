/** Frames refused in a row before the socket is closed: whoever ignores that many answers does not read them. */
const PATIENCE = 500;

export type Credit = "granted" | "refused" | "flood";

/** What one socket may still send: a bucket that fills at `perSecond` and holds twice that. */
export class FrameCredit {
  readonly #perSecond: number;
  #credit: number;
  #filledAt: number;
  #refusedInARow = 0;

  /** `perSecond` 0 means no limit; `now` is monotonic ms, as in `take`. */
  constructor(perSecond: number, now: number) {
    this.#perSecond = perSecond;
    this.#credit = 2 * perSecond;
    this.#filledAt = now;
  }

  /** Takes one frame's worth. */
  take(now: number): Credit {
    if (this.#perSecond === 0) return "granted";
    const filled = this.#credit + ((now - this.#filledAt) / 1000) * this.#perSecond;
    this.#credit = Math.min(2 * this.#perSecond, filled);
    this.#filledAt = now;
    if (this.#credit >= 1) {
      this.#credit -= 1;
      this.#refusedInARow = 0;
      return "granted";
    }
    this.#refusedInARow += 1;
    return this.#refusedInARow > PATIENCE ? "flood" : "refused";
  }

  /** Milliseconds until one frame is granted again. */
  get waitMs(): number {
    return Math.ceil((Math.max(0, 1 - this.#credit) / this.#perSecond) * 1000);
  }
}
