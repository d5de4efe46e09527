/** Sentences of the account's pages; apart from `texts.ts`, because no script needs them. */
import type { PollStatus } from "../../shared/messages.ts";

const many = (count: number, one: string, more: string) => `${count} ${count === 1 ? one : more}`;

/** How long ago, for people. The server does not know their time zone, so it tells no clock times. */
export function ago(seconds: number): string {
  if (seconds < 90) return "just now";
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${many(minutes, "minute", "minutes")} ago`;
  const hours = Math.round(minutes / 60);
  if (hours < 36) return `${many(hours, "hour", "hours")} ago`;
  return `${many(Math.round(hours / 24), "day", "days")} ago`;
}

/** What a form has just done, by the word in the address it leads to. */
export const DONE = {
  signedOut: "You are signed out.",
  signedOutEverywhere: "You are signed out in every browser.",
  revoked: "That browser is signed out.",
  password: "Your password is changed. Other browsers are signed out.",
  deleted: "Your account is deleted. Your polls stay, for whoever has their host key.",
} as const;
export type Done = keyof typeof DONE;

export const POLL_STATES: Record<PollStatus | "gone", string> = {
  draft: "Not open yet",
  open: "Open",
  closed: "Closed",
  gone: "Deleted",
};

export const accountTexts = {
  signIn: "Sign in",
  signInLead: "To find your polls again and steer them from any browser. Nobody needs an account to vote.",
  email: "E-mail",
  password: "Password",
  signUp: "Create an account",
  signUpLead: "Your e-mail is only your name here; nothing is sent to it.",
  newPassword: "New password",
  currentPassword: "Current password",
  passwordHint: (least: number) => `At least ${least} characters.`,

  title: "Your account",
  signedInAs: "Signed in as",
  signOut: "Sign out",
  myPolls: "My polls",
  noPolls: "Polls you make while signed in appear here.",
  makePoll: "Make a poll",
  olderPolls: "Older polls",
  voted: (count: number) => `${count.toLocaleString("en")} voted`,
  steer: "Steer",
  results: "Results",

  sessions: "Where you are signed in",
  thisBrowser: "This browser",
  lastUsed: (seconds: number) => `Used ${ago(seconds)}`,
  signOutOf: (device: string) => `Sign out of ${device}`,
  signOutEverywhere: "Sign out everywhere",
  sessionsAway: "The list of your browsers cannot be read just now.",
  pollsAway: "The list of your polls cannot be read just now.",

  changePassword: "Change password",
  passwordLead: "Every other browser is signed out.",
  deleteAccount: "Delete account",
  deleteLead: "This cannot be undone. Your polls stay, but are nobody's any more.",

  awayTitle: "Your account cannot be reached",
  away: "The place where accounts are kept does not answer just now. Voting goes on. Please try again in a moment.",
  tryAgain: "Try again",
  withoutTitle: "No accounts here",
  formTitle: "That did not work",
  fallback:
    "Part of the service is away just now. You stay signed in, and everything may be a little slower.",
} as const;
