/** A ballot is a register per (poll, voter), ordered by revision, never an increment. The pure rules of it. */
import type { OptionId, PollId, VoterId } from "../../shared/ids.ts";
import type { BallotDurability } from "../../shared/messages.ts";
import { type Refusal, refuse } from "../../shared/refusals.ts";
import { closedRefusal, notOpenRefusal, type Poll, type PollDefinition, takesBallots } from "./poll.ts";

/** What one voter chose, and when by that voter's own count. */
export interface Choice {
  /** A set, in the order of the poll's options. */
  readonly optionIds: readonly OptionId[];
  readonly revision: number;
}

export interface Ballot extends Choice {
  readonly pollId: PollId;
  readonly voter: VoterId;
}

/** What became of a ballot. */
export type CastOutcome =
  | {
      readonly kind: "accepted";
      readonly choice: Choice;
      readonly durability: BallotDurability;
      readonly repeated: boolean;
    }
  /** Received, not yet durable: the voter keeps it and sends it again. */
  | { readonly kind: "pending"; readonly choice: Choice; readonly retryAfterMs: number }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/**
 * The verdict on a ballot, given the one that stands:
 * - `count`: replaces what stands (`null`: nothing);
 * - `advance`: same choice, greater revision, so that an older change still on its way stays older;
 * - `repeat`: already counted, also after the end, because a lost answer is not the voter's fault.
 */
export type Verdict = "count" | "advance" | "repeat" | Refusal;

/** Judges `ballot` against the poll and the choice that stands, at `now` (epoch ms). */
export function judgeBallot(
  { definition, control }: Omit<Poll, "tally">,
  standing: Choice | null,
  ballot: Ballot,
  now: number,
): Verdict {
  const { pollId } = definition;
  const taking = takesBallots(control, now);
  const { allowChange } = definition.settings;
  if (standing === null) {
    if (control.status === "draft") return notOpenRefusal(pollId);
    return taking ? "count" : closedRefusal(pollId);
  }
  const newer = ballot.revision > standing.revision;
  if (sameChoice(standing.optionIds, ballot.optionIds)) {
    return allowChange && newer && taking ? "advance" : "repeat";
  }
  if (!allowChange || !newer) return alreadyVotedRefusal(pollId, standing, allowChange);
  return taking ? "count" : closedRefusal(pollId, standing.optionIds);
}

/**
 * The options a voter named, as a set in the poll's order, or why they are not a choice in this poll.
 */
export function judgeChoice(
  definition: PollDefinition,
  wanted: readonly string[],
): readonly OptionId[] | Refusal {
  const { pollId, options } = definition;
  const known = new Set<string>(options.map((option) => option.optionId));
  const unknown = wanted.find((optionId) => !known.has(optionId));
  if (unknown !== undefined) {
    return unknownOptionRefusal(pollId, unknown);
  }
  const chosen = options.map((option) => option.optionId).filter((optionId) => wanted.includes(optionId));
  const most = definition.kind === "multiple" ? (definition.settings.maxChoices ?? options.length) : 1;
  if (chosen.length > most) {
    return tooManyOptionsRefusal(pollId, chosen.length, most);
  }
  return chosen;
}

/** Whether two canonical choices are the same set. */
export function sameChoice(a: readonly OptionId[], b: readonly OptionId[]): boolean {
  return a.length === b.length && a.every((optionId, index) => optionId === b[index]);
}

export function unknownOptionRefusal(pollId: PollId, optionId: string): Refusal {
  return refuse(
    "UNKNOWN_OPTION",
    `This poll has no option "${optionId}"; its options are opt-1, opt-2 and so on.`,
    {
      pollId,
    },
  );
}

export function tooManyOptionsRefusal(pollId: PollId, chosen: number, most?: number): Refusal {
  const limit = most === undefined ? "fewer" : `at most ${most}`;
  return refuse("TOO_MANY_OPTIONS", `Choose ${limit}; this ballot has ${chosen}.`, { pollId });
}

export function alreadyVotedRefusal(pollId: PollId, standing: Choice, allowChange: boolean): Refusal {
  const message = allowChange
    ? "A newer ballot of yours already counts; send a change with a greater revision."
    : "You have already voted, and this poll does not let a vote be changed.";
  return refuse("ALREADY_VOTED", message, { pollId, yourVote: standing.optionIds });
}
