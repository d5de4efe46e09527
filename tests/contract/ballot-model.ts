import type { Ballot, CastOutcome, Choice } from "../../server/app/ballot.ts";
import type { OptionId, VoterId } from "../../shared/ids.ts";
import type { RefusalCode } from "../../shared/refusals.ts";

/** What a voter is answered, in one word. */
export type Answer = "counted" | "repeated" | "pending" | RefusalCode;

export function answerOf(outcome: CastOutcome): Answer {
  if (outcome.kind === "refused") return outcome.refusal.code;
  if (outcome.kind === "pending") return "pending";
  return outcome.repeated ? "repeated" : "counted";
}

/**
 * The rules of ballots told once more, as plainly as possible and without the product's own functions: one poll, one
 * ballot after the other, no time but `over`.
 */
export class BallotModel {
  readonly #allowChange: boolean;
  readonly #standing = new Map<VoterId, { choice: string; revision: number }>();
  over = false;

  constructor(allowChange: boolean) {
    this.#allowChange = allowChange;
  }

  cast({ voter, optionIds, revision }: Ballot): Answer {
    const choice = optionIds.toSorted().join();
    const standing = this.#standing.get(voter);
    if (!standing) {
      if (this.over) return "POLL_CLOSED";
      this.#standing.set(voter, { choice, revision });
      return "counted";
    }
    const mayReplace = this.#allowChange && revision > standing.revision;
    if (choice !== standing.choice && !mayReplace) return "ALREADY_VOTED";
    if (choice !== standing.choice && this.over) return "POLL_CLOSED";
    const answer = choice === standing.choice ? "repeated" : "counted";
    if (mayReplace && !this.over) this.#standing.set(voter, { choice, revision });
    return answer;
  }

  choiceOf(voter: VoterId): Choice | null {
    const standing = this.#standing.get(voter);
    return standing
      ? { optionIds: standing.choice.split(",") as OptionId[], revision: standing.revision }
      : null;
  }
}

/** Counts choices by hand: votes of each option, and how many there are. */
export function countByHand(
  options: readonly { readonly optionId: OptionId }[],
  choices: readonly (Choice | null)[],
): [number[], number] {
  const cast = choices.filter((choice) => choice !== null);
  const votesOf = (optionId: OptionId) => cast.filter((choice) => choice.optionIds.includes(optionId)).length;
  return [options.map(({ optionId }) => votesOf(optionId)), cast.length];
}
