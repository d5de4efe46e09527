import type { PollDefinition } from "../../app/poll.ts";
import type { RegisteredBallot } from "../../app/register.ts";

export interface Votes {
  /** In the order of the options. */
  readonly votes: readonly number[];
  readonly participantCount: number;
}

/** Counts ballots, at most one of each voter. */
export function countVotes(
  { options }: Pick<PollDefinition, "options">,
  ballots: Iterable<Pick<RegisteredBallot, "choice">>,
): Votes {
  const byChoice = new Map<string, number>();
  let participantCount = 0;
  for (const { choice } of ballots) {
    byChoice.set(choice, (byChoice.get(choice) ?? 0) + 1);
    participantCount += 1;
  }
  const byOption = new Map<string, number>();
  for (const [choice, count] of byChoice) {
    for (const optionId of choice.split(",")) byOption.set(optionId, (byOption.get(optionId) ?? 0) + count);
  }
  return { votes: options.map(({ optionId }) => byOption.get(optionId) ?? 0), participantCount };
}
