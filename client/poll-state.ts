/** What a page knows of one poll. Plain data: the server renders it, the browser takes it over. */
import type { PollUpdate, PollView, ResultsUpdate } from "../shared/messages.ts";
import type { RefusalCode } from "../shared/refusals.ts";
import { voter as texts } from "./texts/spoken.ts";

export interface Ballot {
  readonly optionIds: readonly string[];
  /** Orders this voter's ballots; kept over every retry. 0 before it is cast. */
  readonly revision: number;
}

/**
 * The voter's ballot on this page. `none` and `chosen`: in the form; `sent`: on the wire; `kept`: waiting to be sent
 * (again); `counted`: the server has it for good.
 */
export interface BallotState extends Ballot {
  readonly phase: "none" | "chosen" | "sent" | "kept" | "counted";
}

export interface PollState {
  readonly poll: PollUpdate;
  readonly results: ResultsUpdate;
  readonly ballot: BallotState;
  /** The last refusal in plain words; gone with the next step. */
  readonly notice: string | null;
  readonly removed: boolean;
  /** This machine's clock at the last look (epoch ms), and what to add to it to get the server's. */
  readonly clock: { readonly at: number; readonly offset: number };
}

const NOTHING: BallotState = { phase: "none", optionIds: [], revision: 0 };

/** The state both ends start from, so that what the server rendered is what the browser takes over. */
export function initialState({ poll, results }: PollView): PollState {
  return {
    poll,
    results,
    ballot: standing({ poll }),
    notice: null,
    removed: false,
    clock: { at: poll.serverTime, offset: 0 },
  };
}

/** Whole seconds until the poll closes, by the server's clock; `null` while it is a draft. */
export function secondsLeft({ poll, clock }: PollState): number | null {
  if (poll.closesAt === null) return null;
  if (poll.status === "closed") return 0;
  return Math.max(0, Math.ceil((poll.closesAt - clock.at - clock.offset) / 1000));
}

/** Votes and shares of each option; `null` while they are hidden from this visitor. */
export function visibleShares({ poll, results }: PollState): ResultsUpdate["results"] {
  // Of "hide" the page may hear before a newer count comes: what it drew until then must go all the same.
  return poll.visibility === "hidden" && !poll.host ? null : results.results;
}

/**
 * Whether everybody may see results now, as `maySeeResults` of the server says for somebody who has not voted. Of "hide"
 * a page may hear before a newer count comes: what it drew until then must go all the same.
 */
export function audienceSees({ status, visibility }: PollUpdate): boolean {
  if (visibility === "live") return true;
  return visibility !== "hidden" && status === "closed";
}

/** Whether the voter can choose now: the form is shown. */
export function mayChoose({ poll, ballot, removed }: PollState): boolean {
  return poll.status === "open" && !removed && (ballot.phase === "none" || ballot.phase === "chosen");
}

/** Sent, or kept to be sent (again): the voter waits for an answer. */
export function isUnderWay({ phase }: BallotState): boolean {
  return phase === "sent" || phase === "kept";
}

export function counted(optionIds: readonly string[], revision = 0): BallotState {
  return { phase: "counted", optionIds, revision };
}

/** The ballot when nothing of the voter's is under way: what counts, or an empty form. */
export function standing({ poll }: Pick<PollState, "poll">): BallotState {
  return poll.yourVote ? counted(poll.yourVote) : NOTHING;
}

/** A refused ballot in the reader's words. `mayChange`: then a vote that stands is a newer one. */
export function refusalText(code: RefusalCode, mayChange = false): string {
  if (code === "ALREADY_VOTED" && mayChange) return texts.newerVote;
  const known: Partial<Record<RefusalCode, string>> = texts.refused;
  return known[code] ?? texts.notTaken;
}
