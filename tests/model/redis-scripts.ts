/** The scripts: each takes the state and the server that runs it, and returns the next state with its answer. */
import { type Ballot, type Choice, judgeBallot, type Verdict } from "../../server/app/ballot.ts";
import { nextVersion, type PollControl, type PollDefinition } from "../../server/app/poll.ts";
import { isRefusal } from "../../shared/refusals.ts";
import { type Cast, EMPTY, merged, type Picture, type RedisState, withBallot } from "./redis-state.ts";
import { supersedes } from "./the-poll.ts";
import { PATIENCE_MS } from "./timing.ts";
import type { Variant } from "./variants.ts";

/** What a script knows of where it runs. */
export interface Place {
  /** This master's replication id: another one after every promotion and every restart. */
  readonly replid: number;
  /** Of the master it was promoted from, `master_replid2`; 0 after a restart. */
  readonly promotedFrom: number;
  /** `TIME`, epoch ms. */
  readonly now: number;
  readonly definition: PollDefinition;
  readonly variant: Variant;
}

export type Script<Answer> = (state: RedisState, place: Place) => readonly [RedisState, Answer];

/** No state (`COLD`), one that another master made (`COLD` too), or the mark of a removed poll. */
type Unusable = "COLD" | "REMOVED";

function standingOf(state: RedisState, { replid, variant }: Place): "WARM" | Unusable {
  if (state.removed) return "REMOVED";
  if (!state.exists || state.control === null || state.warm === 0) return "COLD";
  return state.warm === replid || variant.trustsAnyMaster ? "WARM" : "COLD";
}

function pictureOf(state: RedisState): Picture {
  return {
    control: state.control as PollControl,
    epoch: state.epoch,
    version: state.version,
    votes: state.votes,
    participants: state.participants,
  };
}

const stepped = (state: RedisState, now: number): RedisState => ({
  ...state,
  version: nextVersion(state.version, now),
});

export interface Judged {
  readonly verdict: Verdict;
  /** What stands after the verdict. */
  readonly standing: Choice | null;
  readonly picture: Picture;
}

/** Judges and counts a ballot. A copy, because a call always writes something for WAIT to speak of. */
export function cast(voter: number, ballot: Ballot): Script<Judged | Unusable> {
  return (state, place) => {
    const usable = standingOf(state, place);
    if (usable !== "WARM") return [{ ...state }, usable];
    const standing = state.ballots[voter] ?? null;
    const poll = { definition: place.definition, control: state.control as PollControl };
    const verdict = judgeBallot(poll, standing, ballot, place.now);
    const blind =
      place.variant.noRevisionOrder && isRefusal(Object(verdict)) && state.control?.status === "open";
    if (verdict !== "count" && verdict !== "advance" && !blind) {
      return [{ ...state }, { verdict, standing, picture: pictureOf(state) }];
    }
    const choice: Choice = { revision: ballot.revision, optionIds: ballot.optionIds };
    let next = stepped(withBallot(state, voter, choice), place.now);
    if (!place.variant.noOutbox) next = { ...next, outbox: [...next.outbox, { voter, choice }] };
    return [next, { verdict: blind ? "count" : verdict, standing: choice, picture: pictureOf(next) }];
  };
}

