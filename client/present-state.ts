/** What the page on the wall knows. Plain data: the server renders it, the browser takes it over. */
import type { PollView } from "../shared/messages.ts";
import { changeSince } from "./change-since.ts";
import type { PresentData, QrDrawing } from "./page-data.ts";
import { audienceSees, type PollState } from "./poll-state.ts";
import { initialScreen, type ScreenState } from "./screen-state.ts";

export interface WallState {
  readonly screen: ScreenState;
  /** Scheme, name and port that people join at. */
  readonly origin: string;
  readonly qr: QrDrawing;
  /** The poll that asked the same before, as anybody may see it. */
  readonly previous: PollView | null;
  /** Whether this browser may steer. The server cannot know: a host key is only in the browser. */
  readonly steers: boolean;
  /** A word to whoever stands at the keys, and why something did not work; gone with the next step. */
  readonly notice: string | null;
  /** When closing was asked for the first time (epoch ms); `null`: it was not, or that was too long ago. */
  readonly armedAt: number | null;
  /** Whether keys that are one character steer. */
  readonly singleKeys: boolean;
  readonly isFull: boolean;
}

/** The state both ends start from. */
export function initialWall(data: PresentData): WallState {
  const { origin, qr, previous, steers } = data;
  return {
    screen: initialScreen(data),
    origin,
    qr,
    previous,
    steers,
    notice: null,
    armedAt: null,
    singleKeys: true,
    isFull: false,
  };
}

/** What is drawn of the results; `null`: no numbers. */
export function sharesOnWall({ poll, results }: PollState) {
  return poll.status !== "draft" && audienceSees(poll) ? results.results : null;
}

/** By how many points each option changed since it was asked before, by option; empty where that cannot be told. */
export function changesOf(state: PollState, previous: PollView | null): ReadonlyMap<string, number> {
  const changes = (sharesOnWall(state) && changeSince(previous, state)) ?? [];
  return new Map(
    changes.flatMap(({ optionId, points }) => (points === null ? [] : [[optionId, points] as const])),
  );
}
