import { mayChoose, type PollState } from "../poll-state.ts";
import type { Connection } from "../screen-state.ts";
import { voter as texts } from "../texts/spoken.ts";
import type { VoterActions } from "./voter-page.tsx";

interface BallotReceiptProps {
  readonly state: PollState;
  readonly connection: Connection;
  /** Of the page that it is on: the room's, or the poll's. */
  readonly code: string;
  readonly actions: VoterActions | null;
}

/** What has become of the voter's ballot. Always in the page, so that a screen reader hears it change. */
export function BallotReceipt({ state, connection, code, actions }: BallotReceiptProps) {
  const { poll, ballot } = state;
  const words = receipt(state, connection);
  const changeable = words && poll.status === "open" && poll.settings.allowChange;
  return (
    <>
      <div role="status">
        {words && (
          <p class={`receipt ${ballot.phase}`} tabIndex={-1}>
            <strong>{words}</strong>
            <span dir="auto">{chosenLabels(state)}</span>
          </p>
        )}
      </div>
      {changeable && (
        // There from the first, so that nothing moves when the vote counts.
        <form
          action={`/${code}`}
          onSubmit={(event) => {
            event.preventDefault();
            actions?.reconsider();
          }}
        >
          <button type="submit" name="change" class="quiet" disabled={ballot.phase !== "counted"}>
            {texts.changeVote}
          </button>
        </form>
      )}
    </>
  );
}

function receipt(state: PollState, connection: Connection): string | null {
  if (mayChoose(state)) return null;
  switch (state.ballot.phase) {
    case "sent":
      return texts.sent;
    case "kept":
      if (connection !== "live") return texts.kept;
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
