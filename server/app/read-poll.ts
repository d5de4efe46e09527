import type { PollId, VoterId } from "../../shared/ids.ts";
import type { Refusal } from "../../shared/refusals.ts";
import { type HostClaim, type HostPorts, judgeHost } from "./host-claim.ts";
import { notFoundRefusal, type Poll } from "./poll.ts";
import type { PollStore } from "./ports.ts";
import type { Beholder } from "./snapshot.ts";

/** Who asks to see a poll. */
export interface Asker extends HostClaim {
  readonly voter: VoterId | null;
}

export interface PollForAsker {
  readonly poll: Poll;
  readonly beholder: Beholder;
  /** Why the asker is not taken for the host: an outage, or because it is none. `null`: it is the host. */
  readonly notHost: Refusal | null;
}

/** A poll as it stands, and what the asker is to it. */
export async function readPoll(
  ports: HostPorts & { readonly polls: PollStore },
  pollId: PollId,
  asker: Asker,
): Promise<PollForAsker | Refusal> {
  const { polls } = ports;
  const [poll, choices] = await Promise.all([
    polls.read(pollId),
    asker.voter ? polls.choicesOf(pollId, [asker.voter]) : [null],
  ]);
  if (!poll) return notFoundRefusal(pollId);
  const yourVote = choices[0]?.optionIds ?? null;
  const notHost = await judgeHost(ports, poll.definition, asker);
  return { poll, beholder: { host: notHost === null, yourVote }, notHost };
}
