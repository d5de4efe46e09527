/** How a frame from the server changes what is known of a poll. Older pictures than the one shown are dropped. */
import type { PollUpdate, ResultsUpdate, ServerMessage, VoteAccepted } from "../shared/messages.ts";
import {
  type BallotState,
  counted,
  isUnderWay,
  mayChoose,
  type PollState,
  refusalText,
  standing,
} from "./poll-state.ts";

type Pair = Pick<PollUpdate, "epoch" | "version">;
type ErrorFrame = Extract<ServerMessage, { type: "ERROR" }>;

/** The frame id of a ballot: its answer, also a refusal, is known by it. */
export function ballotFrameId(revision: number): string {
  return `ballot-${revision}`;
}

/** `at`: this machine's clock at receipt, epoch ms. */
export function reduceFrame(state: PollState, message: ServerMessage, at: number): PollState {
  const { data } = message;
  if ("pollId" in data && data.pollId !== undefined && data.pollId !== state.poll.pollId) return state;
  switch (message.type) {
    case "HELLO":
    case "PONG":
      return { ...state, clock: { at, offset: message.data.serverTime - at } };
    case "POLL_UPDATE":
      return pollUpdated(state, message.data, at);
    case "RESULTS_UPDATE":
      return resultsUpdated(state, message.data);
    case "VOTE_ACCEPTED":
      return voteAccepted(state, message.data);
    case "VOTE_PENDING":
      if (message.data.revision !== state.ballot.revision) return state;
      return { ...state, ballot: { ...state.ballot, phase: "kept" } };
    case "POLL_SYSTEM":
      return message.data.event === "removed" ? { ...state, removed: true } : state;
    case "ERROR":
      return refused(state, message);
    default:
      return state;
  }
}

/** −1, 0, 1 as picture `a` is older than, the same as or newer than `b`. */
export function compare(a: Pair, b: Pair): number {
  return Math.sign(a.epoch - b.epoch) || Math.sign(a.version - b.version);
}

function pollUpdated(state: PollState, news: PollUpdate, at: number): PollState {
  const clock = { at, offset: news.serverTime - at };
  if (compare(news, state.poll) < 0) return { ...state, clock };
  // A vote is never taken back: an answer that was on its way before the vote counted says null, and is wrong.
  const poll = { ...news, yourVote: news.yourVote ?? state.poll.yourVote };
  return { ...state, poll, clock, ballot: ballotAfter(state, poll) };
}

/** Another tab of this voter may have voted; a ballot of this page that is still under way is not disturbed by it. */
function ballotAfter(state: PollState, { yourVote, status }: PollUpdate): BallotState {
  const { ballot } = state;
  if (!yourVote || isUnderWay(ballot) || (status === "open" && isReconsidered(state))) return ballot;
  return counted(yourVote, ballot.revision);
}

/** The form stands open over a vote that counts: what is heard of that vote takes nothing away from it. */
function isReconsidered(state: PollState): boolean {
  return state.poll.yourVote !== null && mayChoose(state);
}

function resultsUpdated(state: PollState, news: ResultsUpdate): PollState {
  const order = compare(news, state.results);
  // Who votes moves to another audience: the same version arrives once more, now with the numbers.
  const uncovered = order === 0 && state.results.results === null && news.results !== null;
  return order > 0 || uncovered ? { ...state, results: news } : state;
}

function voteAccepted(state: PollState, { optionIds, revision }: VoteAccepted): PollState {
  const voted = { ...state, poll: { ...state.poll, yourVote: optionIds } };
  // A newer ballot of this page is already under way: this one counts, but is not what the voter wants any more.
  if (revision < state.ballot.revision || isReconsidered(state)) return voted;
  return { ...voted, notice: null, ballot: counted(optionIds, revision) };
}

function refused(state: PollState, { id, data }: ErrorFrame): PollState {
  if (data.code === "POLL_NOT_FOUND") return { ...state, removed: true };
  const aboutBallot = state.ballot.revision > 0 && id === ballotFrameId(state.ballot.revision);
  if (!aboutBallot) return state;
  const { ballot } = state;
  const poll = { ...state.poll, yourVote: data.yourVote ?? state.poll.yourVote };
  const told = { ...state, poll };
  switch (data.code) {
    case "NO_VOTER":
    case "RATE_LIMITED":
    case "UNAVAILABLE":
      return { ...state, ballot: { ...ballot, phase: "kept" } };
    case "ALREADY_VOTED":
    case "POLL_CLOSED":
      return { ...told, ballot: standing(told), notice: refusalText(data.code, poll.settings.allowChange) };
    default:
      return { ...told, ballot: { ...ballot, phase: "chosen", revision: 0 }, notice: refusalText(data.code) };
  }
}
