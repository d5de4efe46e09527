/** How each piece of news changes the page of a poll. Pure: no clock, no socket, no DOM. */
import type { PollView, ServerMessage } from "../shared/messages.ts";
import { type Ballot, type Connection, type PollState, secondsLeft, standing } from "./poll-state.ts";
import { reduceFrame } from "./reduce-frame.ts";

export type PollEvent =
  /** `at`: this machine's clock at receipt, epoch ms. */
  | { readonly type: "frame"; readonly message: ServerMessage; readonly at: number }
  /** The answer to a host's action. */
  | { readonly type: "view"; readonly view: PollView; readonly at: number }
  | { readonly type: "connection"; readonly connection: Connection }
  | { readonly type: "choose"; readonly optionIds: readonly string[] }
  /** Open the form again to change a counted vote, or leave it as it is. */
  | { readonly type: "reconsider" | "keepVote" }
  | { readonly type: "sent" | "kept"; readonly ballot: Ballot }
  | { readonly type: "host"; readonly address: string; readonly claimable: boolean }
  /** A host's action went out; it ends with `view` or `notice`. */
  | { readonly type: "steering" }
  | { readonly type: "notice"; readonly notice: string }
  | { readonly type: "tick"; readonly at: number };

export function reduce(state: PollState, event: PollEvent): PollState {
  switch (event.type) {
    case "frame":
      return reduceFrame(state, event.message, event.at);
    case "view": {
      const { poll, results } = event.view;
      const polled = reduceFrame(state, { type: "POLL_UPDATE", data: poll }, event.at);
      const both = reduceFrame(polled, { type: "RESULTS_UPDATE", data: results }, event.at);
      return { ...both, notice: null, host: idle(both) };
    }
    case "connection":
      return { ...state, connection: event.connection };
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
    case "host":
      return { ...state, host: { address: event.address, busy: false, claimable: event.claimable } };
    case "steering":
      return { ...state, notice: null, host: state.host && { ...state.host, busy: true } };
    case "notice":
      return { ...state, notice: event.notice, host: idle(state) };
    case "tick":
      return tick(state, event.at);
  }
}

function idle({ host }: PollState): PollState["host"] {
  return host && { ...host, busy: false };
}

/** A new state only when the words for the time left change, so that an idle page does not render. */
function tick(state: PollState, at: number): PollState {
  const ticked = { ...state, clock: { ...state.clock, at } };
  return secondsLeft(ticked) === secondsLeft(state) ? state : ticked;
}
