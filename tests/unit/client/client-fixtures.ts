/** Builders for the browser's side: views as the server would give them, and time that a test moves. */

import { type BallotState, initialState, type PollState } from "../../../client/poll-state.ts";
import { type Connection, initialScreen, type ScreenState } from "../../../client/screen-state.ts";
import type { Cancel, Timer } from "../../../client/timer.ts";
import { pollView } from "../../../server/app/snapshot.ts";
import type { PollView, ServerMessage } from "../../../shared/messages.ts";
import { definitionOf, NOON, openControl, pollOf } from "../../support/fixtures.ts";

/** An open poll with votes 2, 1, 0 as somebody sees it who has not voted. */
export function anyView(): PollView {
  const definition = definitionOf();
  const poll = pollOf(definition, openControl(definition), [2, 1, 0], {
    epoch: 3,
    version: 100,
    viewerCount: 7,
  });
  return pollView(poll, { host: false, yourVote: null }, NOON);
}

/** `anyView` taken over by a page. */
export function anyState(parts: Partial<PollState> = {}): PollState {
  return { ...initialState(anyView()), ...parts };
}

/** The screen of a page that is at a poll alone, connected unless said. */
export function screenOf(poll: PollState, connection: Connection = "live"): ScreenState {
  return { ...initialScreen({ room: null, view: null }), poll, connection };
}

export function ballotState(phase: BallotState["phase"], optionId = "opt-1", revision = 0): BallotState {
  return { phase, optionIds: phase === "none" ? [] : [optionId], revision };
}

type DataOf<Type> = Extract<ServerMessage, { type: Type }>["data"];

/** The poll's update, newer by `newer` versions than what the state shows. */
export function pollUpdateAfter(state: PollState, newer: number, parts: Partial<DataOf<"POLL_UPDATE">> = {}) {
  const data = { ...state.poll, version: state.poll.version + newer, ...parts };
  return { type: "POLL_UPDATE", data } as const;
}

export function resultsAfter(state: PollState, newer: number, parts: Partial<DataOf<"RESULTS_UPDATE">> = {}) {
  const data = { ...state.results, version: state.results.version + newer, ...parts };
  return { type: "RESULTS_UPDATE", data } as const;
}

export function acceptedFor(state: PollState, optionId: string, revision: number) {
  const { pollId } = state.poll;
  const kept = { durability: "embedded", repeated: false } as const;
  return { type: "VOTE_ACCEPTED", data: { pollId, optionIds: [optionId], revision, ...kept } } as const;
}

interface Due {
  readonly at: number;
  readonly act: () => void;
}

/** Time that stands still until `advance`. */
export class ManualTimer implements Timer {
  #now: number;
  #due: Due[] = [];

  constructor(now = NOON) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, act: () => void): Cancel {
    const due = { at: this.#now + ms, act };
    this.#due.push(due);
    return () => {
      this.#due = this.#due.filter((other) => other !== due);
    };
  }

  /** Runs what falls due within `ms`, in order, also what that itself plans. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#due.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#due = this.#due.filter((other) => other !== next);
      this.#now = Math.max(this.#now, next.at);
      next.act();
    }
    this.#now = end;
  }

  /** How long until each thing that is planned (ms), soonest first. */
  get waits(): number[] {
    return this.#due.map(({ at }) => at - this.#now).sort((a, b) => a - b);
  }
}
