/** The scripts of whoever makes a state whole, or sets it to the final result: in parts, under a token. */
import type { Choice } from "../../server/app/ballot.ts";
import type { PollControl } from "../../server/app/poll.ts";
import { mergedHere, newest, type Place, type Script, standingOf, stepped } from "./redis-script.ts";
import { type Cast, type RedisState, withBallot } from "./redis-state.ts";
import { PATIENCE_MS } from "./timing.ts";

/** A token that nobody has used for this long may be taken over (ms). */
const BELIEVED_MS = 3_000;

/** What the parts are sent with. */
export interface Begun {
  readonly token: string;
}

/**
 * Takes the token, which is this server's: a copy of the call that comes later finds it, or makes another one where the
 * state was lost with all parts. After the fence only for settling: until then nothing may be counted here any more.
 */
export function begin(by: string, settling: boolean): Script<Begun | "BUSY" | "ENDED" | "REMOVED"> {
  return (state, { replid, now, nonce, variant }) => {
    if (state.removed) return [state, "REMOVED"];
    if (state.control?.status === "closed" && !settling) return [state, "ENDED"];
    const other = state.rebuild?.master === replid ? state.rebuild : null;
    if (other?.by === by) return [state, { token: other.token }];
    if (other && now - other.at < BELIEVED_MS) return [state, "BUSY"];
    const token = variant.tokensOfTheCaller ? by : `${by}:${nonce}`;
    const rebuild = { by, token, master: replid, at: now, settling };
    return [{ ...state, exists: true, rebuild }, { token }];
  };
}

const holds = ({ rebuild }: RedisState, token: string, { replid, variant }: Place) =>
  variant.noRebuildToken || (rebuild?.token === token && rebuild.master === replid);

/** Each part says that somebody is still at work. */
const atWork = (state: RedisState, { now }: Place): RedisState => ({
  ...state,
  rebuild: state.rebuild && { ...state.rebuild, at: now },
});

/** Ballots of the ledger, under the token. */
export function bring(token: string, ballots: readonly Cast[]): Script<"DONE" | "LOST"> {
  return (state, place) => {
    if (!holds(state, token, place)) return [state, "LOST"];
    return [mergedHere(atWork(state, place), ballots, place), "DONE"];
  };
}

/** The state is whole: for this master, in a new epoch. */
export function finish(token: string, control: PollControl, epoch: number): Script<"DONE" | "LOST"> {
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

/** Sets some voters to what the final result counts of them, moving the votes. */
export function set(
  token: string,
  part: readonly (readonly [voter: number, choice: Choice | null])[],
): Script<"DONE" | "LOST"> {
  return (state, place) => {
    if (!holds(state, token, place)) return [state, "LOST"];
    return [
      part.reduce((next, [voter, choice]) => withBallot(next, voter, choice), atWork(state, place)),
      "DONE",
    ];
  };
}

/** Everybody is set: what stands is what the final result counts. */
export function settle(token: string, control: PollControl, epoch: number): Script<"DONE" | "LOST"> {
  return (state, place) => {
    if (!holds(state, token, place)) return [state, "LOST"];
    const next: RedisState = {
      ...state,
      control: newest(control, state.control),
      warm: place.replid,
      rebuild: null,
      final: true,
      epoch: Math.max(epoch, state.epoch),
      outbox: [],
    };
    return [stepped(next, place.now), "DONE"];
  };
}
