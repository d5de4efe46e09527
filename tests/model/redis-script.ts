/** What every script is made of: it takes the state and the server that runs it, and returns the next state and an answer. */
import type { Choice } from "../../server/app/ballot.ts";
import { nextVersion, type PollControl, type PollDefinition } from "../../server/app/poll.ts";
import { type Cast, merged, type RedisState, withBallot } from "./redis-state.ts";
import type { Variant } from "./variants.ts";

/** What a script knows of where it runs. */
export interface Place {
  /** This master's replication id: another one after every promotion and every restart. */
  readonly replid: number;
  /** Of the master it was promoted from, `master_replid2`; 0 after a restart. */
  readonly promotedFrom: number;
  /** `TIME`, epoch ms. */
  readonly now: number;
  /** Of this run of a script, and of no other. */
  readonly nonce: number;
  readonly definition: PollDefinition;
  readonly variant: Variant;
}

export type Script<Answer> = (state: RedisState, place: Place) => readonly [RedisState, Answer];

/** No state (`COLD`), one that another master made (`COLD` too), or the mark of a removed poll. */
export type Unusable = "COLD" | "REMOVED";

export function standingOf(state: RedisState, { replid, variant }: Place): "WARM" | Unusable {
  if (state.removed) return "REMOVED";
  if (!state.exists || state.control === null || state.warm === 0) return "COLD";
  return state.warm === replid || variant.trustsAnyMaster ? "WARM" : "COLD";
}

export const stepped = (state: RedisState, now: number): RedisState => ({
  ...state,
  version: nextVersion(state.version, now),
});

export function newest(control: PollControl, other: PollControl | null): PollControl {
  return other === null || control.seq > other.seq ? control : other;
}

/** Whether nothing is merged here any more: what stands is, or will be, set from the final result. */
export function isEnded({ control, rebuild }: RedisState, { replid, variant }: Place): boolean {
  if (control?.status === "closed") return true;
  const settles = rebuild?.settling && rebuild.master === replid;
  return settles === true && !variant.mergesWhileSettling;
}

export function mergedHere(state: RedisState, ballots: readonly Cast[], { now, variant }: Place): RedisState {
  if (variant.noRevisionOrder)
    return ballots.reduce((next, { voter, choice }) => withBallot(next, voter, choice), state);
  const later = ({ voter, choice }: Cast) => choice.revision > (standing(state, voter)?.revision ?? -1);
  const next = merged(state, variant.tiesByArrival ? ballots.filter(later) : ballots);
  return next === state ? state : stepped(next, now);
}

function standing(state: RedisState, voter: number): Choice | null {
  return state.ballots[voter] ?? null;
}
