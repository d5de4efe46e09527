import type { BallotDurability } from "../../../shared/messages.ts";
import {
  alreadyVotedRefusal,
  type Ballot,
  type CastOutcome,
  tooManyOptionsRefusal,
  unknownOptionRefusal,
} from "../../app/ballot.ts";
import { closedRefusal, notFoundRefusal, notOpenRefusal } from "../../app/poll.ts";
import { parseChoice } from "./poll-codec.ts";

/** An answer: whether the ballot counts is known. */
export type Judged = Exclude<CastOutcome, { kind: "pending" }>;

/** What a ballot's verdict in `cast.lua` means to the product. */
export function outcomeOf(
  ballot: Ballot,
  verdict: string,
  standing: string,
  durability: BallotDurability,
): Judged {
  const { pollId } = ballot;
  const choice = parseChoice(standing);
  // Its own revision, also for a repeat, so that a browser knows its unsent ballot again.
  const accepted = { optionIds: choice?.optionIds ?? ballot.optionIds, revision: ballot.revision };
  switch (verdict) {
    case "COUNTED":
    case "ADVANCED":
    case "REPEATED":
      return { kind: "accepted", choice: accepted, durability, repeated: verdict !== "COUNTED" };
    case "ALREADY_VOTED":
    case "OLDER":
      return refused(alreadyVotedRefusal(pollId, choice ?? accepted, verdict === "OLDER"));
    case "CLOSED":
      return refused(closedRefusal(pollId, choice?.optionIds));
    case "NOT_OPEN":
      return refused(notOpenRefusal(pollId));
    case "NOT_FOUND":
      return refused(notFoundRefusal(pollId));
    case "TOO_MANY_OPTIONS":
      return refused(tooManyOptionsRefusal(pollId, ballot.optionIds.length));
    default:
      return refused(unknownOptionRefusal(pollId, ballot.optionIds.join(", ")));
  }
}

function refused(refusal: Extract<CastOutcome, { kind: "refused" }>["refusal"]): Judged {
  return { kind: "refused", refusal };
}
