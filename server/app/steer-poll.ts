import type { JoinCode, PollId } from "../../shared/ids.ts";
import type { RewritePollRequest } from "../../shared/messages.ts";
import { isRefusal, type Refusal, refuse } from "../../shared/refusals.ts";
import { type HostClaim, judgeHost } from "./host-claim.ts";
import { Outage } from "./outage.ts";
import { notFoundRefusal, type Poll, type Steering, steer } from "./poll.ts";
import { textOf, writePoll } from "./poll-text.ts";
import type { Clock, ControlChange, PollStore } from "./ports.ts";
import type { AccountStore } from "./session-ports.ts";

/** What a host may ask of a poll. */
export type HostAction = Steering | { readonly action: "remove" } | RewriteAction;

export interface RewriteAction {
  readonly action: "rewrite";
  readonly text: RewritePollRequest;
}

/** Who asks: whoever holds the host key or owns the poll, or the clock at the natural end. */
export type Authority = HostClaim | "clock";

export interface SteerPollPorts {
  readonly polls: PollStore;
  readonly clock: Clock;
  /** Without it nobody is a host by account. */
  readonly owners?: Pick<AccountStore, "ownerOf" | "disown">;
}

type Change = Omit<ControlChange, "pollId" | "expectedSeq">;

/**
 * Steers a poll and answers how it then stands (`"removed"` after removing). The rule is `steer`; the store only
 * swaps the old control for the new one if nobody else did in between, so a lost race is judged again, never merged.
 */
export async function steerPoll(
  ports: SteerPollPorts,
  pollId: PollId,
  wanted: HostAction,
  authority: Authority,
): Promise<Poll | "removed" | Refusal> {
  const { polls, clock } = ports;
  for (;;) {
    const poll = await polls.read(pollId);
    if (!poll) return notFoundRefusal(pollId);
    const refused = authority === "clock" ? null : await judgeHost(ports, poll.definition, authority);
    if (refused) return refused;
    const change = judge(poll, wanted, clock(), authority === "clock" ? "clock" : "host");
    if (change === "unchanged") return poll;
    if (isRefusal(change)) return change;
    const swapped = await polls.steer({ pollId, expectedSeq: poll.control.seq, ...change });
    if (swapped === "absent") return notFoundRefusal(pollId);
    if (swapped === "conflict") continue;
    if (change.control === "removed") {
      await disown(ports, pollId);
      return "removed";
    }
    return (await polls.read(pollId)) ?? notFoundRefusal(pollId);
  }
}

function judge(
  poll: Poll,
  wanted: HostAction,
  now: number,
  by: "host" | "clock",
): Change | "unchanged" | Refusal {
  if (wanted.action === "remove") {
    return { control: "removed", event: "removed", audit: { at: now, action: "removed", by } };
  }
  if (wanted.action === "rewrite") return judgeRewrite(poll, wanted, now);
  const steered = steer(poll, wanted, now);
  if (steered === "unchanged" || isRefusal(steered)) return steered;
  return { ...steered, audit: { at: now, action: steered.event, by } };
}

function judgeRewrite({ definition, control }: Poll, { text }: RewriteAction, now: number): Change | Refusal {
  if (control.status !== "draft") {
    return refuse("CONFLICT", "This poll has been opened; only a draft's text can be changed.", {
      pollId: definition.pollId,
    });
  }
  const written = writePoll(mergeText(textOf(definition), text));
  if (isRefusal(written)) return written;
  return {
    control: { ...control, visibility: written.settings.resultsVisibility, seq: control.seq + 1 },
    definition: { ...definition, ...written },
    audit: { at: now, action: "rewritten", by: "host" },
  };
}

/** A change of kind drops what only made sense for the old one. */
function mergeText(old: ReturnType<typeof textOf>, change: RewritePollRequest): ReturnType<typeof textOf> {
  const kind = change.kind ?? old.kind;
  const { maxChoices, ...settings } = old.settings ?? {};
  const keptChoices = kind === "multiple" && old.kind === "multiple" && !change.options ? { maxChoices } : {};
  return {
    question: change.question ?? old.question,
    kind,
    options: change.options ?? (kind === "rating" ? undefined : old.options),
    durationSeconds: change.durationSeconds ?? old.durationSeconds,
    settings: { ...settings, ...keptChoices, ...change.settings },
  };
}

/** It is gone; whose it was is tidied up here, or else by the next who lists the owner's polls. */
export async function disown({ owners }: SteerPollPorts, code: JoinCode): Promise<void> {
  try {
    await owners?.disown(code);
  } catch (trouble) {
    if (!(trouble instanceof Outage)) throw trouble;
  }
}
