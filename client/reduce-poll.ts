/** How what is done on a page, and by its clock, changes what it knows of a poll. Pure: no clock, no socket, no DOM. */
import { type Ballot, type PollState, secondsLeft, standing } from "./poll-state.ts";

export type PollEvent =
  | { readonly type: "choose"; readonly optionIds: readonly string[] }
  /** Open the form again to change a counted vote, or leave it as it is. */
  | { readonly type: "reconsider" | "keepVote" }
  | { readonly type: "sent" | "kept"; readonly ballot: Ballot }
  | { readonly type: "notice"; readonly notice: string | null }
  | { readonly type: "tick"; readonly at: number };

export function reducePoll(state: PollState, event: PollEvent): PollState {
  switch (event.type) {
    case "choose": {
      const phase = event.optionIds.length ? "chosen" : "none";
      return { ...state, notice: null, ballot: { phase, optionIds: event.optionIds, revision: 0 } };
    }
    case "reconsider":
      return { ...state, notice: null, ballot: { ...state.ballot, phase: "chosen" } };
    case "keepVote":
      return { ...state, notice: null, ballot: standing(state) };
    case "sent":
    case "kept":
      return { ...state, notice: null, ballot: { ...event.ballot, phase: event.type } };
    case "notice":
      return { ...state, notice: event.notice };
    case "tick":
      return tick(state, event.at);
  }
}

/** A new state only when the words for the time left change, so that an idle page does not render. */
function tick(state: PollState, at: number): PollState {
  const ticked = { ...state, clock: { ...state.clock, at } };
  return secondsLeft(ticked) === secondsLeft(state) ? state : ticked;
}
