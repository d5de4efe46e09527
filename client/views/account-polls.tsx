import { formatJoinCode } from "../../shared/ids.ts";
import type { PollStatus } from "../../shared/messages.ts";
import { account as texts } from "../texts/spoken.ts";

export interface PollLine {
  /** Of the poll or room. */
  readonly code: string;
  /** A room's title or first question; empty for a room that has neither. */
  readonly question: string;
  readonly isRoom: boolean;
  /** `null`: it cannot be read now, or it is a room. */
  readonly state: PollStatus | null;
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
          <Line key={line.code} line={line} />
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
  const { code, question, isRoom, state, participantCount, age } = line;
  return (
    <li class="line">
      <div class="line-text">
        <a class="line-title" href={`/${code}/host`} dir="auto">
          {question || formatJoinCode(code)}
        </a>
        <p class="line-facts">
          {isRoom && <span class="status room">{texts.room}</span>}
          {state && <span class={`status ${state}`}>{texts.pollStates[state]}</span>}
          {state && <span>{texts.voted(participantCount)}</span>}
          <span class="line-code">{formatJoinCode(code)}</span>
          <span>{texts.ago(age)}</span>
        </p>
      </div>
      <p class="line-ways">
        {state !== "closed" && (
          <a class="button" href={`/${code}/host`}>
            {texts.steer}
          </a>
        )}
        {state !== "draft" && (
          <a class="button" href={`/${code}/results`}>
            {texts.results}
          </a>
        )}
      </p>
    </li>
  );
}
