import type { Choice } from "../../server/app/ballot.ts";
import type { Acknowledgement } from "./history.ts";
import type { ModelNode } from "./node.ts";
import { choiceText } from "./the-poll.ts";

/** What a voter hears: `VOTE_ACCEPTED`, `VOTE_PENDING` or a refusal. */
export type Answer = "accepted" | "pending" | "refused";

/** Says `VOTE_ACCEPTED`, and vouches for the ballot that stands. */
export function acknowledge(
  { run, world }: ModelNode,
  voter: number,
  choice: Choice,
  durability: Acknowledgement["durability"],
): Answer {
  world.history.acknowledged.push({ voter, choice, durability, run, at: world.now });
  world.note(() => `${run.name} acknowledges ${durability}: voter ${voter} ${choiceText(choice)}`);
  return "accepted";
}
