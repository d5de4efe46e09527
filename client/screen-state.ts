/** What a page at a code knows: a poll alone, or a room and the question everybody is at. Plain data, as `PollState` is. */
import type { PollUpdate, PollView, ResultsUpdate, RoomUpdate, ServerMessage } from "../shared/messages.ts";
import { type Announcement, announce, firstAnnouncement } from "./announcement.ts";
import { initialState, type PollState } from "./poll-state.ts";
import { compare, reduceFrame } from "./reduce-frame.ts";
import { type PollEvent, reducePoll } from "./reduce-poll.ts";

/**
 * `offline`: lost, and this machine knows that it has no network; `crowded`: reached, and asked to wait;
 * `outdated`: this page speaks a protocol the server no longer does; only a reload helps.
 */
export type Connection =
  | "connecting"
  | "live"
  | "reconnecting"
  | "offline"
  | "crowded"
  | "draining"
  | "outdated";

type Picture = Extract<ServerMessage, { type: "POLL_UPDATE" | "RESULTS_UPDATE" }>;

/** What is at a code, as the server gives it. One of the two is there. */
export interface Shown {
  readonly room: RoomUpdate | null;
  /** The poll alone, or the room's question; `null` where the room has not asked anything yet. */
  readonly view: PollView | null;
}

/** What has been heard of a question that is not shown. */
interface Ahead {
  readonly poll?: PollUpdate;
  readonly results?: ResultsUpdate;
}

export interface ScreenState {
  readonly room: RoomUpdate | null;
  readonly poll: PollState | null;
  readonly connection: Connection;
  /** The room is gone. */
  readonly removed: boolean;
  /** Questions that frames came about before the room said it is there; `null`: has been shown, and left. */
  readonly ahead: Readonly<Record<string, Ahead | null>>;
  readonly announcement: Announcement;
}

export type ScreenEvent =
  /** `at`: this machine's clock at receipt, epoch ms. */
  | { readonly type: "frame"; readonly message: ServerMessage; readonly at: number }
  | { readonly type: "connection"; readonly connection: Connection }
  | PollEvent;

export function initialScreen({ room, view }: Shown): ScreenState {
  const poll = view && initialState(view);
  const announcement = firstAnnouncement(poll);
  return { room, poll, connection: "connecting", removed: false, ahead: {}, announcement };
}

/** The code that a page is at: the room's, or the poll's alone. */
export function codeAt({ room, poll }: Pick<ScreenState, "room" | "poll">): string {
  return room?.roomId ?? poll?.poll.pollId ?? "";
}

export function reduceScreen(state: ScreenState, event: ScreenEvent): ScreenState {
  const next = stepped(state, event);
  if (event.type !== "tick" && event.type !== "frame") return next;
  const announcement = announce(next.announcement, next.poll, event.at);
  return announcement === next.announcement ? next : { ...next, announcement };
}

function stepped(state: ScreenState, event: ScreenEvent): ScreenState {
  switch (event.type) {
    case "frame":
      return screenFrame(state, event.message, event.at);
    case "connection":
      return { ...state, connection: event.connection };
    default: {
      const poll = state.poll && reducePoll(state.poll, event);
      return poll === state.poll ? state : { ...state, poll };
    }
  }
}

function screenFrame(state: ScreenState, message: ServerMessage, at: number): ScreenState {
  switch (message.type) {
    case "RECONNECT":
      return { ...state, connection: "draining" };
    case "ROOM_UPDATE":
      return roomUpdated(state, message.data, at);
    case "ROOM_SYSTEM":
      return message.data.roomId === state.room?.roomId ? { ...state, removed: true } : state;
    case "ERROR":
      if (message.data.code === "ROOM_NOT_FOUND") return { ...state, removed: true };
      break;
    case "POLL_UPDATE":
    case "RESULTS_UPDATE":
      if (message.data.pollId !== state.poll?.poll.pollId) return otherQuestion(state, message, at);
      break;
  }
  const poll = state.poll && reduceFrame(state.poll, message, at);
  return poll === state.poll ? state : { ...state, poll };
}

/** The question that stands stays on the screen until the next one is here. */
function roomUpdated(state: ScreenState, room: RoomUpdate, at: number): ScreenState {
  if (!state.room || room.roomId !== state.room.roomId || room.seq < state.room.seq) return state;
  const moved = { ...state, room };
  if (room.current === null) return { ...moved, poll: null };
  return room.current === state.poll?.poll.pollId ? moved : arrived(moved, room.current, at);
}

/** Frames about a question may come before the room says that everybody is there; what was left does not come back so. */
function otherQuestion(state: ScreenState, { type, data }: Picture, at: number): ScreenState {
  if (!state.room) return state;
  const { pollId } = data;
  const isCurrent = state.room.current === pollId;
  const known = state.ahead[pollId];
  if (known === null && !isCurrent) return state;
  const part = type === "POLL_UPDATE" ? "poll" : "results";
  const held = known?.[part];
  if (held && compare(data, held) < 0) return state;
  const next = { ...state, ahead: { ...state.ahead, [pollId]: { ...known, [part]: data } } };
  return isCurrent ? arrived(next, pollId, at) : next;
}

/** Shows a question as soon as it is known what it asks. */
function arrived(state: ScreenState, pollId: string, at: number): ScreenState {
  const { poll, results } = state.ahead[pollId] ?? {};
  if (!poll) return state;
  const left = state.poll && { [state.poll.poll.pollId]: null };
  const ahead = { ...state.ahead, ...left, [pollId]: null };
  const asked = questionOf(poll, at);
  const counted = results ? reduceFrame(asked, { type: "RESULTS_UPDATE", data: results }, at) : asked;
  return { ...state, ahead, poll: counted };
}

/** Until its first count arrives, which is at once, nothing is known of it: older than anything. */
function questionOf(poll: PollUpdate, at: number): PollState {
  const { pollId, participantCount } = poll;
  const results: ResultsUpdate = {
    pollId,
    epoch: -1,
    version: -1,
    results: null,
    totalVotes: null,
    participantCount,
    viewerCount: 0,
    joinedCount: 0,
    final: false,
  };
  return { ...initialState({ poll, results }), clock: { at, offset: poll.serverTime - at } };
}
