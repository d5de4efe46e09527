/**
 * What a page says aloud to whoever does not see it: the next question at once, the results now and then. Screen readers
 * read out whatever changes in a live region, so in a hall that votes it must not change with every vote (WCAG 4.1.3).
 */
import { type PollState, visibleShares } from "./poll-state.ts";
import { everyPage } from "./texts/spoken.ts";

/** Results are said at most this often (ms). */
const PAUSE_MS = 10_000;

export interface Announcement {
  readonly words: string;
  /** When it was said, by this machine's clock (epoch ms). */
  readonly at: number;
  /** The question it is about, and what was known of it: the same is not said twice. */
  readonly pollId: string | undefined;
  readonly picture: string;
}

/** Before anything has changed nothing is said: the page itself is read. */
export function firstAnnouncement(state: PollState | null): Announcement {
  return { words: "", at: 0, pollId: state?.poll.pollId, picture: state ? pictureOf(state) : "" };
}

/** What stands in the live region at `at` (epoch ms); the same object where nothing new is to be said yet. */
export function announce(last: Announcement, state: PollState | null, at: number): Announcement {
  if (!state) return last;
  const { poll, results } = state;
  const { pollId } = poll;
  if (pollId !== last.pollId)
    return { words: everyPage.nextQuestion(poll.question), at, pollId, picture: "" };
  const picture = pictureOf(state);
  // What is hidden now must not stay in the page for having been said once.
  if (picture === "") return last.picture && last.words ? { ...last, words: "", picture } : last;
  if (picture === last.picture || (results.participantCount === 0 && !results.final)) return last;
  // A clock that was set back must not silence the page.
  const isEarly = at >= last.at && at < last.at + PAUSE_MS;
  return isEarly && !results.final ? last : { words: resultsInWords(state), at, pollId, picture };
}

/** Changes when, and only when, there is something else to be said of the results; empty while they are hidden. */
function pictureOf(state: PollState): string {
  const shares = visibleShares(state);
  return shares ? `${shares.map(({ votes }) => votes)} ${state.results.final}` : "";
}

/** The whole table is in the page to be read; said is how many voted and who is in front. */
function resultsInWords({ poll, results }: PollState): string {
  const shares = results.results ?? [];
  const most = Math.max(...shares.map(({ votes }) => votes));
  const leaders = poll.options.filter((_, index) => most > 0 && shares[index]?.votes === most);
  const parts = [everyPage.voted(results.participantCount)];
  if (results.final) parts.unshift(everyPage.finalResults);
  if (leaders.length > 0 && leaders.length < poll.options.length) {
    parts.push(
      `${everyPage.leading}: ${leaders.map(({ label }) => label).join(", ")}, ${everyPage.votes(most)}`,
    );
  }
  return parts.join(". ");
}
