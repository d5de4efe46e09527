import type { PollView } from "../shared/messages.ts";

/** What the server gives a page's script to begin with: exactly what it rendered the page from. */
export type PageData = HomeData | PollData;

export type Door = "signIn" | "myPolls";

export interface HomeData {
  readonly page: "home";
  /** A code that came back because it is none; empty otherwise. */
  readonly code: string;
  /** What the page's head leads to; `null`: nobody can sign in here. */
  readonly door: Door | null;
  /** For calls by the session; `null` unless signed in. */
  readonly csrfToken: string | null;
}

export interface PollData {
  readonly page: "poll";
  readonly view: PollView;
  /** As for the home page. */
  readonly csrfToken: string | null;
}
