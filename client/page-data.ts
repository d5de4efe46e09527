import type { PollView } from "../shared/messages.ts";

/** What the server gives the script to begin with: exactly what it rendered the page from. */
export type PageData =
  | { readonly page: "home"; readonly code: string }
  | { readonly page: "poll"; readonly view: PollView };
