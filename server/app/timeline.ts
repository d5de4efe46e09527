/** When the ballots of a poll were cast, as a few numbers. Pure; names no voter and no option. */
import type { PollControl } from "./poll.ts";

/** Steps of a timeline: enough for a curve, too few to tell one voter's moment in a hall. */
export const TIMELINE_STEPS = 60;

/** From opening to the end, or as far as it has come (epoch ms). */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Timeline extends Span {
  /** How many of the ballots that stand were cast in each of the equal steps; `null`: not known. */
  readonly ballots: readonly number[] | null;
}

/** The time that a poll has been open at `now` (epoch ms); `null` for a draft. */
export function spanOf({ openedAt, closesAt, closedAt, status }: PollControl, now: number): Span | null {
  if (openedAt === null) return null;
  const end = status === "closed" ? closedAt : Math.min(now, closesAt ?? now);
  return { from: openedAt, to: Math.max(openedAt, end ?? now) };
}

/**
 * The step (from 0) of a ballot, by its revision: the time on the clock of its browser (epoch ms), which may be wrong, or
 * any number that a program gave. What is outside of the span counts in its first or last step.
 */
export function stepOf(revision: number, { from, to }: Span): number {
  if (revision < from) return 0;
  if (revision >= to) return TIMELINE_STEPS - 1;
  return Math.floor(((revision - from) * TIMELINE_STEPS) / (to - from));
}

interface Revised {
  readonly revision: number;
}

/** Counts ballots by step, a part at a time. */
export async function countSteps(
  parts: AsyncIterable<Iterable<Revised>> | Iterable<Iterable<Revised>>,
  span: Span,
): Promise<number[]> {
  const counts = new Array<number>(TIMELINE_STEPS).fill(0);
  for await (const part of parts) {
    for (const { revision } of part) {
      const step = stepOf(revision, span);
      counts[step] = (counts[step] ?? 0) + 1;
    }
  }
  return counts;
}
