import { LRUCache } from "lru-cache";
import type { PollId } from "../../shared/ids.ts";
import type { Poll } from "./poll.ts";
import type { Clock } from "./ports.ts";
import { type Span, spanOf, type Timeline } from "./timeline.ts";

/** Timelines remembered, about 700 B each. */
const REMEMBERED = 2_000;
/** One that may still change is shown for so long (ms) … */
const FRESH_MS = 5_000;
/** … and counting takes at most a twentieth of the time. */
const REST = 20;

interface Kept {
  readonly timeline: Timeline;
  readonly seq: number;
  /** It will not change any more. */
  readonly final: boolean;
  /** Monotonic ms. */
  readonly freshUntil: number;
}

/** Counts ballots by step; `null`: not known. */
export type CountSteps = (poll: Poll, span: Span) => Promise<readonly number[] | null>;

/** Timelines of a store: counting goes through all ballots of a poll, so all who ask share it. */
export class KeptTimelines {
  readonly #count: CountSteps;
  readonly #clock: Clock;
  readonly #monotonic: Clock;
  readonly #kept = new LRUCache<PollId, Kept>({ max: REMEMBERED });
  readonly #counting = new Map<string, Promise<Timeline>>();

  /** `monotonic` counts ms and never goes back; `clock` may. */
  constructor(count: CountSteps, clock: Clock, monotonic: Clock = () => performance.now()) {
    this.#count = count;
    this.#clock = clock;
    this.#monotonic = monotonic;
  }

  /** Of the poll as the store reads it; `null` for a draft. Rejects as the counting does. */
  async of(poll: Poll): Promise<Timeline | null> {
    const { pollId } = poll.definition;
    const span = spanOf(poll.control, this.#clock());
    if (!span) return null;
    const kept = this.#kept.get(pollId);
    if (kept && isStill(kept, poll, this.#monotonic())) return kept.timeline;
    const key = `${pollId} ${poll.control.seq} ${poll.tally.final}`;
    const counting =
      this.#counting.get(key) ?? this.#countNow(poll, span).finally(() => this.#counting.delete(key));
    this.#counting.set(key, counting);
    return counting;
  }

  async #countNow(poll: Poll, span: Span): Promise<Timeline> {
    const startedAt = this.#monotonic();
    const ballots = await this.#count(poll, span);
    const endedAt = this.#monotonic();
    const timeline = { ...span, ballots };
    this.#kept.set(poll.definition.pollId, {
      timeline,
      seq: poll.control.seq,
      final: poll.tally.final && isWhole(ballots, poll),
      freshUntil: endedAt + Math.max(FRESH_MS, REST * (endedAt - startedAt)),
    });
    return timeline;
  }
}

function isStill({ final, seq, freshUntil }: Kept, { control, tally }: Poll, now: number): boolean {
  return (final && tally.final) || (seq === control.seq && now < freshUntil);
}

/** Whether it counts every ballot of the result, once: what was read from a server that was just replaced may not. */
function isWhole(ballots: readonly number[] | null, { tally }: Poll): boolean {
  return ballots?.reduce((sum, count) => sum + count, 0) === tally.participantCount;
}
