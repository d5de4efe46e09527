import { MAX_QUESTION_LENGTH } from "../../shared/limits.ts";
import type { CreateForm } from "../create-form.ts";
import { DURATIONS, KIND_NAMES, texts, VISIBILITY_NAMES } from "../texts.ts";
import { FieldError, Tick, Tiles } from "./field.tsx";
import { OptionFields } from "./option-fields.tsx";

export interface CreateActions {
  readonly change: (change: Partial<CreateForm>) => void;
  readonly writeOption: (index: number, text: string) => void;
  /** Goes to the option after `index`, making it if need be. */
  readonly enterOption: (index: number) => void;
  readonly removeOption: (index: number) => void;
  readonly create: () => void;
}

interface CreatePollProps {
  readonly form: CreateForm;
  readonly actions: CreateActions | null;
}

/** `method="dialog"` outside a dialog does nothing: a form sent before the script is there keeps what was typed. */
export function CreatePoll({ form, actions }: CreatePollProps) {
  return (
    <form
      class="create"
      method="dialog"
      autocomplete="off"
      novalidate
      onSubmit={(event) => {
        event.preventDefault();
        actions?.create();
      }}
    >
      <QuestionField form={form} actions={actions} />
      <Tiles
        legend={texts.kind}
        name="kind"
        value={form.kind}
        names={KIND_NAMES}
        onChoose={(kind) => actions?.change({ kind })}
      />
      {form.kind === "rating" ? (
        <p class="hint">{texts.ratingHint}</p>
      ) : (
        <OptionFields form={form} actions={actions} />
      )}
      <Settings form={form} actions={actions} />
      <button type="submit" class="primary" disabled={form.busy}>
        {form.busy ? texts.creating : texts.create}
      </button>
      <p class="error" role="alert">
        {form.errors[""]}
      </p>
    </form>
  );
}

function QuestionField({ form, actions }: CreatePollProps) {
  const error = form.errors.question;
  return (
    <div class="field">
      <label for="question">{texts.question}</label>
      <input
        id="question"
        value={form.question}
        maxLength={MAX_QUESTION_LENGTH}
        aria-invalid={error !== undefined}
        aria-describedby={error ? "question-error" : undefined}
        onInput={(event) => actions?.change({ question: event.currentTarget.value, errors: {} })}
      />
      <FieldError id="question-error" message={error} />
    </div>
  );
}

function Settings({ form, actions }: CreatePollProps) {
  return (
    <>
      <Tiles
        legend={texts.whoSeesResults}
        name="resultsVisibility"
        value={form.resultsVisibility}
        names={VISIBILITY_NAMES}
        onChoose={(resultsVisibility) => actions?.change({ resultsVisibility })}
      />
      <div class="field">
        <label for="duration">{texts.closesAfter}</label>
        <select
          id="duration"
          onChange={(event) => actions?.change({ durationSeconds: Number(event.currentTarget.value) })}
        >
          {DURATIONS.map(([seconds, words]) => (
            <option key={seconds} value={seconds} selected={seconds === form.durationSeconds}>
              {words}
            </option>
          ))}
        </select>
      </div>
      <div class="ticks">
        <Tick
          name="allowChange"
          checked={form.allowChange}
          onTick={(allowChange) => actions?.change({ allowChange })}
        >
          {texts.allowChange}
        </Tick>
        <Tick name="open" checked={form.open} onTick={(open) => actions?.change({ open })}>
          {texts.openNow}
        </Tick>
      </div>
    </>
  );
}
