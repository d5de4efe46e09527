/** The scripts beside a ledger. All take the nine keys of `tierKeys`, and are sent as they are, by `confirmed-writes.ts`. */
import type { PollId } from "../../../shared/ids.ts";
import type { SystemEvent } from "../../../shared/messages.ts";
import type { RegisteredBallot } from "../../app/register.ts";
import type { OutboxEntry, Told } from "../tiers/redis-side.ts";
import { pollChannels, pollKeys } from "./keys.ts";
import { lifetime } from "./lifetime.ts";
import { ballotRules, controlFields, registeredBallot } from "./poll-codec.ts";
import { withFragments } from "./script-text.ts";
import begin from "./scripts/begin.lua" with { type: "text" };
import bring from "./scripts/bring.lua" with { type: "text" };
import drained from "./scripts/drained.lua" with { type: "text" };
import drop from "./scripts/drop.lua" with { type: "text" };
import fence from "./scripts/fence.lua" with { type: "text" };
import finish from "./scripts/finish.lua" with { type: "text" };
import merge from "./scripts/merge.lua" with { type: "text" };
import pending from "./scripts/pending.lua" with { type: "text" };
import set from "./scripts/set.lua" with { type: "text" };
import settle from "./scripts/settle.lua" with { type: "text" };
import create from "./scripts/tier-create.lua" with { type: "text" };
import steer from "./scripts/tier-steer.lua" with { type: "text" };

export const TIER = {
  create: withFragments(create),
  steer: withFragments(steer),
  fence: withFragments(fence),
  pending: withFragments(pending),
  drained: withFragments(drained),
  merge: withFragments(merge),
  begin: withFragments(begin),
  bring: withFragments(bring),
  finish: withFragments(finish),
  set: withFragments(set),
  settle: withFragments(settle),
  drop: withFragments(drop),
};

/** An entry of a stream as Redis answers it. */
export type StreamEntry = readonly [id: string, fields: readonly string[]];

/** The KEYS of `keys.fragment.lua`. */
export function tierKeys(pollId: PollId): readonly string[] {
  const { poll, state, votes, participants, ballots, outbox, viewers, audit, joined } = pollKeys(pollId);
  return [poll, state, votes, participants, ballots, outbox, viewers, audit, joined];
}

/** The ARGV of `told.fragment.lua`. */
export function toldArguments({ definition, control, epoch }: Told, event?: SystemEvent) {
  const { updates, system } = pollChannels(definition.pollId);
  return [
    JSON.stringify(definition),
    ballotRules(definition),
    definition.options.length,
    controlFields(control),
    control.seq,
    epoch,
    ...lifetime(control),
    updates,
    system,
    event ?? "",
  ];
}

/** voter, revision, choice … */
export function ballotArguments(ballots: readonly RegisteredBallot[]): (string | number)[] {
  return ballots.flatMap(({ voter, revision, choice }) => [voter, revision, choice]);
}

export function outboxEntry([entry, fields]: StreamEntry): OutboxEntry {
  const ballots: RegisteredBallot[] = [];
  for (let index = 0; index < fields.length; index += 2) {
    const ballot = registeredBallot(fields[index] ?? "", fields[index + 1] ?? "");
    if (ballot) ballots.push(ballot);
  }
  return { entry, ballots };
}
