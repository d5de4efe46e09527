/** The scripts that count, show and steer. */
import { type Ballot, type Choice, judgeBallot, type Verdict } from "../../server/app/ballot.ts";
import type { PollControl } from "../../server/app/poll.ts";
import { isRefusal } from "../../shared/refusals.ts";
import { newest, type Script, standingOf, stepped, type Unusable } from "./redis-script.ts";
import { type Cast, EMPTY, type Entry, type Picture, type RedisState, withBallot } from "./redis-state.ts";

function pictureOf(state: RedisState): Picture {
  return {
    control: state.control as PollControl,
    epoch: state.epoch,
    version: state.version,
    votes: state.votes,
    participants: state.participants,
  };
}

export interface Judged {
  readonly verdict: Verdict;
  /** What stands after the verdict. */
  readonly standing: Choice | null;
  /** Its entry in the outbox; `null` if this verdict made none. */
  readonly entry: string | null;
  readonly picture: Picture;
}

/**
 * Judges and counts a ballot. A copy, because a call always writes something for WAIT to speak of. `name` is the call's
 * own: no other entry of any master ever has it.
 */
export function cast(voter: number, ballot: Ballot, name: string): Script<Judged | Unusable> {
  return (state, place) => {
    const usable = standingOf(state, place);
    if (usable !== "WARM") return [{ ...state }, usable];
    const standing = state.ballots[voter] ?? null;
    const poll = { definition: place.definition, control: state.control as PollControl };
    const verdict = judgeBallot(poll, standing, ballot, place.now);
    const blind =
      place.variant.noRevisionOrder && isRefusal(Object(verdict)) && state.control?.status === "open";
    if (verdict !== "count" && verdict !== "advance" && !blind) {
      return [{ ...state }, { verdict, standing, entry: null, picture: pictureOf(state) }];
    }
    const choice: Choice = { revision: ballot.revision, optionIds: ballot.optionIds };
    const counted = stepped(withBallot(state, voter, choice), place.now);
    const id = place.variant.numbersEntries ? `${state.entries + 1}` : name;
    const next = place.variant.noOutbox ? counted : withEntry(counted, id, { voter, choice });
    const entry = place.variant.noOutbox ? null : id;
    return [next, { verdict: blind ? "count" : verdict, standing: choice, entry, picture: pictureOf(next) }];
  };
}

function withEntry(state: RedisState, id: string, ballot: Cast): RedisState {
  const entry: Entry = { id, ballots: [ballot] };
  return { ...state, outbox: [...state.outbox, entry], entries: state.entries + 1 };
}

export function read(): Script<{ picture: Picture; outbox: number; final: boolean } | Unusable> {
  return (state, place) => {
    const usable = standingOf(state, place);
    if (usable !== "WARM") return [state, usable];
    return [state, { picture: pictureOf(state), outbox: state.outbox.length, final: state.final }];
  };
}

/** Who has a ballot here, whatever the state is worth: whoever settles sets those too. */
export function voters(): Script<readonly number[]> {
  return (state) => [state, [...state.ballots].flatMap((choice, voter) => (choice ? [voter] : []))];
}

/**
 * Takes a newer control over, and an epoch that was shown while Redis was away: browsers that saw it take only newer
 * ones. Where there is no state, whoever makes one reads META later than this.
 */
export function steerTo(control: PollControl, epoch = 0): Script<"DONE" | Unusable> {
  return (state, place) => {
    if (state.removed) return [{ ...state }, "REMOVED"];
    if (!state.exists) return [{ ...state }, "COLD"];
    if (control.seq <= (state.control?.seq ?? 0) && epoch <= state.epoch) return [{ ...state }, "DONE"];
    const next = { ...state, control: newest(control, state.control), epoch: Math.max(epoch, state.epoch) };
    return [stepped(next, place.now), "DONE"];
  };
}

export interface Fenced {
  readonly warm: boolean;
  /** Nothing that was acknowledged from here can be missing here. */
  readonly whole: boolean;
  readonly outbox: readonly Entry[];
}

/**
 * Ends the counting on this master, for good: also where it has no state, so that no rebuild that began earlier brings
 * an open poll. Answers what the ledger may not have yet, in the same step: an outbox that was lost is not an empty one.
 */
export function fence(control: PollControl): Script<Fenced | "REMOVED"> {
  return (state, place) => {
    if (state.removed) return [{ ...state }, "REMOVED"];
    const closed = { ...state, exists: true, rebuild: null, control: newest(control, state.control) };
    const next = closed.control === state.control ? closed : stepped(closed, place.now);
    const warm = standingOf(state, place) === "WARM";
    return [next, { warm, whole: warm && place.now >= state.wholeAt, outbox: state.outbox }];
  };
}

export function drop(): Script<"REMOVED"> {
  return () => [{ ...EMPTY, exists: true, removed: true }, "REMOVED"];
}

/** A new poll. */
export function create(control: PollControl): Script<"DONE"> {
  return (state, place) => [
    stepped({ ...state, exists: true, control, warm: place.replid, epoch: 1 }, place.now),
    "DONE",
  ];
}
