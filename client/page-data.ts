import type { PollView, RoomUpdate, SystemEvent } from "../shared/messages.ts";
import type { CreateForm } from "./create-form.ts";
import type { Shown } from "./screen-state.ts";

/** What the server gives a page's script to begin with: exactly what it rendered the page from. */
export type PageData = HomeData | VoterData | HostData | PresentData | ResultsData;

export type Door = "signIn" | "myPolls";

interface Visited {
  /** For calls by the session; `null` unless signed in. */
  readonly csrfToken: string | null;
}

export interface HomeData extends Visited {
  readonly page: "home";
  /** A code that came back because it is none; empty otherwise. */
  readonly code: string;
  /** What the page's head leads to; `null`: nobody can sign in here. */
  readonly door: Door | null;
  /** What the form begins with: empty, or filled from a poll or a room that is asked once more. */
  readonly form: CreateForm;
  /** The code that it was to be filled from, as people read it, and what came of it; `null`: it was not asked for. */
  readonly from: { readonly code: string; readonly found: "yes" | "unknown" | "away" } | null;
}

export interface VoterData extends Visited, Shown {
  readonly page: "voter";
}

/** What a poll that was asked before is compared with; `null`: nothing, or not for this visitor to see. */
export interface Compared {
  readonly previous: PollView | null;
}

export interface HostData extends Visited, Shown, Compared {
  readonly page: "host";
  /** Where others reach this service: scheme, name and port. */
  readonly origin: string;
  /** Of the address that joins. */
  readonly qr: QrDrawing;
}

export interface PresentData extends Visited, Shown, Compared {
  readonly page: "present";
  /** What is shown is what anybody may see; this tells whether the visitor's session may steer all the same. */
  readonly steers: boolean;
  /** Where others reach this service: scheme, name and port. */
  readonly origin: string;
  /** Of the address that joins. */
  readonly qr: QrDrawing;
}

/** A poll alone, or all that a room has asked. */
export interface ResultsData extends Visited {
  readonly page: "results";
  readonly room: RoomUpdate | null;
  readonly questions: readonly QuestionResults[];
}

/** A question as the page of the results shows it. Nobody's own vote is in it: the page is for paper too. */
export interface QuestionResults extends Compared {
  readonly view: PollView;
  /** When it was open and when the ballots were cast; `null`: nobody has opened it, or it cannot be told. */
  readonly timeline: Timeline | null;
  /** What was done to it, oldest first, for the host of a poll alone; else `null`. */
  readonly history: readonly HistoryEntry[] | null;
}

/** As `GET /api/polls/:pollId/audit` answers it. */
export interface HistoryEntry {
  /** Epoch ms. */
  readonly at: number;
  readonly action: SystemEvent | "created" | "rewritten";
  readonly by: "host" | "clock";
}

/** As `GET /api/polls/:pollId/timeline` answers it. */
export interface Timeline {
  /** Epoch ms. */
  readonly from: number;
  readonly to: number;
  /** Ballots in each of equal steps between the two. */
  readonly ballots: readonly number[] | null;
}

export interface QrDrawing {
  /** Modules a side. */
  readonly size: number;
  /** The dark modules, as the `d` of an SVG path of that size. */
  readonly path: string;
}
