import type { RoomUpdate } from "../../shared/messages.ts";
import type { HostState } from "../host-state.ts";
import { type PollState, secondsLeft } from "../poll-state.ts";
import { everyPage, host as texts } from "../texts/spoken.ts";
import { HostChange } from "./host-change.tsx";
import { HostHealth } from "./host-health.tsx";
import type { HostProps } from "./host-page.tsx";
import { HostSteering } from "./host-steering.tsx";
import { Results } from "./results.tsx";

/** What is going on, and what it is steered with. */
export function HostLive(props: HostProps) {
  const { state, actions } = props;
  const { poll, room } = state.screen;
  return (
    <article class="poll live">
      {poll && <Figures poll={poll} place={placeOf(state)} />}
      {poll ? (
        <h1 dir="auto">{poll.poll.question}</h1>
      ) : (
        <h1 dir="auto">{room?.title || texts.unnamedRoom}</h1>
      )}
      {!poll && room && <p class="note">{standstill(room)}</p>}
      {poll?.poll.roomId && !room && (
        <p class="note part-of-room">
          {texts.partOfRoom} <a href={`/${poll.poll.roomId}/host`}>{texts.toRoom}</a>
        </p>
      )}
      <HostSteering state={state} actions={actions} />
      <p class="notice" role="alert">
        {state.failed}
      </p>
      <noscript>
        <p class="note">{texts.needsScript}</p>
      </noscript>
      {poll && <Results state={poll} />}
      {poll && poll.poll.status !== "draft" && <p class="fine">{texts.hostSees[poll.poll.visibility]}</p>}
      {poll?.poll.status === "closed" && (
        <p class="fine">
          <b>{texts.again}</b> · {room ? texts.againInRoom : texts.againHint}
        </p>
      )}
      {poll && <HostChange poll={poll} previous={state.previous} />}
      {poll && <HostHealth state={state} />}
    </article>
  );
}

/** Why a room is at no question: it has none, has not begun, or the one that it was at is gone. */
function standstill({ polls }: RoomUpdate): string {
  if (polls.length === 0) return texts.noQuestions;
  return polls.some(({ asked }) => asked) ? texts.between : texts.nothingAsked;
}

function placeOf({ screen: { room } }: HostState): string | null {
  return room && room.position !== null ? everyPage.questionOf(room.position, room.total) : null;
}

/** Joined, connected, voted: three numbers that are not the same. */
function Figures({ poll: state, place }: { poll: PollState; place: string | null }) {
  const { poll, results } = state;
  const left = secondsLeft(state);
  const isCounting = poll.status === "closed" && !results.final;
  return (
    <div class="status-line">
      {place && <span class="place">{place}</span>}
      <span class={`status ${poll.status}`}>{everyPage.status[poll.status]}</span>
      {isCounting && <span class="left">{everyPage.counting}</span>}
      {poll.status === "open" && left !== null && (
        <span class="left" role="timer">
          {left > 0 ? everyPage.timeLeft(left) : everyPage.closing}
        </span>
      )}
      <span class="figures-three">
        <Figure count={results.joinedCount} word={texts.joined} />
        <Figure count={results.viewerCount} word={texts.here} />
        <Figure count={results.participantCount} word={texts.voted} />
      </span>
    </div>
  );
}

function Figure({ count, word }: { count: number; word: string }) {
  return (
    <span class="figure">
      <strong>{everyPage.number(count)}</strong> {word}
    </span>
  );
}
