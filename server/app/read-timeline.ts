import type { PollId } from "../../shared/ids.ts";
import type { Refusal } from "../../shared/refusals.ts";
import { notFoundRefusal, notOpenRefusal } from "./poll.ts";
import type { PollStore } from "./ports.ts";
import type { Timeline } from "./timeline.ts";

/** When a poll's ballots were cast, for everybody: it says no more than `participantCount` did all along. */
export async function readTimeline(
  polls: Pick<PollStore, "read" | "timeline">,
  pollId: PollId,
): Promise<Timeline | Refusal> {
  const timeline = await polls.timeline(pollId);
  if (timeline) return timeline;
  return (await polls.read(pollId)) ? notOpenRefusal(pollId) : notFoundRefusal(pollId);
}
