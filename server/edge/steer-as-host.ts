import type { PollId } from "../../shared/ids.ts";
import type { PollView } from "../../shared/messages.ts";
import { isRefusal, type Refusal } from "../../shared/refusals.ts";
import { notFoundRefusal } from "../app/poll.ts";
import { pollView } from "../app/snapshot.ts";
import { type HostAction, steerPoll } from "../app/steer-poll.ts";
import type { EdgeContext, EdgePorts } from "./edge-ports.ts";
import { actingAskerOf, ownersOf } from "./request-parts.ts";

type Steer = Exclude<HostAction, { action: "remove" }>;

/** Steers a poll with the host key of the request or by the session of its owner; answers how the host then sees it. */
export async function steerAsHost(
  ports: EdgePorts,
  context: EdgeContext,
  pollId: PollId,
  wanted: Steer,
): Promise<PollView | Refusal> {
  const asker = await actingAskerOf(ports, context);
  if (isRefusal(asker)) return asker;
  const poll = await steerPoll({ ...ports, ...ownersOf(ports) }, pollId, wanted, asker);
  if (poll === "removed") return notFoundRefusal(pollId);
  if (isRefusal(poll)) return poll;
  const [own] = asker.voter ? await ports.polls.choicesOf(pollId, [asker.voter]) : [];
  return pollView(poll, { host: true, yourVote: own?.optionIds ?? null }, ports.clock());
}
