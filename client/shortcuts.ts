/** The keys of the wall: which press means what, when it is possible, and that closing takes two. Pure. */
import { audienceSees } from "./poll-state.ts";
import type { ScreenState } from "./screen-state.ts";

export type Command =
  | "next"
  | "back"
  | "open"
  | "close"
  | "hide"
  | "reveal"
  | "extend"
  | "again"
  | "fullScreen"
  | "keys";

/** What a press of a key means before it is known what is shown: H hides or reveals. */
export type Meaning = Exclude<Command, "hide" | "reveal"> | "visibility";

export interface Press {
  /** As `KeyboardEvent.key`. */
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  /** The key is being held. */
  readonly repeat: boolean;
  readonly isComposing: boolean;
  /** Where the press landed: `typing` is a place for text, `pressing` one that space and Enter press. */
  readonly on: "page" | "typing" | "pressing" | "dialog";
}

/** Clickers send Page Up and Page Down. These are no characters, so they cannot be turned off nor need to be. */
const NAMED: Readonly<Record<string, Meaning>> = {
  ArrowRight: "next",
  ArrowDown: "next",
  PageDown: "next",
  ArrowLeft: "back",
  ArrowUp: "back",
  PageUp: "back",
};

const CHARACTERS: Readonly<Record<string, Meaning>> = {
  " ": "next",
  o: "open",
  c: "close",
  h: "visibility",
  r: "again",
  "+": "extend",
  f: "fullScreen",
  "?": "keys",
};

/** The second press closes only within so long (ms). */
export const CONFIRM_WITHIN_MS = 3_000;

/** What a press means; `null`: nothing here. `singleKeys`: whether keys that are one character mean anything. */
export function meaningOf(press: Press, singleKeys: boolean): Meaning | null {
  if (press.ctrlKey || press.altKey || press.metaKey || press.repeat || press.isComposing) return null;
  if (press.on === "typing" || press.on === "dialog") return null;
  const named = own(NAMED, press.key);
  if (named) return named;
  if (!singleKeys || (press.key === " " && press.on === "pressing")) return null;
  return own(CHARACTERS, press.key.toLowerCase());
}

function own(table: Readonly<Record<string, Meaning>>, key: string): Meaning | null {
  return Object.hasOwn(table, key) ? (table[key] ?? null) : null;
}

/** The steps that make sense now, in the order of their buttons. */
export function possible({ room, poll, removed }: ScreenState): readonly Command[] {
  if (removed || (poll?.removed && !room)) return [];
  const moving: Command[] = room ? ["back", "next"] : [];
  if (!poll || poll.removed) return moving;
  const { status } = poll.poll;
  if (status === "draft") return [...moving, "open"];
  const showing: Command = audienceSees(poll.poll) ? "hide" : "reveal";
  // Asked again while it is open there would be two of it.
  return [...moving, showing, ...(status === "open" ? (["extend", "close"] as const) : (["again"] as const))];
}

/** The step that is meant, as things stand; `null`: it makes no sense now. */
export function commandFor(meaning: Meaning, screen: ScreenState): Command | null {
  if (meaning === "fullScreen" || meaning === "keys") return meaning;
  const steps = possible(screen);
  if (meaning === "visibility") return steps.find((step) => step === "hide" || step === "reveal") ?? null;
  return steps.includes(meaning) ? meaning : null;
}

/**
 * Closing is for good, so it takes a second press within 3 s and nothing in between. `armedAt`: when the first came; `now`:
 * epoch ms. Answers what `armedAt` is from now on, and whether to act.
 */
export function confirm(
  command: Command,
  armedAt: number | null,
  now: number,
): { readonly armedAt: number | null; readonly act: boolean } {
  if (command !== "close") return { armedAt: null, act: true };
  const waited = armedAt === null ? null : now - armedAt;
  if (waited !== null && waited >= 0 && waited <= CONFIRM_WITHIN_MS) return { armedAt: null, act: true };
  return { armedAt: now, act: false };
}
