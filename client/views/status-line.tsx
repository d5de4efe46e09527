import { type PollState, secondsLeft } from "../poll-state.ts";
import { everyPage } from "../texts/spoken.ts";

export function StatusLine({ state }: { state: PollState }) {
  const { poll, results } = state;
  const left = secondsLeft(state);
  return (
    <p class="status-line">
      <span class={`status ${poll.status}`}>{everyPage.status[poll.status]}</span>
      {poll.status === "open" && left !== null && (
        <span class="left" role="timer">
          {left > 0 ? everyPage.timeLeft(left) : everyPage.closing}
        </span>
      )}
      <span class="voted">{everyPage.voted(results.participantCount)}</span>
      <span class="connected">{everyPage.connected(results.viewerCount)}</span>
    </p>
  );
}
