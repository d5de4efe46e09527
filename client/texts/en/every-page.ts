/** What every page says. */
import type { PollStatus, Visibility } from "../../../shared/messages.ts";
import { many, number, word } from "./many.ts";

/** Time left, for people: `4:05`, `1 h 20 min`, `3 days`. */
function duration(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.floor(hours / 24)} days`;
  if (hours >= 1) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  return `${minutes}:${String(seconds % 60).padStart(2, "0")}`;
}

const status: Record<PollStatus, string> = { draft: "Not open yet", open: "Open", closed: "Closed" };

/** Why there are no bars, said to whoever may not see them. */
const hiddenBecause: Record<Visibility, string> = {
  live: "The results are on their way.",
  afterVote: "You will see the results here once you have voted.",
  afterClose: "The results will appear here when the poll closes.",
  hidden: "The host is keeping the results hidden for now.",
};

export const everyPage = {
  brand: "Pollcast",
  language: "Language",
  number,
  duration,
  status,
  hiddenBecause,

  timeLeft: (seconds: number) => `${duration(seconds)} left`,
  closing: "Closing…",
  voted: (count: number) => `${number(count)} voted`,
  connected: (count: number) => `${number(count)} here`,
  /** Said aloud when the room moves on. */
  nextQuestion: (question: string) => `Next question: ${question}`,
  questionOf: (position: number, total: number) => `Question ${position} of ${total}`,

  options: "Options",
  results: "Results",
  counting: "Counting…",
  finalResults: "Final results",
  yourVote: "Your vote",
  /** The option with the most votes. */
  leading: "In front",
  votes: (count: number) => many(count, "vote", "votes"),
  /** Said by screen readers between the number and the share. */
  votesUnit: (count: number) => word(count, "vote", "votes"),
  percent: (percentage: number) => `${percentage}%`,
  ofVoters: (count: number) => `Percent of ${many(count, "voter", "voters")}; each may choose several.`,
  noVotesYet: "No votes yet.",
  nobodyVoted: "Nobody voted.",
  average: "average of 5",

  reconnecting: "Connection lost. Reconnecting by itself…",
  offline: "Connection lost: this device is offline. It reconnects by itself.",
  crowded: "Many people are coming in at once. Keep this page open; it connects by itself.",
  draining: "The server is restarting. Reconnecting by itself…",
  outdated: "Pollcast has been updated. Please reload this page.",
  reload: "Reload",
  removed: "The host has deleted this poll.",
  roomRemoved: "The host has ended this room.",
  noAnswer: "The server did not answer. Please try again.",
};
