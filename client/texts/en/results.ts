/** The page of a poll's results, for afterwards and for paper; and the picture of them. */
import type { SystemEvent } from "../../../shared/messages.ts";
import { many, number } from "./many.ts";

/** A time with its zone, in the reader's own unless given (the server does not know it). `at`: epoch ms. */
function moment(at: number, timeZone?: "UTC"): string {
  return new Date(at).toLocaleString("en", {
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZoneName: "short",
    ...(timeZone && { timeZone }),
  });
}

/** A time of a day, where the date is told beside it. With its zone only where that is given. */
function clock(at: number, timeZone?: "UTC"): string {
  return new Date(at).toLocaleString("en", {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
    ...(timeZone && { timeZone, timeZoneName: "short" }),
  });
}

/** How long one step of the timeline is: `10 seconds`, `2 minutes`, `12 hours`. */
function span(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  if (seconds < 90) return many(seconds, "second", "seconds");
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`;
}

/** With the sign that it has: `+12.5`, `−3`, `0`. */
function signed(change: number): string {
  if (change === 0) return "0";
  return `${change > 0 ? "+" : "−"}${number(Math.abs(change))}`;
}

const history: Record<SystemEvent | "created" | "rewritten", string> = {
  created: "Made",
  rewritten: "Text changed",
  opened: "Opened",
  closed: "Closed",
  extended: "Extended",
  hidden: "Results hidden",
  revealed: "Results revealed",
  removed: "Deleted",
};

export const results = {
  title: "Results",
  moment,
  clock,
  signed,

  soFar: "So far",
  opened: "Opened",
  closed: "Closed",
  closes: "Closes",
  openedOn: (when: string) => `Opened ${when}`,
  closedOn: (when: string) => `Closed ${when}`,
  joined: "Joined",
  here: "Here now",
  voted: "Voted",

  isFinal: "Final: these numbers will not change any more.",
  isCounting: "Still counting: votes that arrived at the very end may still be added.",
  isSoFar: "So far: the poll is open, and these numbers can still change.",
  isDraft: "This question has not been opened yet.",
  readAgain: "Read the numbers again",

  tableCaption: "Votes by option",
  option: "Option",
  votesColumn: "Votes",
  percentColumn: "Percent of voters",
  averageRow: "Average",
  votersRow: "Voters",
  lastTime: "Last time",
  /** Of the percentages, in points of a hundred. */
  change: "Change",
  notLastTime: "new",

  timelineTitle: "When the votes came in",
  /** `step`: how long the busiest one was (ms). */
  peak: (most: number, step: number) =>
    `Most at once: ${many(most, "vote", "votes")} within ${span(step)}, from`,
  /** After the time that `peak` leads up to. */
  peakEnd: ".",
  timelineAbout: (total: number) =>
    `${many(total, "vote that stands", "votes that stand")}, by when each was cast.`,
  noTimeline: "When the votes came in is not known any more.",

  oncePerBrowser:
    "One vote per browser. Somebody with two browsers can vote twice, so this is right for a talk or a lesson, not for an election.",
  nobodyNamed: "Who chose what is nowhere: not on this page and not in the files.",

  previous: "The same question last time",
  waysTitle: "From here",
  toPoll: "To the question",
  backToRoom: "Back to the room",
  toRoom: "All results of this room",
  toHost: "To the host’s page",
  details: "Details of this question",
  questions: "Questions",
  nothingAsked: "Nothing has been asked in this room yet.",

  takeAway: "Take it away",
  print: "Print",
  csv: "Table (CSV)",
  json: "Everything (JSON)",
  svg: "Picture (SVG)",
  png: "Picture (PNG)",
  failed: "That could not be fetched. Please try again.",

  historyTitle: "What was done",
  history,
  byHost: "by the host",
  byClock: "by the clock",
};
