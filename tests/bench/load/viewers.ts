import type { Dialect } from "./dialect.ts";
import { FrameReader } from "./raw-frames.ts";

/** A snapshot that has not reached everybody after so long (ms) never will. */
const PATIENCE_MS = 20_000;

type OnDelivered = (viewer: number, now: number) => void;

/** Many sockets that watch one poll: notes when each has been shown the vote where it now is. */
export class Viewers {
  readonly #dialect: Dialect;
  readonly #frames: FrameReader[] = [];
  readonly #shown: number[] = [];
  /** The bytes by which most recognise the snapshot, without reading them. */
  #expected: Buffer | null = null;
  #round = 0;
  #option = 0;
  #missing = 0;
  #onDelivered: OnDelivered = () => {};
  #onAll: () => void = () => {};

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  get count(): number {
    return this.#frames.length;
  }

  /** The option that now has the vote. */
  get option(): number {
    return this.#option;
  }

  /** Length of the last snapshot, with its frame. */
  get bytes(): number {
    return this.#expected?.length ?? 0;
  }

  /** So many more will be heard. */
  expect(count: number): void {
    for (let more = 0; more < count; more += 1) {
      this.#frames.push(new FrameReader());
      this.#shown.push(0);
    }
  }

  /** The vote is about to go to this option; resolves when all have been shown that. */
  next(option: number, onDelivered: OnDelivered): Promise<void> {
    this.#round += 1;
    this.#option = option;
    this.#expected = null;
    this.#missing = this.count;
    this.#onDelivered = onDelivered;
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${this.#missing} viewers were not told`)), PATIENCE_MS);
      this.#onAll = () => {
        clearTimeout(late);
        resolve();
      };
    });
  }

  hear(viewer: number, bytes: Buffer): void {
    if (this.#expected?.equals(bytes)) {
      this.#delivered(viewer);
      return;
    }
    this.#frames[viewer]?.read(bytes, (text) => {
      const heard = this.#dialect.hear(text);
      if (heard.kind !== "results" || heard.results?.[this.#option - 1]?.votes !== 1) return;
      if (text.length + 4 === bytes.length) this.#expected = Buffer.from(bytes);
      this.#delivered(viewer);
    });
  }

  #delivered(viewer: number): void {
    if (this.#shown[viewer] === this.#round) return;
    this.#shown[viewer] = this.#round;
    this.#onDelivered(viewer, performance.now());
    this.#missing -= 1;
    if (this.#missing === 0) this.#onAll();
  }
}
