import fc from "fast-check";
import type { Ballot } from "../../server/app/ballot.ts";
import type { PollId, VoterId } from "../../shared/ids.ts";
import { ballotOf, newVoter } from "../support/fixtures.ts";

/** Something that happens to a poll. Voters are told apart by number; `again` sends an earlier ballot once more. */
export type Step =
  | {
      readonly does: "cast";
      readonly voter: number;
      readonly choice: readonly number[];
      readonly revision: number;
    }
  | { readonly does: "again"; readonly which: number }
  | { readonly does: "close" }
  | { readonly does: "restart" }
  /** Time, where the adapter's can be moved; the poll lasts a minute. */
  | { readonly does: "pass"; readonly ms: number };

export interface PollKindOfHistory {
  readonly allowChange: boolean;
  readonly multiple: boolean;
}

/** Few voters, options and revisions, so that they collide. */
export const VOTERS = 4;
const cast = fc.record({
  does: fc.constant("cast" as const),
  voter: fc.nat(VOTERS - 1),
  choice: fc.subarray([1, 2, 3], { minLength: 1 }),
  revision: fc.nat(5),
});
const again = fc.record({ does: fc.constant("again" as const), which: fc.nat(20) });
const close = fc.constant({ does: "close" } as const);
const pass = fc.record({
  does: fc.constant("pass" as const),
  ms: fc.constantFrom(1, 999, 1_000, 59_000, 60_000),
});
const restart = fc.constant({ does: "restart" } as const);

export const pollKind: fc.Arbitrary<PollKindOfHistory> = fc.record({
  allowChange: fc.boolean(),
  multiple: fc.boolean(),
});

/** One thing after the other. */
export const history: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: cast },
    { weight: 4, arbitrary: again },
    { weight: 1, arbitrary: close },
    { weight: 1, arbitrary: restart },
    { weight: 2, arbitrary: pass },
  ),
  { minLength: 1, maxLength: 25 },
);

/** Several things at the same time, several times. */
export const bursts: fc.Arbitrary<Step[][]> = fc.array(
  fc.array(
    fc.oneof(
      { weight: 12, arbitrary: cast },
      { weight: 6, arbitrary: again },
      { weight: 1, arbitrary: close },
    ),
    { minLength: 1, maxLength: 10 },
  ),
  { minLength: 1, maxLength: 4 },
);

/** Turns the steps of one history into ballots of one poll. */
export class Ballots {
  readonly voters: readonly VoterId[] = Array.from({ length: VOTERS }, newVoter);
  readonly #sent: Ballot[] = [];
  readonly #pollId: PollId;
  readonly #multiple: boolean;

  constructor(pollId: PollId, multiple: boolean) {
    this.#pollId = pollId;
    this.#multiple = multiple;
  }

  /** The ballot a step casts, `null` if it casts none. */
  of(step: Step): Ballot | null {
    if (step.does === "again") return this.#sent[step.which % (this.#sent.length || 1)] ?? null;
    if (step.does !== "cast") return null;
    const voter = this.voters[step.voter];
    if (!voter) throw new Error(`There is no voter ${step.voter}.`);
    const choice = this.#multiple ? step.choice : step.choice.slice(0, 1);
    const ballot = ballotOf(this.#pollId, voter, choice, step.revision);
    this.#sent.push(ballot);
    return ballot;
  }
}
