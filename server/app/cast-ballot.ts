import type { PollId, VoterId } from "../../shared/ids.ts";
import { isRefusal, type Refusal } from "../../shared/refusals.ts";
import { type CastOutcome, judgeChoice } from "./ballot.ts";
import type { Definitions } from "./definitions.ts";
import { notFoundRefusal } from "./poll.ts";
import type { BallotListener, PollStore } from "./ports.ts";
import type { RevisionClock } from "./revision-clock.ts";

/** What a voter asks for: not yet known to fit the poll. */
export interface BallotRequest {
  readonly pollId: PollId;
  readonly voter: VoterId;
  readonly optionIds: readonly string[];
  /** Absent: stamped here. */
  readonly revision: number | undefined;
}

export interface CastBallotPorts {
  readonly polls: PollStore;
  readonly definitions: Definitions;
  readonly revisions: RevisionClock;
  readonly ballotListener: BallotListener;
}

/** Casts one ballot: checks the choice against the poll's options, lets the store judge and keep it, tells this node. */
export async function castBallot(ports: CastBallotPorts, request: BallotRequest): Promise<CastOutcome> {
  const { pollId, voter } = request;
  const revision = request.revision ?? ports.revisions.stamp(voter);
  const definition = ports.definitions.known(pollId) ?? (await ports.definitions.load(pollId));
  if (!definition) return refused(notFoundRefusal(pollId));
  const optionIds = judgeChoice(definition, request.optionIds);
  if (isRefusal(optionIds)) return refused(optionIds);
  const outcome = await ports.polls.cast({ pollId, voter, optionIds, revision });
  if (outcome.kind === "accepted")
    ports.ballotListener.ballotCounted(pollId, voter, outcome.choice.optionIds);
  return outcome;
}

function refused(refusal: Refusal): CastOutcome {
  return { kind: "refused", refusal };
}
