/** How the answers to a question have changed since it was asked before. Pure. */
import type { PollView } from "../shared/messages.ts";

export interface Change {
  readonly optionId: string;
  readonly label: string;
  /** Percentages; `before` is `null` for an option that was not there. */
  readonly now: number;
  readonly before: number | null;
  /** Percentage points, one decimal. */
  readonly points: number | null;
}

/**
 * Options are the same by their words: a question that is asked again may have been rewritten first. `null` where one of the
 * two may not be seen or nobody voted, and where `previous` is not what was asked before.
 */
export function changeSince(
  previous: PollView | null,
  { poll, results }: PollView,
): readonly Change[] | null {
  if (!previous?.results.results || !results.results) return null;
  if (previous.poll.pollId !== poll.previousId) return null;
  if (previous.results.participantCount === 0 || results.participantCount === 0) return null;
  const shares = new Map(previous.results.results.map((share) => [share.optionId, share.percentage]));
  const before = new Map(previous.poll.options.map(({ optionId, label }) => [label, shares.get(optionId)]));
  const now = new Map(results.results.map((share) => [share.optionId, share.percentage]));
  return poll.options.map(({ optionId, label }) => {
    const was = before.get(label) ?? null;
    const is = now.get(optionId) ?? 0;
    const points = was === null ? null : Math.round((is - was) * 10) / 10;
    return { optionId, label, now: is, before: was, points };
  });
}
