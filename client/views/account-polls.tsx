import { formatPollId } from "../../shared/ids.ts";
import type { PollStatus } from "../../shared/messages.ts";
import { ago, POLL_STATES, accountTexts as texts } from "./account-texts.ts";

export interface PollLine {
  readonly pollId: string;
  readonly question: string;
  /** `gone`: it was deleted; `null`: it cannot be read now. */
  readonly state: PollStatus | "gone" | null;
  readonly participantCount: number;
  /** Seconds since it was made. */
  readonly age: number;
}

export interface MyPollsProps {
  readonly lines: readonly PollLine[];
  readonly nextCursor: string | null;
}

/** `null`: they cannot be read now. */
export function MyPolls({ polls }: { polls: MyPollsProps | null }) {
  if (!polls) return <p class="note">{texts.pollsAway}</p>;
  return (
    <section aria-label={texts.myPolls}>
      {polls.lines.length === 0 && <p class="note">{texts.noPolls}</p>}
      <ul class="lines">
        {polls.lines.map((line) => (
          <Line key={line.pollId} line={line} />
        ))}
      </ul>
      <p class="account-links">
        {polls.nextCursor !== null && (
          <a class="button" href={`/account?cursor=${encodeURIComponent(polls.nextCursor)}`}>
            {texts.olderPolls}
          </a>
        )}
        <a class="button" href="/">
          {texts.makePoll}
        </a>
      </p>
    </section>
  );
}

function Line({ line }: { line: PollLine }) {
  const { pollId, question, state, participantCount, age } = line;
  const known = state !== "gone";
  return (
    <li class="line">
      <div class="line-text">
        {known ? (
          <a class="line-title" href={`/${pollId}`} dir="auto">
            {question}
          </a>
        ) : (
          <span class="line-title" dir="auto">
            {question}
          </span>
        )}
        <p class="line-facts">
          {state && <span class={`status ${state}`}>{POLL_STATES[state]}</span>}
          {state && known && <span>{texts.voted(participantCount)}</span>}
          <span class="line-code">{formatPollId(pollId)}</span>
          <span>{ago(age)}</span>
        </p>
      </div>
      {known && (
        <a class="button" href={`/${pollId}`}>
          {state === "closed" ? texts.results : texts.steer}
        </a>
      )}
    </li>
  );
}
