import type { PollUpdate } from "../../shared/messages.ts";
import type { PollState } from "../poll-state.ts";
import { texts } from "../texts.ts";
import type { PollActions } from "./poll-page.tsx";

interface BallotFormProps {
  readonly state: PollState;
  readonly actions: PollActions | null;
}

/** `method="dialog"` outside a dialog does nothing: a form sent before the script is there loses nothing. */
export function BallotForm({ state, actions }: BallotFormProps) {
  const { poll, ballot } = state;
  const changing = poll.yourVote !== null;
  return (
    <form
      class="ballot"
      method="dialog"
      autocomplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        actions?.cast();
      }}
    >
      <fieldset class={poll.kind === "rating" ? "choices rating" : "choices"}>
        <legend>{instruction(poll)}</legend>
        {poll.options.map((option) => (
          <Choice key={option.optionId} option={option} state={state} actions={actions} />
        ))}
      </fieldset>
      <button type="submit" class="primary" disabled={ballot.optionIds.length === 0}>
        {changing ? texts.changeVote : texts.vote}
      </button>
      {changing && (
        <button type="button" class="quiet" onClick={() => actions?.keepVote()}>
          {texts.keepVote}
        </button>
      )}
      <p class="fine">
        {texts.onePerBrowser} {poll.settings.allowChange ? texts.mayChange : texts.mayNotChange}
      </p>
    </form>
  );
}

function Choice({ option, state, actions }: BallotFormProps & { option: PollUpdate["options"][number] }) {
  const { poll, ballot } = state;
  const { optionId, label } = option;
  const several = poll.kind === "multiple";
  const checked = ballot.optionIds.includes(optionId);
  const others = several ? ballot.optionIds.filter((chosen) => chosen !== optionId) : [];
  return (
    <label class="choice">
      <input
        type={several ? "checkbox" : "radio"}
        name="choice"
        value={optionId}
        checked={checked}
        disabled={several && !checked && others.length >= mostChoices(poll)}
        onChange={(event) => actions?.choose(event.currentTarget.checked ? [...others, optionId] : others)}
      />
      <span dir="auto">{label}</span>
    </label>
  );
}

function instruction(poll: PollUpdate): string {
  if (poll.kind === "rating") return texts.chooseRating;
  return poll.kind === "single"
    ? texts.chooseOne
    : texts.chooseSeveral(mostChoices(poll), poll.options.length);
}

function mostChoices({ settings, options }: PollUpdate): number {
  return settings.maxChoices ?? options.length;
}
