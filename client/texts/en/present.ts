/** The page on the wall. */
import type { Visibility } from "../../../shared/messages.ts";
import { word } from "./many.ts";

/** What a button does, with the key that does the same. */
const steps = {
  back: "Back",
  next: "Next",
  open: "Open",
  close: "Close",
  hide: "Hide results",
  reveal: "Reveal results",
  extend: "+1 min",
  again: "Ask again",
  fullScreen: "Full screen",
  keys: "Keys",
};

/** For the list of keys: the keys, and what they do. */
const keyList: readonly (readonly [keys: readonly string[], does: string])[] = [
  [["→", "↓", "Page Down", "Space"], "Next question (in a room)"],
  [["←", "↑", "Page Up"], "Back to the question before"],
  [["O"], "Open a question that is not open yet"],
  [["C", "C"], "Close for good: press twice"],
  [["H"], "Hide the results, or reveal them"],
  [["R"], "Ask the same again"],
  [["+"], "One minute more"],
  [["F"], "Full screen"],
  [["?"], "This list"],
];

/** Why there are no bars, said to a whole hall. */
const hiddenBecause: Record<Visibility, string> = {
  live: "The results are on their way.",
  afterVote: "Everybody sees the results on their own screen after voting. Here they appear at the end.",
  afterClose: "The results appear here when voting ends.",
  hidden: "The host is keeping the results hidden for now.",
};

export const present = {
  joinAt: "Join at",
  withCode: "with the code",
  steps,
  keyList,
  hiddenBecause,

  join: "Join",
  qr: (address: string) => `QR code that leads to ${address}`,
  onlyThisMachine:
    "Nobody else can reach this address. Open this page by the network address that was printed at the start.",
  numbers: "Numbers",
  joined: "joined",
  here: "here",
  voted: "voted",

  waiting: "The first question appears here.",
  between: "The next question appears here.",
  opensSoon: "Voting opens soon.",
  votesComeIn: (count: number): string => word(count, "vote is in", "votes are in"),
  timeUp: "Time is up",
  leads: "leads",
  /** With its sign: −3.5, ±0, +12. */
  change: (points: number): string => {
    if (points === 0) return "±0";
    return `${points > 0 ? "+" : "−"}${Math.abs(points)}`;
  },
  points: (points: number): string => word(Math.abs(points), "point", "points"),
  changeExplained: "+ and −: percentage points since it was asked before.",
  goneQuestion: "This question has been deleted.",

  controls: "Controls",
  onlyHost: "Only the host can do this. Open the host link in this browser, or sign in.",
  notNow: "That cannot be done just now.",
  underWay: "One moment: the step before is still on its way. Press again after it.",
  firstQuestion: "This is the first question.",
  lastQuestion: "This was the last question.",
  closeTwice: "Press once more to close for good.",
  noFullScreen: "This browser does not let the page fill the screen.",
  keysTitle: "Keys",
  singleKeys: "Letters, + , ? and Space work as keys",
  singleKeysHint: "Turn this off if you use speech input. Arrows, Page Up and Page Down always work.",
  done: "Done",
};
