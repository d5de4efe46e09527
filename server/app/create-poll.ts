import { newPollId } from "../../shared/ids.ts";
import type { CreatePollRequest } from "../../shared/messages.ts";
import { isRefusal, type Refusal } from "../../shared/refusals.ts";
import { hashHostKey, newHostKey } from "./host-key.ts";
import { draftControl, type Poll, steer } from "./poll.ts";
import { writePoll } from "./poll-text.ts";
import type { Clock, PollStore } from "./ports.ts";

export interface CreatedPoll {
  readonly poll: Poll;
  /** Told once, to the maker. */
  readonly hostKey: string;
}

/** Makes a poll, open at once unless `open: false`. */
export async function createPoll(
  { polls, clock }: { readonly polls: PollStore; readonly clock: Clock },
  { open = true, ...text }: CreatePollRequest,
): Promise<CreatedPoll | Refusal> {
  const written = writePoll(text);
  if (isRefusal(written)) return written;
  const hostKey = newHostKey();
  const now = clock();
  const base = { ...written, hostKeyHash: hashHostKey(hostKey), createdAt: now };
  for (;;) {
    const definition = { pollId: newPollId(), ...base };
    const draft = draftControl(definition.settings);
    const opened = open ? steer({ definition, control: draft }, { action: "open" }, now) : null;
    const control = opened && typeof opened === "object" && "control" in opened ? opened.control : draft;
    // A code is never used again, so a collision (2^-40 for each poll ever made) draws another.
    if ((await polls.create(definition, control, { at: now, action: "created", by: "host" })) === "taken")
      continue;
    const tally = {
      epoch: 0,
      version: 0,
      votes: definition.options.map(() => 0),
      participantCount: 0,
      viewerCount: 0,
      final: false,
    };
    return { poll: (await polls.read(definition.pollId)) ?? { definition, control, tally }, hostKey };
  }
}
