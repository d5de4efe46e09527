/** The page of whoever steers. */
import type { BallotDurability, Visibility } from "../../../shared/messages.ts";
import { many, number } from "./many.ts";

/** How the service is for this poll, by level: 0 is normal, 4 the worst. */
const levels: readonly string[] = [
  "Everything works.",
  "Part of the service is away. Votes still count.",
  "Part of the service is away. Votes still count, a little slower.",
  "Part of the service is away. Votes still count, a little slower.",
  "The service cannot keep votes just now. Browsers keep them and send them by themselves.",
];

/** Where a vote is safe once it counts. */
const keptIn: Record<BallotDurability, string> = {
  replicated: "Each vote is on two servers before it counts.",
  ledger: "Each vote is in the database for good before it counts.",
  embedded: "Each vote is on this server's disk before it counts.",
  primary: "Each vote is on one server when it counts.",
};

/** Who else sees what the host sees, said to the host. */
const hostSees: Record<Visibility, string> = {
  live: "Everyone sees these results.",
  afterVote: "Voters see these results once they have voted.",
  afterClose: "Only you see these results until the poll closes.",
  hidden: "Only you see these results. They are hidden from everyone else.",
};

export const host = {
  hostSees,
  title: "You are the host",
  needsScript: "Steering needs JavaScript. Voting does not.",

  guestTitle: "Only the host steers here",
  needsKey:
    "Open the host link on this device, or sign in with the account that made it. The link is on the host's page, under “Steer from another device”.",
  wrongKey: "The host link that was opened here is not the one of this code.",
  signIn: "Sign in",
  vote: "Vote here",
  seeWall: "See the wall",

  onlyThisMachine:
    "Others cannot reach this address. Open the page by the network address printed at the start.",
  invitation: "How to join",
  joinAt: "Join at",
  withCode: "with the code",
  scan: (address: string) => `QR code of ${address}`,
  wall: "Show on the wall",
  newTab: "opens in a new tab",
  voteAsWell: "Vote as well",
  resultsPage: "Results page",

  joined: "joined",
  here: "here",
  voted: "voted",

  steering: "Steering",
  open: "Open",
  close: "Close",
  hide: "Hide results",
  reveal: "Reveal results",
  extend: "+1 min",
  extendMore: "+5 min",
  again: "Ask again",
  againHint: "The same question as a new poll, with the change against this time.",
  againInRoom: "The same question once more, with the change against this time.",
  duplicate: "Duplicate",
  duplicateHint: "Duplicate begins a new poll with this text.",
  claim: "Keep it in my polls",
  more: "More",

  otherDevice: "Steer from another device",
  otherDeviceHint: "Whoever has the host link can steer: open, close, delete. Show it to nobody else.",
  showLink: "Show the host link",
  hideLink: "Put it away",
  hostLink: "Host link",
  hostQr: "QR code of the host link",
  copy: "Copy",
  copied: "Copied.",
  notCopied: "Please copy it by hand; it is marked.",
  noKeyHere: "You steer as its owner. On another device, sign in with the same account.",

  deletePoll: "Delete the poll",
  deleteRoom: "Delete the room",
  deletePollHint: "The poll and its votes are gone for good, on every screen.",
  deleteRoomHint: "The room, its questions and all votes are gone for good, on every screen.",
  deleteForGood: "Delete for good",
  keep: "Keep it",
  deleted: "It is deleted.",
  makeAnother: "Make another",

  lastTime: "Against last time",
  lastTimeOf: (count: number) => `Last time ${many(count, "person", "people")} voted.`,
  points: (change: number) =>
    change === 0 ? "the same" : `${change > 0 ? "+" : "−"}${Math.abs(change)} points`,
  newOption: "new",
  wasPercent: (percentage: number) => `was ${percentage}%`,

  health: "How it goes",
  votedOfHere: (voted: number, here: number) => `${number(voted)} voted, ${number(here)} here now.`,
  connected: "You are connected.",
  notConnected: "You are not connected.",
  answersIn: (ms: number) => `The server answers you in ${number(ms)} ms.`,
  measuring: "Measuring the answer time…",
  askingHealth: "One moment; the page asks how the service is.",
  levels,
  keptIn,
  healthAway: "How the service is cannot be told just now.",

  next: "Next",
  back: "Back",
  toFirst: "Begin",
  keys: "The keys → and ← do it too.",
  noNext: "That was the last question",
  roomTitle: "Name of the room",
  unnamedRoom: "Room",
  questions: "Questions",
  partOfRoom: "This question belongs to a room.",
  toRoom: "Go to the host’s page of the room",
  noQuestions: "This room has no questions yet. Add the first one.",
  nothingAsked: "Nothing is asked yet. Everybody who joins waits for the first question.",
  between: "No question is on just now. Everybody waits for the next one.",
  live: "Live",
  asked: "Asked",
  prepared: "Not asked yet",
  addQuestion: "Add a question",
  newQuestion: "New question",
  editQuestion: "Edit the question",
  arrange: "Edit the list",
  arranged: "Done",
  up: (position: number) => `Move question ${position} up`,
  down: (position: number) => `Move question ${position} down`,
  edit: "Edit",
  editOf: (position: number) => `Edit question ${position}`,
  remove: "Remove",
  removeOf: (position: number) => `Remove question ${position}`,
  removeHint: "The question and its votes are gone for good.",
  resultsOf: (position: number) => `Results of question ${position}`,
  settings: "Settings",
  save: "Save",
  add: "Add",
  cancel: "Cancel",
};
