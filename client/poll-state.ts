/** What the page of a poll knows. Plain data: the server renders it, the browser takes it over. */
import type { PollUpdate, PollView, ResultsUpdate } from "../shared/messages.ts";

/** `outdated`: this page speaks a protocol the server no longer does; only a reload helps. */
export type Connection = "connecting" | "live" | "reconnecting" | "draining" | "outdated";

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
  readonly connection: Connection;
  readonly ballot: BallotState;
  /** The last refusal in plain words; gone with the next step. */
  readonly notice: string | null;
  readonly removed: boolean;
  /** This machine's clock at the last look (epoch ms), and what to add to it to get the server's. */
  readonly clock: { readonly at: number; readonly offset: number };
  /** Set when this browser has the poll's host key, or is its owner's. */
  readonly host: {
    readonly address: string;
    readonly busy: boolean;
    /** It has the key, is signed in, and the poll is not among the account's. */
    readonly claimable: boolean;
  } | null;
}

const NOTHING: BallotState = { phase: "none", optionIds: [], revision: 0 };

/** The state both ends start from, so that what the server rendered is what the browser takes over. */
export function initialState({ poll, results }: PollView): PollState {
  return {
    poll,
    results,
    connection: "connecting",
    ballot: poll.yourVote ? counted(poll.yourVote) : NOTHING,
    notice: null,
    removed: false,
    clock: { at: poll.serverTime, offset: 0 },
    host: null,
  };
}

/** Whole seconds until the poll closes, by the server's clock; `null` while it is a draft. */
export function secondsLeft({ poll, clock }: PollState): number | null {
  if (poll.closesAt === null) return null;
  if (poll.status === "closed") return 0;
  return Math.max(0, Math.ceil((poll.closesAt - clock.at - clock.offset) / 1000));
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
export function standing({ poll }: PollState): BallotState {
  return poll.yourVote ? counted(poll.yourVote) : NOTHING;
}
