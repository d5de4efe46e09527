import type { PollControl } from "../../app/poll.ts";

/** Redis keeps a poll this long after its end (s); the ledger keeps the result for good. */
const KEEP_CLOSED_SECONDS = 24 * 60 * 60;
/** … and a draft that nobody opens, or the mark that an id is used up. */
export const KEEP_DRAFT_SECONDS = 30 * 24 * 60 * 60;

/** How long the keys of a poll are kept: until when it is open (epoch ms; 0: it is not), and seconds beyond. */
export function lifetime(control: PollControl | "removed"): [openUntil: number, keptSeconds: number] {
  if (control === "removed" || control.status === "draft") return [0, KEEP_DRAFT_SECONDS];
  return [control.status === "open" ? (control.closesAt ?? 0) : 0, KEEP_CLOSED_SECONDS];
}
