/** What a host's page knows: what is at its code, whether it may steer, and what is under way. Plain data, pure rules. */
import { isRoomId } from "../shared/ids.ts";
import type { PollUpdate, PollView, RoomUpdate } from "../shared/messages.ts";
import type { PollHealth } from "../shared/poll-health.ts";
import type { CreateForm } from "./create-form.ts";
import type { HostData, QrDrawing } from "./page-data.ts";
import { audienceSees } from "./poll-state.ts";
import type { PollStep } from "./poll-steps.ts";
import { initialScreen, reduceScreen, type ScreenEvent, type ScreenState } from "./screen-state.ts";
import { everyPage } from "./texts/spoken.ts";

/** What is opened beside the steering; one at a time. */
export type Panel =
  /** The second step before something is gone for good: the poll or room, or one question of the room. */
  | { readonly kind: "deleting" }
  | { readonly kind: "removing"; readonly pollId: string }
  /** `pollId`: the draft that is rewritten; `null`: a new question. */
  | { readonly kind: "writing"; readonly pollId: string | null; readonly form: CreateForm }
  /** `address` has the key in it, and `qr` is of that address. */
  | {
      readonly kind: "link";
      readonly address: string;
      readonly qr: QrDrawing;
      readonly copied: boolean | null;
    };

export interface HostState {
  readonly screen: ScreenState;
  /** Whether this browser has a key for this code; `null`: nobody has looked, as on the server. */
  readonly hasKey: boolean | null;
  /** An account is signed in that does not own this yet. */
  readonly claimable: boolean;
  /** A step is under way: the next one waits for its answer. */
  readonly busy: boolean;
  /** Why the last step failed; gone with the next. */
  readonly failed: string | null;
  /** How everything stood when the last step began. */
  readonly stood: string;
  readonly panel: Panel | null;
  /** The list of questions shows what it is arranged with. */
  readonly arranging: boolean;
  /** The poll that asked the same before, as last read. */
  readonly previous: PollView | null;
  /** From a question to its answer (ms), the middle of the last few; `null`: not measured yet. */
  readonly roundTripMs: number | null;
  /** `null`: not known. */
  readonly health: PollHealth | null;
}

export type HostEvent =
  | ScreenEvent
  | { readonly type: "key"; readonly held: boolean; readonly claimable: boolean }
  | { readonly type: "begun" }
  /** A step's answer: what it says of the room, and of the question that the room is at or of the poll alone. */
  | {
      readonly type: "done";
      readonly room?: RoomUpdate;
      readonly view?: PollView | null;
      /** This machine's clock at receipt, epoch ms. */
      readonly at: number;
    }
  | { readonly type: "failed"; readonly failed: string }
  | { readonly type: "panel"; readonly panel: Panel | null }
  | { readonly type: "arranging"; readonly on: boolean }
  | { readonly type: "previous"; readonly view: PollView }
  | { readonly type: "health"; readonly health: PollHealth | null }
  | { readonly type: "roundTrip"; readonly ms: number }
  | { readonly type: "claimed" };

export function initialHost(data: HostData): HostState {
  return {
    screen: initialScreen(data),
    hasKey: null,
    claimable: false,
    busy: false,
    failed: null,
    stood: "",
    panel: null,
    arranging: false,
    previous: data.previous,
    roundTripMs: null,
    health: null,
  };
}

export function reduceHost(state: HostState, event: HostEvent): HostState {
  const next = stepped(state, event);
  // The answer was lost, and the step was taken all the same: asked to try again, a host would take the one after it.
  const isTaken = next.failed === everyPage.noAnswer && next.stood !== standsAs(next.screen);
  return isTaken ? { ...next, failed: null } : next;
}

/** What a step can change. */
function standsAs({ room, poll }: ScreenState): string {
  const { pollId, status, visibility, closesAt } = poll?.poll ?? {};
  return [room?.seq, pollId, status, visibility, closesAt].join();
}

function stepped(state: HostState, event: HostEvent): HostState {
  switch (event.type) {
    case "key":
      return { ...state, hasKey: event.held, claimable: event.claimable };
    case "begun":
      return { ...state, busy: true, failed: null, stood: standsAs(state.screen) };
    case "done":
      return { ...state, busy: false, failed: null, screen: answered(state.screen, event) };
    case "failed":
      return { ...state, busy: false, failed: event.failed };
    case "panel":
      return { ...state, panel: event.panel };
    case "arranging":
      return { ...state, arranging: event.on };
    case "previous":
      // One that comes late may be of a question that was left since.
      return event.view.poll.pollId === state.screen.poll?.poll.previousId
        ? { ...state, previous: event.view }
        : state;
    case "health":
      return { ...state, health: event.health };
    case "roundTrip":
      return event.ms === state.roundTripMs ? state : { ...state, roundTripMs: event.ms };
    case "claimed":
      return { ...state, claimable: false };
    default: {
      const screen = reduceScreen(state.screen, event);
      return screen === state.screen ? state : { ...state, screen };
    }
  }
}

/** An answer is news like a frame: older than what is shown it changes nothing. */
function answered(
  screen: ScreenState,
  { room, view, at }: Extract<HostEvent, { type: "done" }>,
): ScreenState {
  const frames = [
    room && ({ type: "ROOM_UPDATE", data: room } as const),
    view && ({ type: "POLL_UPDATE", data: view.poll } as const),
    view && ({ type: "RESULTS_UPDATE", data: view.results } as const),
  ];
  return frames.reduce(
    (shown, message) => (message ? reduceScreen(shown, { type: "frame", message, at }) : shown),
    screen,
  );
}

/** `asking`: the socket has not said yet what the key is worth, or nobody has looked for one. */
export type Standing = "host" | "guest" | "asking";

export function standingOf({ screen, hasKey }: HostState): Standing {
  if ((screen.room ?? screen.poll?.poll)?.host) return "host";
  if (hasKey === false) return "guest";
  return hasKey && screen.connection === "live" ? "guest" : "asking";
}

/** Something can be done: the browser is there, and has shown to be the host's. As the server drew it nothing can. */
export function maySteer(state: HostState): boolean {
  return state.hasKey !== null && standingOf(state) === "host";
}

/** Gone for everybody: deleted here or elsewhere. A room goes on without one of its questions. */
export function isGone({ screen }: HostState): boolean {
  return screen.removed || (screen.room === null && screen.poll?.removed === true);
}

/** What can be done with a poll as it stands, the most wanted first. */
export function stepsOf(poll: PollUpdate): readonly PollStep[] {
  const showing: PollStep = audienceSees(poll) ? "hide" : "reveal";
  switch (poll.status) {
    case "draft":
      return ["open"];
    case "open":
      return ["close", showing, "extend", "extendMore"];
    case "closed":
      return [showing];
  }
}

/**
 * The poll that this one is to be compared with, where it is not here yet: what the page came with was the server's answer
 * to somebody without a key, who may have been shown no numbers.
 */
export function missingPrevious({ screen, previous }: HostState): string | null {
  const wanted = screen.poll?.poll.previousId;
  if (!wanted) return null;
  return wanted === previous?.poll.pollId && previous.results.results ? null : wanted;
}

/** Where calls about what is at `code` go. */
export function pathOf(code: string): string {
  return isRoomId(code) ? `/api/rooms/${code}` : `/api/polls/${code}`;
}
