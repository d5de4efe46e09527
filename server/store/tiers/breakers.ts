import { CircuitState, ConsecutiveBreaker, circuitBreaker, handleAll } from "cockatiel";
import type { BreakerState } from "../../../shared/ops-report.ts";
import type { Breakers } from "./health.ts";

/** Failures in a row until a store is taken for away. */
const OPENS_AFTER = 3;
/** What fails within this time (ms) fails for one reason: a connection that is cut takes all its requests with it. */
const ONE_FAILURE_MS = 50;

const STATE_NAMES: Readonly<Record<CircuitState, BreakerState>> = {
  [CircuitState.Closed]: "closed",
  [CircuitState.HalfOpen]: "half-open",
  [CircuitState.Open]: "open",
  [CircuitState.Isolated]: "open",
};

type Listener = (store: string) => void;

/**
 * Who is taken for away. A breaker opens after three failures in a row, of probes or of requests; only a probe that is
 * answered closes it, so that the store's users do not have to try it out.
 */
export class StoreBreakers implements Breakers {
  readonly #breakers = new Map<string, StoreBreaker>();
  readonly #onOpen: Listener[] = [];
  readonly #onReset: Listener[] = [];
  readonly #now: () => number;

  /** `now`: monotonic ms. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  isOpen(store: string): boolean {
    return this.#breakers.get(store)?.isOpen ?? false;
  }

  stateOf(store: string): BreakerState {
    return this.#breakers.get(store)?.state ?? "closed";
  }

  /** Costs next to nothing: to be called for every request that got no answer. */
  failed(store: string): void {
    this.#of(store).failed(this.#now());
  }

  /** Asks the store something and takes the outcome for its state. Rejects as `ask` does. */
  probe(store: string, ask: () => Promise<void>): Promise<void> {
    return this.#of(store).probe(ask);
  }

  onOpen(listener: Listener): void {
    this.#onOpen.push(listener);
  }

  /** Called with the name of each store that answers again. */
  onReset(listener: Listener): void {
    this.#onReset.push(listener);
  }

  /** The store is no more: its name stands for nothing, until somebody uses it again. */
  forget(store: string): void {
    this.#breakers.delete(store);
  }

  #of(store: string): StoreBreaker {
    const known = this.#breakers.get(store);
    if (known) return known;
    const made: StoreBreaker = new StoreBreaker((opened) => {
      // One that was forgotten has nothing to say any more.
      if (this.#breakers.get(store) !== made) return;
      for (const listener of opened ? this.#onOpen : this.#onReset) listener(store);
    });
    this.#breakers.set(store, made);
    return made;
  }
}

class StoreBreaker {
  readonly #failures = new ConsecutiveBreaker(OPENS_AFTER);
  /** It measures time by the wall clock, which may be set back: whoever probes keeps the time instead. */
  readonly #policy = circuitBreaker(handleAll, {
    breaker: this.#failures,
    halfOpenAfter: Number.NEGATIVE_INFINITY,
  });
  #countedAt = Number.NEGATIVE_INFINITY;
  #opening = false;
  #isOpen = false;

  constructor(onChange: (opened: boolean) => void) {
    // Told again with every probe that fails while it is open.
    this.#policy.onBreak(() => {
      if (this.#isOpen) return;
      this.#isOpen = true;
      onChange(true);
    });
    this.#policy.onReset(() => {
      this.#isOpen = false;
      onChange(false);
    });
  }

  /** Also while a probe tries it out. */
  get isOpen(): boolean {
    return this.#isOpen || this.#opening;
  }

  get state(): BreakerState {
    return STATE_NAMES[this.#policy.state];
  }

  failed(now: number): void {
    if (this.isOpen || now - this.#countedAt < ONE_FAILURE_MS) return;
    this.#countedAt = now;
    if (this.#failures.state + 1 < OPENS_AFTER) {
      this.#failures.failure();
      return;
    }
    // Only a call that fails opens the policy, and only once this turn is over.
    this.#opening = true;
    const settled = () => {
      this.#opening = false;
    };
    this.#policy.execute(noAnswer).then(settled, settled);
  }

  probe(ask: () => Promise<void>): Promise<void> {
    return this.#policy.execute(ask);
  }
}

function noAnswer(): never {
  throw new Error("requests got no answer");
}
