import type { PollView } from "../shared/messages.ts";

/** What the server gives a page's script to begin with: exactly what it rendered the page from. */
export type PageData = HomeData | PollData;

export interface HomeData {
  readonly page: "home";
  /** A code that came back because it is none; empty otherwise. */
  readonly code: string;
}

export interface PollData {
  readonly page: "poll";
  readonly view: PollView;
}
