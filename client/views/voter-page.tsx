import { formatJoinCode } from "../../shared/ids.ts";
import type { RoomUpdate } from "../../shared/messages.ts";
import { mayChoose, type PollState } from "../poll-state.ts";
import type { ScreenState } from "../screen-state.ts";
import { everyPage, voter as texts } from "../texts/spoken.ts";
import { BallotForm } from "./ballot-form.tsx";
import { BallotReceipt } from "./ballot-receipt.tsx";
import { Brand } from "./brand.tsx";
import { ConnectionLine } from "./connection-line.tsx";
import { LiveRegion } from "./live-region.tsx";
import { Results } from "./results.tsx";
import { StatusLine } from "./status-line.tsx";

export interface VoterActions {
  readonly choose: (optionIds: readonly string[]) => void;
  /** Casts what is chosen. */
  readonly cast: () => void;
  readonly reconsider: () => void;
  readonly keepVote: () => void;
}

interface VoterPageProps {
  readonly screen: ScreenState;
  /** Whether this browser may steer here. */
  readonly steers: boolean;
  /** `null` on the server, where nothing can be done yet. */
  readonly actions: VoterActions | null;
}

export function VoterPage({ screen, steers, actions }: VoterPageProps) {
  const { room, poll, removed, connection } = screen;
  const code = room?.roomId ?? poll?.poll.pollId ?? "";
  return (
    <div class="page voting-page">
      <header class="top">
        <Brand />
        <p class="code">{formatJoinCode(code)}</p>
      </header>
      <main class="poll-main">
        {steers && (
          <a class="button" href={`/${code}/host`}>
            {texts.steer}
          </a>
        )}
        {removed ? (
          <p class="note">{everyPage.roomRemoved}</p>
        ) : (
          <>
            {room && <RoomLine room={room} />}
            {poll ? (
              <Question key={poll.poll.pollId} poll={poll} screen={screen} code={code} actions={actions} />
            ) : (
              <p class="note">{texts.waiting}</p>
            )}
            {room && <EarlierQuestions room={room} />}
          </>
        )}
        {actions === null && (
          <noscript>
            <p>
              <a class="onward" href={`/${code}`}>
                {texts.update}
              </a>
            </p>
          </noscript>
        )}
        {/* On a page of its own a room's question leads back to where everybody is. */}
        {!room && poll?.poll.roomId && (
          <p>
            <a class="onward" href={`/${poll.poll.roomId}`}>
              {texts.backToRoom}
            </a>
          </p>
        )}
      </main>
      <LiveRegion screen={screen} />
      <ConnectionLine connection={connection} />
    </div>
  );
}

/** Before the first question the room's title is what the page is about. */
function RoomLine({ room: { title, position, total } }: { room: RoomUpdate }) {
  if (position === null) return <h1 dir="auto">{title || everyPage.brand}</h1>;
  return (
    <p class="room-line">
      <bdi>{title}</bdi> <span>{everyPage.questionOf(position, total)}</span>
    </p>
  );
}

/** Each has a page of its own, with its results as far as they may be seen. */
function EarlierQuestions({ room: { polls, current } }: { room: RoomUpdate }) {
  const earlier = polls.filter(({ pollId, asked }) => asked && pollId !== current);
  if (earlier.length === 0) return null;
  return (
    <nav class="earlier" aria-labelledby="earlier-title">
      <h2 id="earlier-title">{texts.earlier}</h2>
      <ul>
        {earlier.map(({ pollId, question }) => (
          <li key={pollId}>
            <a class="onward" href={`/${pollId}`} dir="auto">
              {question}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

interface QuestionProps {
  readonly poll: PollState;
  readonly screen: ScreenState;
  readonly code: string;
  readonly actions: VoterActions | null;
}

function Question({ poll: state, screen, code, actions }: QuestionProps) {
  const { poll, removed, notice } = state;
  return (
    <article class="poll">
      <StatusLine state={state} />
      <h1 dir="auto" tabIndex={-1}>
        {poll.question}
      </h1>
      <p class="notice" role="alert" id="notice">
        {notice}
      </p>
      {removed && <p class="note">{everyPage.removed}</p>}
      {!removed && poll.status === "draft" && <p class="note">{texts.draft}</p>}
      {!removed && poll.status !== "draft" && (
        <>
          <div class="voting">
            {mayChoose(state) && <BallotForm state={state} code={code} actions={actions} />}
            <BallotReceipt state={state} connection={screen.connection} code={code} actions={actions} />
          </div>
          <Results state={state} />
        </>
      )}
    </article>
  );
}
