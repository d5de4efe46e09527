import type { RoomUpdate } from "../../shared/messages.ts";
import { type PollState, secondsLeft } from "../poll-state.ts";
import { everyPage, present as texts } from "../texts/spoken.ts";

/** From here on (s) the time left stands out. */
const ENDING_SECONDS = 10;

/** Above the question: where in the room it is, what it is doing, and for how long. */
export function PresentHead({ state, room }: { state: PollState; room: RoomUpdate | null }) {
  const { poll, results } = state;
  const left = poll.status === "open" ? secondsLeft(state) : null;
  const closed = results.final ? everyPage.finalResults : everyPage.counting;
  return (
    <p class="wall-head">
      {room?.position && <span class="place">{everyPage.questionOf(room.position, room.total)}</span>}
      <span class={`status ${poll.status}`}>
        {poll.status === "closed" ? closed : everyPage.status[poll.status]}
      </span>
      {left !== null && (
        <span class={left <= ENDING_SECONDS ? "time ending" : "time"} role="timer">
          {left > 0 ? everyPage.timeLeft(left) : texts.timeUp}
        </span>
      )}
    </p>
  );
}
