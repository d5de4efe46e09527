import type { Choice } from "../../server/app/ballot.ts";
import { draftControl, type PollControl, type PollDefinition, steer } from "../../server/app/poll.ts";
import { supersedes as isGreater, choiceText as textOf } from "../../server/app/register.ts";
import { type OptionId, optionIdAt, type PollId } from "../../shared/ids.ts";

/** The one poll of a schedule. Three options, one choice each. */
export interface ThePoll {
  readonly definition: PollDefinition;
  /** As it is at time 0: open. */
  readonly control: PollControl;
}

/** A revision and the index of the option: `Choice` as the stores keep it. */
export const OPTIONS: readonly (readonly OptionId[])[] = [[optionIdAt(0)], [optionIdAt(1)], [optionIdAt(2)]];

export function openPoll(
  allowChange: boolean,
  durability: "replicated" | "ledger",
  lastsMs: number,
): ThePoll {
  const definition: PollDefinition = {
    pollId: "MADE0DE1" as PollId,
    question: "?",
    kind: "single",
    options: OPTIONS.map((_, index) => ({ optionId: optionIdAt(index), label: String(index) })),
    settings: { allowChange, resultsVisibility: "live", durability },
    durationSeconds: lastsMs / 1000,
    hostKeyHash: "",
    createdAt: 0,
  };
  const control = draftControl(definition.settings);
  const opened = steer({ definition, control }, { action: "open" }, 0);
  if (typeof opened === "string" || !("control" in opened)) throw new Error("a draft can be opened");
  return { definition, control: opened.control };
}

/** The order of the register, which is the product's. */
export function supersedes(a: Choice, b: Choice | null): boolean {
  return isGreater(registered(a), b && registered(b));
}

function registered({ revision, optionIds }: Choice) {
  return { revision, choice: textOf(optionIds) };
}

export function greatest(a: Choice | null, b: Choice | null): Choice | null {
  return b && supersedes(b, a) ? b : a;
}

/** `opt-2 (7)`. */
export function choiceText(choice: Choice | null): string {
  return choice === null ? "nothing" : `${choice.optionIds.join()} (${choice.revision})`;
}
