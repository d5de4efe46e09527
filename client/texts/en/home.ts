/** The page where polls are joined and made. */
import type { PollKind, ResultsVisibility } from "../../../shared/messages.ts";
import { many } from "./many.ts";

const visibilities: Record<ResultsVisibility, string> = {
  live: "Everyone, live",
  afterVote: "Each voter, after voting",
  afterClose: "Everyone, at the end",
};

/** Seconds and the words for them. */
const durations: readonly (readonly [seconds: number, words: string])[] = [
  [60, "1 minute"],
  [180, "3 minutes"],
  [300, "5 minutes"],
  [900, "15 minutes"],
  [3600, "1 hour"],
  [86_400, "1 day"],
  [604_800, "7 days"],
];

/** One press each. */
const templates = {
  yesNo: { name: "Yes / No", options: ["Yes", "No"] },
  agree: {
    name: "Agree 1–5",
    options: ["Strongly agree", "Agree", "Neither", "Disagree", "Strongly disagree"],
  },
  letters: { name: "A–D", options: ["A", "B", "C", "D"] },
} satisfies Record<string, { name: string; options: readonly string[] }>;

const kinds: Record<PollKind, string> = {
  single: "One answer",
  multiple: "Several answers",
  rating: "Rating 1 to 5",
};

export const home = {
  kinds,
  joinLabel: "Code from the screen",
  join: "Join",
  notACode: "That is not a code. It has 8 letters and digits, like 7KQM-2D4X, or 6 for a room, like 7KQ-M2D.",
  crowdedTitle: "A moment, please",
  crowded: "Many people are coming in at once. This page tries again by itself.",
  outOfReachTitle: "One moment",
  outOfReach: (code: string) => `${code} cannot be reached just now. This page tries again by itself.`,
  notFoundTitle: "Nothing here",
  notFound: (code: string) =>
    `There is no poll and no room with the code ${code}. Check it against the screen.`,

  visibilities,
  durations,
  templates,
  signIn: "Sign in",
  myPolls: "My polls",
  joinTitle: "Join a poll",
  createTitle: "Ask your audience",

  shapes: { poll: "One question", room: "Several questions" },
  shapeHints: {
    poll: "One poll with a code of its own.",
    room: "One code stays on the wall while you go from question to question.",
  },
  roomTitle: "Title (may stay empty)",
  roomTitleExample: "Monday’s lesson",
  questionList: "Questions",
  questionsHint: "Blank questions are left out. You can add more while the room is running.",
  blankQuestion: "Nothing written yet",
  summary: (kind: string, options: number) => `${kind} · ${many(options, "option", "options")}`,
  toMend: "Something is missing here",
  addQuestion: "Add a question",
  moveUp: (position: number) => `Move question ${position} up`,
  moveDown: (position: number) => `Move question ${position} down`,
  removeQuestion: (position: number) => `Remove question ${position}`,
  questionRemoved: "The question was removed.",
  undo: "Undo",

  question: "Question",
  kind: "Kind",
  maxChoices: "How many may be chosen",
  anyNumber: "As many as they like",
  atMost: (count: number) => `At most ${count}`,
  optionsHint: "Enter adds one. Paste a list to fill many.",
  roomOptionsHint:
    "Enter adds one; on an empty last one it goes to the next question. Paste a list to fill many.",
  option: (position: number) => `Option ${position}`,
  removeOption: (position: number) => `Remove option ${position}`,
  addOption: "Add an option",
  undoTemplate: "Undo: my own options",
  tooManyOptions: (most: number) => `A poll has at most ${most} options; the rest was left out.`,
  ratingHint: "People choose a number from 1 to 5; you see how many chose each, and the average.",

  closesAfter: "Closes after",
  eachClosesAfter: "Each closes after",
  whoSeesResults: "Who sees the results",
  allowChange: "Voters may change their vote while it is open",
  openNow: "Open it now",
  create: "Create poll",
  createRoom: "Create room",
  createKeys: "Ctrl or ⌘ with Enter does it too.",
  creating: "Creating…",
  fixBelow: "Something is missing; see the marked fields.",
  questionMissing: "Write the question here.",
  optionsMissing: (least: number) => `Write at least ${least} options.`,
  sameOption: "This option is there already; make it different.",
  restored: "What you typed before is here again.",
  startAfresh: "Start afresh",
  from: {
    yes: (code: string) => `Filled in from ${code}. Change what you like; it becomes a new one.`,
    unknown: (code: string) => `There is nothing with the code ${code} to start from, so the form is empty.`,
    away: (code: string) => `${code} cannot be reached just now. Try again in a moment, or write anew.`,
  },
  needsScript: "Making a poll needs JavaScript. Joining and voting do not.",
};
