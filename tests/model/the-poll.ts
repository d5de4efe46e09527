import type { Choice } from "../../server/app/ballot.ts";
import { draftControl, type PollControl, type PollDefinition, steer } from "../../server/app/poll.ts";
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

/**
 * The order of the register: by revision, and of one revision by the text of the choice. A total order, so that two
 * stores that merge in any order end with the same ballot, also where two tabs took the same revision.
 */
export function supersedes(a: Choice, b: Choice | null): boolean {
  if (b === null || a.revision !== b.revision) return b === null || a.revision > b.revision;
  return a.optionIds.join() > b.optionIds.join();
}

/** `opt-2 (7)`. */
export function choiceText(choice: Choice | null): string {
  return choice === null ? "nothing" : `${choice.optionIds.join()} (${choice.revision})`;
}
