import { type PollState, secondsLeft } from "../poll-state.ts";
import { common } from "../texts/spoken.ts";

export function StatusLine({ state }: { state: PollState }) {
  const { poll, results } = state;
  const left = secondsLeft(state);
  return (
    <p class="status-line">
      <span class={`status ${poll.status}`}>{common.status[poll.status]}</span>
      {poll.status === "open" && left !== null && (
        <span class="left" role="timer">
          {left > 0 ? common.timeLeft(left) : common.closing}
        </span>
      )}
      <span class="voted">{common.voted(results.participantCount)}</span>
      <span class="connected">{common.connected(results.viewerCount)}</span>
    </p>
  );
}
