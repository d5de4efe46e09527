/** The page of whoever votes. */
import type { RefusalCode } from "../../../shared/refusals.ts";

/** Why a vote was not taken. */
const refused = {
  ALREADY_VOTED: "You have already voted in this poll. Your first vote stands.",
  POLL_CLOSED: "The poll closed before this vote arrived, so it was not counted.",
  POLL_NOT_OPEN: "This poll is not open yet.",
  TOO_MANY_OPTIONS: "That is more than you may choose. Take some away and vote again.",
  UNKNOWN_OPTION: "The question has changed meanwhile. Please choose again.",
  NO_VOTER: "This browser does not keep cookies, and they are what makes it one vote per browser.",
  RATE_LIMITED: "Too many votes at once. Please send it again in a moment.",
  UNAVAILABLE: "Your vote could not be kept just now. Please send it again in a moment.",
} satisfies Partial<Record<RefusalCode, string>>;

export const voter = {
  refused,
  chooseOne: "Choose one",
  chooseSeveral: (most: number, of: number) =>
    most < of ? `Choose up to ${most}` : "Choose as many as you like",
  chooseRating: "Choose a number from 1 to 5",
  chooseFirst: "Please choose something first.",
  vote: "Vote",
  changeVote: "Change my vote",
  keepVote: "Keep my vote",
  onePerBrowser: "One vote per browser.",
  mayChange: "You can change it while the poll is open.",
  mayNotChange: "It cannot be changed afterwards.",
  draft: "This poll has not been opened yet. Keep this page open; it starts by itself.",
  waiting: "The first question will appear here by itself.",
  earlier: "Earlier questions",
  backToRoom: "Back to the room",
  update: "Update this page",
  steer: "You are the host: steer",

  sent: "Sent",
  counted: "Counted",
  kept: "Kept. It will be sent when you are connected.",
  pending: "Received, not yet safe. We keep sending it until it counts.",
  pendingAtEnd: "Received as the poll closed. We keep asking until we know whether it counts.",
  /** To whom nothing is sent again by itself. */
  sendAgain: "Received, not yet safe. Please send it again in a moment.",
  newerVote: "A newer vote of yours already counts.",
  notTaken: "This vote was not accepted. Please reload the page and try again.",
};
