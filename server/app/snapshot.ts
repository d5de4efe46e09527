/** A poll as one audience may see it: the only way from the store's numbers to the wire. */
import type { PollUpdate, PollView, ResultsUpdate } from "../../shared/messages.ts";
import { type Audience, maySeeResults, type Poll } from "./poll.ts";

export interface Beholder {
  readonly host: boolean;
  /** The standing choice, `null` if none. */
  readonly yourVote: readonly string[] | null;
}

/** Which audience someone belongs to. */
export function audienceOf(beholder: Beholder): Audience {
  if (beholder.host) return "host";
  return beholder.yourVote ? "voted" : "public";
}

/** Data of `POLL_UPDATE` at `now` (epoch ms). */
export function pollUpdate(
  { definition, control, tally }: Poll,
  beholder: Beholder,
  now: number,
): PollUpdate {
  const { pollId, question, kind, settings } = definition;
  return {
    pollId,
    question,
    kind,
    options: definition.options.map(({ optionId, label }) => ({ optionId, label })),
    settings,
    status: control.status,
    closesAt: control.closesAt,
    remainingTime: remainingSeconds(control, now),
    serverTime: now,
    participantCount: tally.participantCount,
    epoch: tally.epoch,
    version: tally.version,
    yourVote: beholder.yourVote,
    host: beholder.host,
    visibility: control.visibility,
    ...(definition.roomId && { roomId: definition.roomId }),
    ...(definition.previousId && { previousId: definition.previousId }),
  };
}

/**
 * Data of `RESULTS_UPDATE` for an audience: numbers only where it may see them. Without them it is told as one version
 * less, so that whoever is let in (by voting, before the next change) gets the same state as something newer.
 */
export function resultsUpdate(poll: Poll, audience: Audience): ResultsUpdate {
  const { definition, control, tally } = poll;
  const seen = maySeeResults(control, audience);
  const average = seen ? ratingAverage(poll) : undefined;
  return {
    pollId: definition.pollId,
    epoch: tally.epoch,
    version: seen ? tally.version : tally.version - 1,
    results: seen ? shares(poll) : null,
    totalVotes: seen ? tally.votes.reduce((sum, votes) => sum + votes, 0) : null,
    ...(average !== undefined && { average }),
    participantCount: tally.participantCount,
    viewerCount: tally.viewerCount,
    // Whoever is here or has voted has been here, whatever the estimate says.
    joinedCount: Math.max(tally.joinedCount, tally.viewerCount, tally.participantCount),
    final: tally.final,
  };
}

/** Both at once, as HTTP and the pages give them. */
export function pollView(poll: Poll, beholder: Beholder, now: number): PollView {
  return { poll: pollUpdate(poll, beholder, now), results: resultsUpdate(poll, audienceOf(beholder)) };
}

function remainingSeconds(control: Poll["control"], now: number): number | null {
  if (control.closesAt === null) return null;
  if (control.status === "closed") return 0;
  return Math.max(0, Math.ceil((control.closesAt - now) / 1000));
}

function shares({ definition, tally }: Poll): ResultsUpdate["results"] {
  return definition.options.map(({ optionId }, index) => {
    const votes = tally.votes[index] ?? 0;
    const percentage = tally.participantCount ? Math.round((votes / tally.participantCount) * 1000) / 10 : 0;
    return { optionId, votes, percentage };
  });
}

function ratingAverage({ definition, tally }: Poll): number | undefined {
  if (definition.kind !== "rating" || tally.participantCount === 0) return undefined;
  const sum = tally.votes.reduce((total, votes, index) => total + votes * (index + 1), 0);
  return Math.round((sum / tally.participantCount) * 100) / 100;
}
