import type { Choice } from "../../server/app/ballot.ts";
import type { PollControl } from "../../server/app/poll.ts";
import { supersedes } from "./the-poll.ts";

/** A ballot of one of the voters, who are numbered. */
export interface Cast {
  readonly voter: number;
  readonly choice: Choice;
}

/** What one call counted, in the outbox until the ledger has it. */
export interface Entry {
  readonly id: string;
  readonly ballots: readonly Cast[];
}

/** Everything one Redis server keeps of the poll. Never changed: a script makes the next one. */
export interface RedisState {
  readonly exists: boolean;
  readonly removed: boolean;
  readonly control: PollControl | null;
  /** The replication id of the master this state was made whole for; any other that finds it here must not trust it. */
  readonly warm: number;
  /** Whoever is making it whole, for which master, and since when. */
  readonly rebuild: {
    readonly by: string;
    readonly token: string;
    readonly master: number;
    readonly at: number;
    readonly settling: boolean;
  } | null;
  /** Settled: exactly what the final result counts. */
  readonly final: boolean;
  /** Until then living nodes may have in memory what this state has lost (ms, this server's clock). */
  readonly wholeAt: number;
  readonly epoch: number;
  readonly version: number;
  readonly ballots: readonly (Choice | null)[];
  readonly votes: readonly number[];
  readonly participants: number;
  readonly outbox: readonly Entry[];
  /** How many entries there have been. */
  readonly entries: number;
}

export const EMPTY: RedisState = {
  exists: false,
  removed: false,
  control: null,
  warm: 0,
  rebuild: null,
  final: false,
  wholeAt: 0,
  epoch: 0,
  version: 0,
  ballots: [],
  votes: [0, 0, 0],
  participants: 0,
  outbox: [],
  entries: 0,
};

/** The state with this ballot instead of the voter's old one. Votes move by one; they are never counted afresh. */
export function withBallot(state: RedisState, voter: number, choice: Choice | null): RedisState {
  const ballots = state.ballots.slice();
  const votes = state.votes.slice();
  const standing = ballots[voter] ?? null;
  if (standing) votes[optionOf(standing)] = (votes[optionOf(standing)] ?? 0) - 1;
  if (choice) votes[optionOf(choice)] = (votes[optionOf(choice)] ?? 0) + 1;
  ballots[voter] = choice;
  const participants = state.participants + (choice ? 1 : 0) - (standing ? 1 : 0);
  return { ...state, ballots, votes, participants };
}

/** The state after a merge: of two ballots of a voter the one that supersedes the other. */
export function merged(state: RedisState, ballots: readonly Cast[]): RedisState {
  let next = state;
  for (const { voter, choice } of ballots) {
    if (supersedes(choice, next.ballots[voter] ?? null)) next = withBallot(next, voter, choice);
  }
  return next;
}

/** `opt-2` → 1. */
export function optionOf(choice: Choice): number {
  return Number(choice.optionIds[0]?.slice(4)) - 1;
}

/** What a reader shows of it. */
export interface Picture {
  readonly control: PollControl;
  readonly epoch: number;
  readonly version: number;
  readonly votes: readonly number[];
  readonly participants: number;
}

/** V3: what is wrong with the counts, `null` if nothing. */
export function miscount({ ballots, votes, participants }: RedisState): string | null {
  const expected = [0, 0, 0];
  let voters = 0;
  for (const choice of ballots) {
    if (!choice) continue;
    voters += 1;
    expected[optionOf(choice)] = (expected[optionOf(choice)] ?? 0) + 1;
  }
  if (voters === participants && expected.every((count, option) => count === votes[option])) return null;
  return `votes ${votes}, participants ${participants}, but ballots ${expected} of ${voters}`;
}
