import { draftControl, type PollControl, type PollDefinition, steer } from "../../server/app/poll.ts";
import { optionIdAt, type PollId } from "../../shared/ids.ts";

/** The one poll of every schedule. Changing is allowed: whoever may not change is the special case with one revision. */
export const DEFINITION: PollDefinition = {
  pollId: "MADE0DE1" as PollId,
  question: "?",
  kind: "single",
  options: [0, 1, 2].map((index) => ({ optionId: optionIdAt(index), label: String(index) })),
  settings: { allowChange: true, resultsVisibility: "live", durability: "replicated" },
  durationSeconds: 30,
  hostKeyHash: "",
  createdAt: 0,
};

/** Control of the poll, just opened at time 0. */
export function openedControl(): PollControl {
  const steered = steer(
    { definition: DEFINITION, control: draftControl(DEFINITION.settings) },
    { action: "open" },
    0,
  );
  if (typeof steered === "string" || !("control" in steered)) throw new Error("a draft can be opened");
  return steered.control;
}