export function read(): Script<{ picture: Picture; outbox: number; final: boolean } | Unusable> {
  return (state, place) => {
    const usable = standingOf(state, place);
    if (usable !== "WARM") return [state, usable];
    return [state, { picture: pictureOf(state), outbox: state.outbox.length, final: state.final }];
  };
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

function newest(control: PollControl, other: PollControl | null): PollControl {
  return other === null || control.seq > other.seq ? control : other;
}

export interface Fenced {
  readonly warm: boolean;
  /** Nothing that was acknowledged from here can be missing here. */
  readonly whole: boolean;
  readonly outbox: readonly Cast[];
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

/** The outbox, and a write for WAIT: what a deposed master lists may never have been in the poll. */
export function pending(): Script<readonly Cast[]> {
  return (state) => [{ ...state }, state.outbox];
}

/**
 * The ledger has these: they stand here too from now on, and leave the outbox. Refused once the counting has ended; then
 * they only leave the outbox, and what stands is settled from the final result.
 */
export function drained(ballots: readonly Cast[]): Script<"DONE" | Unusable> {
  return (state, place) => {
    if (state.removed) return [{ ...state }, "REMOVED"];
    const ended = state.control?.status === "closed";
    const usable = standingOf(state, place) === "WARM" || state.rebuild?.master === place.replid;
    if (!ended && !usable) return [{ ...state }, "COLD"];
    const next = ended ? state : mergedHere(state, ballots, place);
    return [{ ...next, outbox: without(next.outbox, ballots) }, "DONE"];
  };
}

function mergedHere(state: RedisState, ballots: readonly Cast[], { now, variant }: Place): RedisState {
  if (variant.noRevisionOrder)
    return ballots.reduce((next, { voter, choice }) => withBallot(next, voter, choice), state);
  const next = variant.tiesByArrival
    ? merged(
        state,
        ballots.filter(({ voter, choice }) => choice.revision > (state.ballots[voter]?.revision ?? -1)),
      )
    : merged(state, ballots);
  return next === state ? state : stepped(next, now);
}

function without(outbox: readonly Cast[], drainedNow: readonly Cast[]): readonly Cast[] {
  if (outbox.length === 0) return outbox;
  return outbox.filter(
    (entry) =>
      !drainedNow.some(({ voter, choice }) => voter === entry.voter && !supersedes(entry.choice, choice)),
  );
}

/** A rebuild that nobody has heard of for this long may be taken over (ms). */
const REBUILD_BELIEVED_MS = 3_000;

/** Takes the token. After the fence only for settling: until then nothing may be counted here any more. */
export function begin(token: number, settling: boolean): Script<"BEGUN" | "BUSY" | "ENDED" | "REMOVED"> {
  return (state, { replid, now }) => {
    if (state.removed) return [state, "REMOVED"];
    if (state.control?.status === "closed" && !settling) return [state, "ENDED"];
    const other = state.rebuild;
    if (other && other.master === replid && other.token !== token && now - other.at < REBUILD_BELIEVED_MS) {
      return [state, "BUSY"];
    }
    return [{ ...state, exists: true, rebuild: { token, master: replid, at: now } }, "BEGUN"];
  };
}

const holds = ({ rebuild }: RedisState, token: number, { replid, variant }: Place) =>
  variant.noRebuildToken || (rebuild?.token === token && rebuild.master === replid);

/** Ballots of the ledger, under the token. */
export function bring(token: number, ballots: readonly Cast[]): Script<"DONE" | "LOST"> {
  return (state, place) => {
    if (!holds(state, token, place)) return [state, "LOST"];
    return [mergedHere(state, ballots, place), "DONE"];
  };
}

/** The state is whole: for this master, in a new epoch. */
export function finish(token: number, control: PollControl, epoch: number): Script<"DONE" | "LOST"> {
  return (state, place) => {
    if (!holds(state, token, place)) return [state, "LOST"];
    // A replica that was promoted has all that WAIT confirmed; a master that started again may have lost some of it.
    const wasWhole = standingOf(state, place) === "WARM" || state.warm === place.promotedFrom;
    const next: RedisState = {
      ...state,
      control: newest(control, state.control),
      warm: place.replid,
      rebuild: null,
      wholeAt: wasWhole && state.warm !== 0 ? state.wholeAt : place.now + PATIENCE_MS,
      epoch: Math.max(epoch, state.epoch),
    };
    return [stepped(next, place.now), "DONE"];
  };
}

/** Makes the ballots exactly those of the final result, under the token. */
export function settle(
  token: number,
  roll: readonly (Choice | null)[],
  control: PollControl,
  epoch: number,
): Script<"DONE" | "LOST"> {
  return (state, place) => {
    if (!holds(state, token, place)) return [state, "LOST"];
    let next = state;
    const voters = Math.max(roll.length, state.ballots.length);
    for (let voter = 0; voter < voters; voter += 1) next = withBallot(next, voter, roll[voter] ?? null);
    next = {
      ...next,
      control: newest(control, state.control),
      warm: place.replid,
      rebuild: null,
      final: true,
      outbox: [],
    };
    return [stepped({ ...next, epoch: Math.max(epoch, state.epoch) }, place.now), "DONE"];
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
