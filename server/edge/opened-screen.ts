import { refusalText } from "../../client/poll-state.ts";
import { initialScreen, reduceScreen, type ScreenState, type Shown } from "../../client/screen-state.ts";
import { voter as texts } from "../../client/texts/spoken.ts";
import type { RefusalCode } from "../../shared/refusals.ts";

/** A vote that came by the plain form and does not count (yet). */
export interface Tried {
  readonly optionIds: readonly string[];
  /** `chooseFirst`: nothing was chosen; `sendAgain`: received, not yet durable. */
  readonly why: RefusalCode | "chooseFirst" | "sendAgain";
}

/** What the plain form makes of a voter's page. */
export interface Opened {
  /** The form is asked for once more, to change a vote that counts. */
  readonly changing: boolean;
  readonly tried: Tried | null;
}

/**
 * What a voter's page shows at first. A script that comes later takes over what stands in the page (`voter.tsx`). Reads
 * texts: while the reader's language is spoken.
 */
export function openedScreen(shown: Shown, { changing, tried }: Opened): ScreenState {
  const screen = initialScreen(shown);
  const poll = screen.poll?.poll;
  if (!poll) return screen;
  const { allowChange } = poll.settings;
  // Whatever else was wrong: what stands stands.
  const mayTry = poll.status === "open" && (allowChange || poll.yourVote === null);
  if (!tried) return changing && mayTry ? reduceScreen(screen, { type: "reconsider" }) : screen;
  const { optionIds, why } = tried;
  const back =
    mayTry && why !== "ALREADY_VOTED" ? reduceScreen(screen, { type: "choose", optionIds }) : screen;
  const notice = why === "chooseFirst" || why === "sendAgain" ? texts[why] : refusalText(why, allowChange);
  return reduceScreen(back, { type: "notice", notice });
}
