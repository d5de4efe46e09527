import type { Clock, PollStore } from "./ports.ts";
import { steerPoll } from "./steer-poll.ts";

/** Polls closed in one go; the rest follow in the next, so that a thousand ends at once do not stop the votes. */
const AT_ONCE = 100;

/** Closes every poll whose time and grace have passed. Running it twice at once, or on two nodes, is harmless. */
export async function endDuePolls(ports: {
  readonly polls: PollStore;
  readonly clock: Clock;
}): Promise<void> {
  const due = await ports.polls.due(ports.clock(), AT_ONCE);
  await Promise.all(due.map((pollId) => steerPoll(ports, pollId, { action: "expire" }, "clock")));
}
