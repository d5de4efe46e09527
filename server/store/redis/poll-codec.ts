import type { VoterId } from "../../../shared/ids.ts";
import type { Choice } from "../../app/ballot.ts";
import type { Poll, PollControl, PollDefinition, Tally } from "../../app/poll.ts";
import { choiceOf, type RegisteredBallot } from "../../app/register.ts";

/** What a snapshot of the scripts holds; the script that composes it is ours, so its shape is taken as given. */
export interface Snapshot {
  readonly control: PollControl;
  readonly tally: Tally;
}

/** The answer of `read.lua` as a poll. */
export function parsePoll(definition: string, snapshot: string): Poll {
  return { definition: JSON.parse(definition) as PollDefinition, ...parseSnapshot(snapshot) };
}

export function parseSnapshot(snapshot: string): Snapshot {
  type Written = Snapshot & { tally: { final?: boolean; joinedCount?: number } };
  const { control, tally } = JSON.parse(snapshot) as Written;
  const { joinedCount, final } = tally;
  // A node of a release before does not say them: there a closed poll was final.
  return {
    control,
    tally: { ...tally, joinedCount: joinedCount ?? 0, final: final ?? control.status === "closed" },
  };
}

/** Control as field, value, field, value … for HSET; `null` is the word, so that scripts can paste it into JSON. */
export function controlFields(control: PollControl): string {
  return JSON.stringify(Object.entries(control).flatMap(([field, value]) => [field, String(value)]));
}

/** What the cast script must know of a definition, as field, value, field, value … for HSET. */
export function ballotRules({ kind, options, settings }: PollDefinition): string {
  const maxChoices = kind === "multiple" ? (settings.maxChoices ?? options.length) : 1;
  return JSON.stringify(["allowChange", settings.allowChange ? "1" : "0", "maxChoices", String(maxChoices)]);
}

/** A ballot as the scripts keep it, `revision:opt-1,opt-3`; `null` for none. */
export function registeredBallot(voter: string, standing: string | null): RegisteredBallot | null {
  if (!standing) return null;
  const colon = standing.indexOf(":");
  return {
    voter: voter as VoterId, // as it was when the ballot was cast
    revision: Number(standing.slice(0, colon)),
    choice: standing.slice(colon + 1),
  };
}

export function parseChoice(standing: string | null): Choice | null {
  const ballot = registeredBallot("", standing);
  return ballot && choiceOf(ballot);
}
