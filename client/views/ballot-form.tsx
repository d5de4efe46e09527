import type { PollUpdate } from "../../shared/messages.ts";
import type { PollState } from "../poll-state.ts";
import { voter as texts } from "../texts/spoken.ts";
import type { VoterActions } from "./voter-page.tsx";

interface BallotFormProps {
  readonly state: PollState;
  /** Of the page that it is on: the room's, or the poll's. */
  readonly code: string;
  readonly actions: VoterActions | null;
}

/**
 * A plain form, which works before the script is there and without it. It names its poll, because the room may be at
 * another one by the time it is sent.
 */
export function BallotForm({ state, code, actions }: BallotFormProps) {
  const { poll } = state;
  const { pollId, kind, options, settings, yourVote } = poll;
  return (
    <>
      <form
        class="ballot"
        method="post"
        action={`/${code}/vote`}
        autocomplete="off"
        onSubmit={(event) => {
          event.preventDefault();
          actions?.cast();
        }}
      >
        <input type="hidden" name="poll" value={pollId} />
        <fieldset class={kind === "rating" ? "choices rating" : "choices"} aria-describedby="notice">
          <legend>{instruction(poll)}</legend>
          {options.map((option) => (
            <Choice key={option.optionId} option={option} state={state} actions={actions} />
          ))}
        </fieldset>
        <button type="submit" class="primary">
          {yourVote ? texts.changeVote : texts.vote}
        </button>
        <p class="fine">
          {texts.onePerBrowser} {settings.allowChange ? texts.mayChange : texts.mayNotChange}
        </p>
      </form>
      {yourVote && (
        <form
          action={`/${code}`}
          onSubmit={(event) => {
            event.preventDefault();
            actions?.keepVote();
          }}
        >
          <button type="submit" class="quiet">
            {texts.keepVote}
          </button>
        </form>
      )}
    </>
  );
}

interface ChoiceProps {
  readonly option: PollUpdate["options"][number];
  readonly state: PollState;
  readonly actions: VoterActions | null;
}

function Choice({ option, state, actions }: ChoiceProps) {
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
        // Without a script nothing could enable it again.
        disabled={actions !== null && several && !checked && others.length >= mostChoices(poll)}
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
