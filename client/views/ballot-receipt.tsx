import { mayChoose, type PollState } from "../poll-state.ts";
import { texts } from "../texts.ts";
import type { PollActions } from "./poll-page.tsx";

/** What has become of the voter's ballot. Always in the page, so that a screen reader hears it change. */
export function BallotReceipt({ state, actions }: { state: PollState; actions: PollActions | null }) {
  const { poll, ballot } = state;
  const words = receipt(state);
  const changeable = ballot.phase === "counted" && poll.status === "open" && poll.settings.allowChange;
  return (
    <>
      <div role="status">
        {words && (
          <p class={`receipt ${ballot.phase}`}>
            <strong>{words}</strong>
            <span dir="auto">{chosenLabels(state)}</span>
          </p>
        )}
      </div>
      {changeable && (
        <button type="button" class="quiet" onClick={() => actions?.reconsider()}>
          {texts.changeVote}
        </button>
      )}
    </>
  );
}

function receipt(state: PollState): string | null {
  if (mayChoose(state)) return null;
  switch (state.ballot.phase) {
    case "sent":
      return texts.sent;
    case "kept":
      if (state.connection !== "live") return texts.kept;
      return state.poll.status === "closed" ? texts.pendingAtEnd : texts.pending;
    case "counted":
      return texts.counted;
    default:
      return null;
  }
}

function chosenLabels({ poll, ballot }: PollState): string {
  return poll.options
    .filter(({ optionId }) => ballot.optionIds.includes(optionId))
    .map(({ label }) => label)
    .join(", ");
}
