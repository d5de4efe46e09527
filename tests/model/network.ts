import type { Random } from "./random.ts";
import type { Scheduler, Suspension, Task } from "./scheduler.ts";
import { LATEST_MS, VERY_LATE_MS } from "./timing.ts";

/** No answer came: not executed, executed, or to be executed later; nobody can tell. One object, for it is no bug. */
export const OUTAGE = { outage: true } as const;

/** Runs a task that an outage may end; whoever calls tries again later. */
export function* untilOutage(task: Task): Task {
  try {
    yield* task;
  } catch (thrown) {
    if (thrown !== OUTAGE) throw thrown;
  }
}

/** What may happen to a call: never executed; executed, later, unheard of; executed, and again later; its answer lost. */
export type Mishap = "lost" | "late" | "doubled" | "unheard";
const MISHAPS: readonly Mishap[] = ["lost", "late", "doubled", "unheard"];

export interface Call<Answer> {
  readonly canReach: () => boolean;
  readonly execute: (respond: (answer: Answer) => void) => void;
  /** How long the caller waits (ms). */
  readonly timeout: number;
  /** What happens to this one; otherwise chance decides. */
  readonly mishap?: Mishap | null;
}

/** Carries calls, and may lose, double or delay them; whoever calls cannot tell which. */
export class Network {
  /** Probability that something happens to a call. */
  unreliability = 0;
  /** Probability that a call is slow, and by how much (ms). */
  slow = { often: 0.04, most: 120 };
  /** Whether a request may arrive long after its sender gave it up. */
  veryLate = false;
  readonly #scheduler: Scheduler;
  readonly #random: Random;

  constructor(scheduler: Scheduler, random: Random) {
    this.#scheduler = scheduler;
    this.#random = random;
  }

  /** Resolves with the answer, or throws OUTAGE. A request that was sent arrives even if its sender dies meanwhile. */
  *call<Answer>(call: Call<Answer>): Task<Answer> {
    const answer = (yield this.#send(call)) as Answer | typeof OUTAGE;
    if (answer === OUTAGE) throw OUTAGE;
    return answer as Answer;
  }

  #send<Answer>({ canReach, execute, timeout, mishap }: Call<Answer>): Suspension {
    return (resume) => {
      const { after } = this;
      const giveUp = () => resume(OUTAGE);
      const once = firstOnly(resume);
      const trouble = mishap ?? (this.#random.chance(this.unreliability) ? this.#random.pick(MISHAPS) : null);
      if (!canReach()) return after(this.#random.between(1, 60), giveUp);
      if (trouble === "lost") return after(timeout, giveUp);
      if (trouble === "late" || trouble === "doubled") this.#executeLate(canReach, execute);
      if (trouble === "late") return after(timeout, giveUp);
      after(this.delay(), () => {
        if (!canReach()) return after(timeout, giveUp);
        let answered = false;
        execute((answer) => {
          answered = true;
          const arrives = trouble !== "unheard" && canReach();
          after(arrives ? this.delay() : timeout, () => once(arrives ? answer : OUTAGE));
        });
        if (!answered) after(timeout, () => once(OUTAGE));
      });
    };
  }

  #executeLate<Answer>(canReach: () => boolean, execute: Call<Answer>["execute"]): void {
    const latest = this.veryLate && this.#random.chance(0.3) ? VERY_LATE_MS : LATEST_MS;
    this.after(this.#random.between(0, latest), () => {
      if (canReach()) execute(() => {});
    });
  }

  readonly after = (delay: number, happen: () => void): void => this.#scheduler.after(delay, happen);

  delay(): number {
    const { often, most } = this.slow;
    return this.#random.chance(often) ? this.#random.between(5, most) : this.#random.between(0, 3);
  }
}

function firstOnly<Value>(hear: (value: Value) => void): (value: Value) => void {
  let heard = false;
  return (value) => {
    if (heard) return;
    heard = true;
    hear(value);
  };
}
