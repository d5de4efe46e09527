/** The scripts that know the outbox: what Redis has counted and the ledger may not have yet. */
import { isEnded, mergedHere, type Script, standingOf, type Unusable } from "./redis-script.ts";
import type { Cast, Entry } from "./redis-state.ts";

/** The oldest entries, and a write for WAIT: what a deposed master lists may never have been in the poll. */
export function pending(limit: number): Script<readonly Entry[]> {
  return (state) => [{ ...state }, state.outbox.slice(0, limit)];
}

/**
 * The ledger has the ballots of these entries: they go. Answers those that were not there any more. One that was there
 * proves its ballots, for the call that counted them wrote both; the other may have been drained, or lost.
 */
export function drained(entries: readonly string[]): Script<readonly string[] | Unusable> {
  return (state, place) => {
    if (state.removed) return [{ ...state }, "REMOVED"];
    const usable = standingOf(state, place) === "WARM" || state.rebuild?.master === place.replid;
    // Closed is enough: the closer could not empty the outbox of a state that nobody makes warm any more.
    if (!usable && !isEnded(state, place)) return [{ ...state }, "COLD"];
    const there = new Set(state.outbox.map(({ id }) => id));
    const outbox = state.outbox.filter(({ id }) => !entries.includes(id));
    return [{ ...state, outbox }, entries.filter((id) => !there.has(id))];
  };
}

/** Ballots that the ledger has: they stand here too from now on. */
export function merge(ballots: readonly Cast[]): Script<"DONE" | Unusable> {
  return (state, place) => {
    if (state.removed) return [{ ...state }, "REMOVED"];
    if (isEnded(state, place)) return [{ ...state }, "DONE"];
    const usable = standingOf(state, place) === "WARM" || state.rebuild?.master === place.replid;
    if (!usable) return [{ ...state }, "COLD"];
    return [{ ...mergedHere(state, ballots, place) }, "DONE"];
  };
}
