import { newPollId } from "../../shared/ids.ts";
import type { CreatePollRequest } from "../../shared/messages.ts";
import { isRefusal, type Refusal } from "../../shared/refusals.ts";
import { hashHostKey, newHostKey } from "./host-key.ts";
import { draftControl, type Poll, type PollDefinition, steer } from "./poll.ts";
import { writePoll } from "./poll-text.ts";
import type { Clock, PollStore } from "./ports.ts";

export interface CreatePollPorts {
  readonly polls: PollStore;
  readonly clock: Clock;
}

export interface CreatedPoll {
  readonly poll: Poll;
  /** Told once, to the maker. */
  readonly hostKey: string;
}

/** Makes a poll with a key of its own, open at once unless `open: false`. */
export async function createPoll(
  ports: CreatePollPorts,
  { open = true, ...text }: CreatePollRequest,
): Promise<CreatedPoll | Refusal> {
  const written = writePoll(text);
  if (isRefusal(written)) return written;
  const hostKey = newHostKey();
  return { poll: await makePoll(ports, { ...written, hostKeyHash: hashHostKey(hostKey) }, open), hostKey };
}

/** Keeps a new poll under a code of its own: a draft, or opened at once. Every poll is made here. */
export async function makePoll(
  { polls, clock }: CreatePollPorts,
  text: Omit<PollDefinition, "pollId" | "createdAt">,
  open: boolean,
): Promise<Poll> {
  const now = clock();
  for (;;) {
    const definition = { pollId: newPollId(), ...text, createdAt: now };
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
      joinedCount: 0,
      final: false,
    };
    return (await polls.read(definition.pollId)) ?? { definition, control, tally };
  }
}
