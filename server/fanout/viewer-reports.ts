import type { VoterId } from "../../shared/ids.ts";
import { Tick } from "./tick.ts";

/** A viewer count changes at most this often (ms). */
const INTERVAL_MS = 1_000;
/** How often the store is told the same number again, so that it is believed (ms). */
const AGAIN_MS = 5_000;
/** Voters in one report: one run of a script, well under a millisecond. */
const AT_ONCE = 512;
/** Voters that wait for a report while the store is away. Whoever comes beyond is not counted as joined. */
const MOST_WAITING = 100_000;

/** Tells the store how many watch one poll on this node, and who took a seat since, at most once a second. */
export class ViewerReports {
  readonly #report: (joined: readonly VoterId[]) => Promise<boolean>;
  readonly #onTrouble: (trouble: unknown) => void;
  readonly #tick = new Tick(
    () => void this.#tell(),
    () => INTERVAL_MS,
  );
  readonly #waiting = new Set<VoterId>();
  #toldAt = Number.NEGATIVE_INFINITY;
  #stopped = false;

  /** `report` as `PollStore.reportViewers` answers it. */
  constructor(
    report: (joined: readonly VoterId[]) => Promise<boolean>,
    onTrouble: (trouble: unknown) => void,
  ) {
    this.#report = report;
    this.#onTrouble = onTrouble;
  }

  /** Somebody left. */
  changed(): void {
    this.#tick.request();
  }

  /** This voter has taken a seat, perhaps not for the first time. */
  joined(voter: VoterId): void {
    this.#wait([voter]);
    this.#tick.request();
  }

  /** Called now and then: tells the store again, if it has not been told for long. */
  renew(): void {
    if (performance.now() - this.#toldAt > AGAIN_MS) this.#tick.request();
  }

  stop(): void {
    this.#stopped = true;
    this.#tick.stop();
  }

  /** What could not be counted goes with the next report, whenever there is one: no sooner than the store is told anyway. */
  async #tell(): Promise<void> {
    this.#toldAt = performance.now();
    const joined = this.#waiting.values().take(AT_ONCE).toArray();
    for (const voter of joined) this.#waiting.delete(voter);
    const isRest = this.#waiting.size > 0;
    try {
      if (!(await this.#report(joined))) this.#wait(joined);
    } catch (trouble) {
      this.#wait(joined);
      this.#onTrouble(trouble);
    }
    if (isRest && !this.#stopped) this.#tick.request();
  }

  #wait(voters: readonly VoterId[]): void {
    for (const voter of voters) {
      if (this.#waiting.size < MOST_WAITING) this.#waiting.add(voter);
    }
  }
}
