import type { PollId } from "../../shared/ids.ts";
import type { ServerMessage } from "../../shared/messages.ts";
import type { Refusal } from "../../shared/refusals.ts";
import type { CastOutcome } from "../app/ballot.ts";

export type VoteAnswer = Extract<ServerMessage, { type: "VOTE_ACCEPTED" | "VOTE_PENDING" }>;

/** What a voter is told of a ballot, over the socket and over HTTP alike. */
export function voteAnswer(pollId: PollId, outcome: CastOutcome): VoteAnswer | Refusal {
  switch (outcome.kind) {
    case "accepted": {
      const { choice, durability, repeated } = outcome;
      return { type: "VOTE_ACCEPTED", data: { pollId, ...choice, durability, repeated } };
    }
    case "pending":
      return {
        type: "VOTE_PENDING",
        data: { pollId, ...outcome.choice, retryAfterMs: outcome.retryAfterMs },
      };
    case "refused":
      return outcome.refusal;
  }
}
