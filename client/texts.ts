/** Every sentence of the page in one place, so that a second language is a second object of this shape. */
import type { PollKind, ResultsVisibility, Visibility } from "../shared/messages.ts";

const many = (count: number, one: string, more: string) => `${number(count)} ${count === 1 ? one : more}`;

/** 12,345. Always the same on the server and in the browser, or the two would not render alike. */
export function number(value: number): string {
  return value.toLocaleString("en");
}

/** Time left, for people: `4:05`, `1 h 20 min`, `3 days`. */
export function duration(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.floor(hours / 24)} days`;
  if (hours >= 1) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  return `${minutes}:${String(seconds % 60).padStart(2, "0")}`;
}

export const KIND_NAMES: Record<PollKind, string> = {
  single: "One answer",
  multiple: "Several answers",
  rating: "Rating 1 to 5",
};

export const VISIBILITY_NAMES: Record<ResultsVisibility, string> = {
  live: "Everyone, live",
  afterVote: "Each voter, after voting",
  afterClose: "Everyone, at the end",
};

/** Why there are no bars, said to a voter. */
export const HIDDEN_BECAUSE: Record<Visibility, string> = {
  live: "The results are on their way.",
  afterVote: "You will see the results here once you have voted.",
  afterClose: "The results will appear here when the poll closes.",
  hidden: "The host is keeping the results hidden for now.",
};

/** Who else sees what the host sees, said to the host. */
export const HOST_SEES: Record<Visibility, string> = {
  live: "Everyone sees these results.",
  afterVote: "Voters see these results once they have voted.",
  afterClose: "Only you see these results until the poll closes.",
  hidden: "Only you see these results. They are hidden from everyone else.",
};

/** Seconds and the words for them. */
export const DURATIONS: readonly (readonly [seconds: number, words: string])[] = [
  [60, "1 minute"],
  [180, "3 minutes"],
  [300, "5 minutes"],
  [900, "15 minutes"],
  [3600, "1 hour"],
  [86_400, "1 day"],
  [604_800, "7 days"],
];

export const texts = {
  brand: "Pollcast",
  signIn: "Sign in",
  myPolls: "My polls",
  joinTitle: "Join a poll",
  joinLabel: "Code from the screen",
  join: "Join",
  notACode: "That is not a code. It has 8 letters and digits, like 7KQM-2D4X.",
  outOfReachTitle: "One moment",
  outOfReach: (code: string) => `Poll ${code} cannot be reached just now. This page tries again by itself.`,
  notFoundTitle: "No poll here",
  notFound: (code: string) => `There is no poll with the code ${code}. Check it against the screen.`,
  needsScript: "This page needs JavaScript to vote and to follow the results live.",

  createTitle: "Ask the room",
  question: "Question",
  kind: "Kind",
  options: "Options",
  optionsHint: "Enter adds one. Paste a list to fill many.",
  option: (position: number) => `Option ${position}`,
  removeOption: (position: number) => `Remove option ${position}`,
  addOption: "Add an option",
  tooManyOptions: (most: number) => `A poll has at most ${most} options; the rest was left out.`,
  ratingHint: "People choose a number from 1 to 5; you see how many chose each, and the average.",
  closesAfter: "Closes after",
  whoSeesResults: "Who sees the results",
  allowChange: "Voters may change their vote while it is open",
  openNow: "Open it now",
  create: "Create poll",
  creating: "Creating…",
  fixBelow: "Something is missing; see the marked fields.",

  status: { draft: "Not open yet", open: "Open", closed: "Closed" },
  timeLeft: (seconds: number) => `${duration(seconds)} left`,
  closing: "Closing…",
  voted: (count: number) => `${number(count)} voted`,
  connected: (count: number) => `${number(count)} here`,
  chooseOne: "Choose one",
  chooseSeveral: (most: number, of: number) =>
    most < of ? `Choose up to ${most}` : "Choose as many as you like",
  chooseRating: "Choose a number from 1 to 5",
  vote: "Vote",
  changeVote: "Change my vote",
  keepVote: "Keep my vote",
  onePerBrowser: "One vote per browser.",
  mayChange: "You can change it while the poll is open.",
  mayNotChange: "It cannot be changed afterwards.",
  draft: "This poll has not been opened yet. Keep this page open; it starts by itself.",

  sent: "Sent",
  counted: "Counted",
  kept: "Kept. It will be sent when you are connected.",
  pending: "Received, not yet safe. We keep sending it until it counts.",
  pendingAtEnd: "Received as the poll closed. We keep asking until we know whether it counts.",
  alreadyVoted: "You have already voted in this poll. Your first vote stands.",
  newerVote: "A newer vote of yours already counts.",
  tooLate: "The poll closed before this vote arrived, so it was not counted.",
  noCookies: "This browser does not keep cookies, and they are what makes it one vote per browser.",

  results: "Results",
  counting: "Counting…",
  finalResults: "Final results",
  yourVote: "Your vote",
  votes: (count: number) => many(count, "vote", "votes"),
  percent: (percentage: number) => `${percentage}%`,
  ofVoters: (count: number) => `Percent of ${many(count, "voter", "voters")}; each may choose several.`,
  noVotesYet: "No votes yet.",
  nobodyVoted: "Nobody voted.",
  average: "average of 5",

  reconnecting: "Connection lost. Reconnecting by itself…",
  draining: "The server is restarting. Reconnecting by itself…",
  outdated: "Pollcast has been updated. Please reload this page.",
  removed: "The host has deleted this poll.",

  hostTitle: "You are the host",
  joinAt: "Join at",
  withCode: "with the code",
  onlyThisMachine:
    "Others cannot reach this address. Open the page by the network address printed at the start.",
  hostVotes: "Vote as well",
  open: "Open",
  close: "Close",
  hide: "Hide results",
  reveal: "Reveal results",
  extend: "+1 min",
  claim: "Keep it in my polls",
  noAnswer: "The server did not answer. Please try again.",
} as const;
