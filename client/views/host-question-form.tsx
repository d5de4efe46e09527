import type { Panel } from "../host-state.ts";
import { home, host as texts } from "../texts/spoken.ts";
import type { CreateProps } from "./create-actions.ts";
import { CreateQuestion } from "./create-question.tsx";
import { Tick, Tiles } from "./field.tsx";
import type { HostActions } from "./host-page.tsx";

interface QuestionFormProps {
  readonly panel: Extract<Panel, { kind: "writing" }>;
  readonly busy: boolean;
  readonly actions: HostActions | null;
}

/** Writes a question of the room: a new one, or a draft once more. */
export function HostQuestionForm({ panel, busy, actions }: QuestionFormProps) {
  const { form, pollId } = panel;
  const parts: CreateProps = { form, actions: actions?.form ?? null };
  return (
    <form
      class="panel writing"
      method="dialog"
      autocomplete="off"
      novalidate
      aria-label={pollId === null ? texts.newQuestion : texts.editQuestion}
      onSubmit={(event) => {
        event.preventDefault();
        actions?.form.create();
      }}
    >
      <CreateQuestion {...parts} />
      <Settings {...parts} isNew={pollId === null} />
      <p class="error" role="alert">
        {form.errors[""]}
      </p>
      <div class="in-a-row">
        <button type="submit" class="primary" aria-disabled={busy || undefined}>
          {pollId === null ? texts.add : texts.save}
        </button>
        <button type="button" onClick={() => actions?.open(null)}>
          {texts.cancel}
        </button>
      </div>
    </form>
  );
}

/** How long a draft is to run is not told of it: rewritten it stays as it was. */
function Settings({ form, actions, isNew }: CreateProps & { isNew: boolean }) {
  return (
    <details class="settings">
      <summary>{texts.settings}</summary>
      <Tiles
        legend={home.whoSeesResults}
        name="resultsVisibility"
        value={form.resultsVisibility}
        names={home.visibilities}
        onChoose={(resultsVisibility) => actions?.change((now) => ({ ...now, resultsVisibility }))}
      />
      {isNew && (
        <div class="field">
          <label for="duration">{home.closesAfter}</label>
          <select
            id="duration"
            onChange={({ currentTarget: { value } }) =>
              actions?.change((now) => ({ ...now, durationSeconds: Number(value) }))
            }
          >
            {home.durations.map(([seconds, words]) => (
              <option key={seconds} value={seconds} selected={seconds === form.durationSeconds}>
                {words}
              </option>
            ))}
          </select>
        </div>
      )}
      <Tick
        name="allowChange"
        checked={form.allowChange}
        onTick={(allowChange) => actions?.change((now) => ({ ...now, allowChange }))}
      >
        {home.allowChange}
      </Tick>
    </details>
  );
}
