import type { Poll } from "../app/poll.ts";
import { audienceOf, type Beholder } from "../app/snapshot.ts";

/**
 * The tag of a poll as one beholder sees it. Weak, because `serverTime` and `remainingTime` differ in every answer.
 * Everything else follows from the count's version, whether it is final, the control's `seq`, the audience and the
 * beholder's own vote.
 */
export function pollEtag({ control, tally }: Poll, beholder: Beholder): string {
  const vote = beholder.yourVote?.join(".") ?? "none";
  const count = `${tally.epoch}-${tally.version}-${tally.final ? "final" : "counting"}`;
  return `W/"${count}-${control.seq}-${audienceOf(beholder)}-${vote}"`;
}
