import type { PollId, VoterId } from "../../shared/ids.ts";
import type { Refusal } from "../../shared/refusals.ts";
import { isHostKey } from "./host-key.ts";
import { notFoundRefusal, type Poll } from "./poll.ts";
import type { PollStore } from "./ports.ts";
import type { Beholder } from "./snapshot.ts";

/** Who asks to see a poll. */
export interface Asker {
  readonly voter: VoterId | null;
  readonly hostKey: string | undefined;
}

/** A poll as it stands, and what the asker is to it. */
export async function readPoll(
  { polls }: { readonly polls: PollStore },
  pollId: PollId,
  asker: Asker,
): Promise<{ poll: Poll; beholder: Beholder } | Refusal> {
  const [poll, choices] = await Promise.all([
    polls.read(pollId),
    asker.voter ? polls.choicesOf(pollId, [asker.voter]) : [null],
  ]);
  if (!poll) return notFoundRefusal(pollId);
  const yourVote = choices[0]?.optionIds ?? null;
  return { poll, beholder: { host: isHostKey(poll.definition, asker.hostKey), yourVote } };
}
