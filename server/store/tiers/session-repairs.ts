import type { Timers } from "../../app/timers.ts";
import { inParallel } from "./in-parallel.ts";
import { isOutage } from "./ledger-way.ts";

/** From one round to the next (ms): also how long several writes of one thing are gathered into one. */
const EVERY_MS = 250;
const AT_ONCE = 16;
/** More is not kept in memory: about 10 KB each at the most. */
const MOST = 50_000;
/** How long a node that ends goes on trying (ms). */
const AT_THE_END_MS = 2_000;

export interface Repair {
  /** "write a session to the database": what could not be done. */
  readonly doing: string;
  /** Does it, once more and harmlessly. Rejects with an `Outage`: it is tried again. */
  readonly work: () => Promise<unknown>;
  /** Epoch s: then it is of no use any more. */
  readonly endsAt: number;
}

export interface SessionRepairsPorts {
  readonly timers: Timers;
  /** Epoch ms. */
  readonly clock: () => number;
  readonly onTrouble: (doing: string, trouble: unknown) => void;
}

/** What a store has still to be told: kept in memory and tried again until it is done. */
export class SessionRepairs {
  readonly #ports: SessionRepairsPorts;
  readonly #kept = new Map<string, Repair>();
  #callOff: (() => void) | null = null;
  #running: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(ports: SessionRepairsPorts) {
    this.#ports = ports;
  }

  get count(): number {
    return this.#kept.size;
  }

  /** A newer one takes the place of an older one of the same name. */
  keep(name: string, repair: Repair): void {
    if (this.#kept.size >= MOST && !this.#kept.has(name)) {
      this.#ports.onTrouble(repair.doing, new Error(`${MOST} repairs wait already`));
      return;
    }
    this.#kept.set(name, repair);
    this.#soon();
  }

  /** Tries once more what is left, for 2 s. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#callOff?.();
    const endsAt = this.#ports.timers.now() + AT_THE_END_MS;
    await this.#running;
    while (this.#kept.size > 0 && this.#ports.timers.now() < endsAt) {
      await this.#round();
      if (this.#kept.size > 0) await new Promise<void>((next) => this.#ports.timers.after(EVERY_MS, next));
    }
    const [left] = this.#kept.values();
    if (left) this.#ports.onTrouble(left.doing, new Error(`${this.#kept.size} were not done until the end`));
  }

  #soon(): void {
    if (this.#closed) return;
    this.#callOff ??= this.#ports.timers.after(EVERY_MS, () => {
      this.#callOff = null;
      this.#running = this.#running
        .then(() => this.#round())
        .then(() => {
          if (this.#kept.size > 0) this.#soon();
        });
    });
  }

  async #round(): Promise<void> {
    const all = [...this.#kept];
    await inParallel(all.length, AT_ONCE, async (index) => {
      const [name, repair] = all[index] ?? [];
      if (name === undefined || repair === undefined || !(await this.#isOver(repair))) return;
      if (this.#kept.get(name) === repair) this.#kept.delete(name);
    });
  }

  async #isOver({ doing, work, endsAt }: Repair): Promise<boolean> {
    if (this.#ports.clock() / 1_000 >= endsAt) return true;
    try {
      await work();
      return true;
    } catch (trouble) {
      if (isOutage(trouble)) return false;
      this.#ports.onTrouble(doing, trouble);
      return true;
    }
  }
}
