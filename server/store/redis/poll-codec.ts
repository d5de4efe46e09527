import type { Poll, PollControl, PollDefinition, Tally } from "../../app/poll.ts";

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
  return JSON.parse(snapshot) as Snapshot;
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

/** A choice as the ballots hash keeps it: the option ids in their order, so that equal sets are equal text. */
export function choiceText(optionIds: readonly string[]): string {
  const inOrder = [...new Set(optionIds)].sort((a, b) => Number(a.slice(4)) - Number(b.slice(4)));
  return inOrder.join(",");
}
