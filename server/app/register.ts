/** A ballot as every store keeps it, and the one order by which ballots of one voter are merged. */
import type { OptionId, VoterId } from "../../shared/ids.ts";
import type { Choice } from "./ballot.ts";

/** What stands for one voter in one poll. */
export interface RegisteredBallot {
  readonly voter: VoterId;
  readonly revision: number;
  /** `opt-1,opt-3`: the options in their order, so that equal sets are equal text. */
  readonly choice: string;
}

/**
 * Whether `a` takes the place of `b` wherever ballots that were counted elsewhere are merged: by revision, and of one
 * revision by the text of the choice, bytewise. A total order, so merging commutes and may be repeated.
 */
export function supersedes(
  a: Pick<RegisteredBallot, "revision" | "choice">,
  b: Pick<RegisteredBallot, "revision" | "choice"> | undefined | null,
): boolean {
  if (!b || a.revision > b.revision) return true;
  return a.revision === b.revision && a.choice > b.choice;
}

/** Merges ballots into a register; whatever the order, the same ballots stand in the end. */
export function mergeInto(
  register: Map<VoterId, RegisteredBallot>,
  ballots: Iterable<RegisteredBallot>,
): Map<VoterId, RegisteredBallot> {
  for (const ballot of ballots) {
    if (supersedes(ballot, register.get(ballot.voter))) register.set(ballot.voter, ballot);
  }
  return register;
}

/** A choice as text. The options need not be in their order, nor named once. */
export function choiceText(optionIds: readonly string[]): string {
  if (optionIds.length === 1) return optionIds[0] ?? "";
  const inOrder = [...new Set(optionIds)].sort((a, b) => Number(a.slice(4)) - Number(b.slice(4)));
  return inOrder.join(",");
}

/** What a registered ballot says, as the rules of a ballot read it. */
export function choiceOf({ revision, choice }: Pick<RegisteredBallot, "revision" | "choice">): Choice {
  return { revision, optionIds: choice.split(",") as OptionId[] };
}
