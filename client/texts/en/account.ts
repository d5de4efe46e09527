/** The pages of an account. */
import type { PollStatus } from "../../../shared/messages.ts";
import { many, number } from "./many.ts";

/** How long ago, for people. The server does not know their time zone, so it tells no clock times. */
function ago(seconds: number): string {
  if (seconds < 90) return "just now";
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${many(minutes, "minute", "minutes")} ago`;
  const hours = Math.round(minutes / 60);
  if (hours < 36) return `${many(hours, "hour", "hours")} ago`;
  return `${many(Math.round(hours / 24), "day", "days")} ago`;
}

/** What a form has just done, by the word in the address it leads to. */
const done = {
  signedOut: "You are signed out.",
  signedOutEverywhere: "You are signed out in every browser.",
  revoked: "That browser is signed out.",
  password: "Your password is changed. Other browsers are signed out.",
  deleted: "Your account is deleted. Your polls stay, for whoever has their host link.",
};

const pollStates: Record<PollStatus, string> = {
  draft: "Not open yet",
  open: "Open",
  closed: "Closed",
};

/** What is wrong with what was sent. */
const complaints = {
  wrongCredentials: "The e-mail or the password is not right.",
  wrongPassword: "The password is not right.",
  notAnEmail: "This is not an e-mail address; it looks like name@example.org.",
  taken: "There is an account with this e-mail already; sign in.",
  badPassword: (least: number, most: number) =>
    `A password has ${least} to ${most} characters and is not the e-mail address.`,
  tooOften: (minutes: number) => `Too many tries. Try again in ${many(minutes, "minute", "minutes")}.`,
  outOfDate: "The page was out of date. Please send it once more.",
  signedOut: "You are not signed in any more; sign in again.",
  endedAnew: "This account was signed out everywhere at this moment; sign in again.",
  unreadable: "What was sent could not be read. Please fill in the page's own form.",
};

/** "Firefox on Android". What is not known of it is `null`. */
function device({ browser, system }: { browser: string | null; system: string | null }): string {
  if (!system) return browser ?? "A program";
  return `${browser ?? "A browser"} on ${system}`;
}

export const account = {
  ago,
  device,
  done,
  complaints,
  pollStates,
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
  voted: (count: number) => `${number(count)} voted`,
  room: "Several questions",
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
  away: "Accounts cannot be reached just now. Voting goes on. Please try again in a moment.",
  tryAgain: "Try again",
  withoutTitle: "No accounts here",
  without: "This service has no accounts. Polls are made and steered without one, with their host link.",
  formTitle: "That did not work",
  fallback:
    "Part of the service is away just now. You stay signed in, and everything may be a little slower.",
};
