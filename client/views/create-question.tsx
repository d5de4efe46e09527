import type { TargetedKeyboardEvent } from "preact";
import { MAX_QUESTION_LENGTH } from "../../shared/limits.ts";
import { chooseKind, openQuestion, writeQuestion } from "../create-form.ts";
import { limitChoices, optionField, writtenOptions } from "../create-options.ts";
import { isComposing } from "../is-composing.ts";
import { home as texts } from "../texts/spoken.ts";
import type { CreateProps } from "./create-actions.ts";
import { FieldError, Tiles } from "./field.tsx";
import { OptionFields } from "./option-fields.tsx";

/** The question that is being written, with its kind and its options. */
export function CreateQuestion({ form, actions }: CreateProps) {
  const { kind } = openQuestion(form);
  return (
    <div class="question">
      <QuestionField form={form} actions={actions} />
      <Tiles
        legend={texts.kind}
        name="kind"
        value={kind}
        names={texts.kinds}
        onChoose={(chosen) => actions?.change((now) => chooseKind(now, chosen))}
      />
      {kind === "multiple" && <MaxChoicesField form={form} actions={actions} />}
      {kind === "rating" ? (
        <p class="hint">{texts.ratingHint}</p>
      ) : (
        <OptionFields form={form} actions={actions} />
      )}
    </div>
  );
}

/** Two lines high and grown by what is in it, but one line to the server: Enter goes on to the options. */
function QuestionField({ form, actions }: CreateProps) {
  const { key, question } = openQuestion(form);
  const error = form.errors[`${key}.question`];
  return (
    <div class="field">
      <label for="question">{texts.question}</label>
      <textarea
        id="question"
        name="question"
        dir="auto"
        rows={2}
        enterkeyhint="next"
        value={question}
        maxLength={MAX_QUESTION_LENGTH}
        aria-invalid={error !== undefined}
        aria-describedby={error ? "question-error" : undefined}
        onInput={({ currentTarget: { value } }) => actions?.change((now) => writeQuestion(now, value))}
        onKeyDown={goOn}
      />
      <FieldError id="question-error" message={error} />
    </div>
  );
}

function goOn(event: TargetedKeyboardEvent<HTMLTextAreaElement>): void {
  if (event.key !== "Enter" || isComposing(event) || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  document.getElementById(optionField(0))?.focus();
}

function MaxChoicesField({ form, actions }: CreateProps) {
  const question = openQuestion(form);
  const { key, maxChoices } = question;
  const error = form.errors[`${key}.maxChoices`];
  const most = Math.max(2, writtenOptions(question).length - 1, maxChoices ?? 0);
  return (
    <div class="field">
      <label for="max-choices">{texts.maxChoices}</label>
      <select
        id="max-choices"
        name="maxChoices"
        aria-describedby={error ? "max-choices-error" : undefined}
        onChange={({ currentTarget: { value } }) =>
          actions?.change((now) => limitChoices(now, Number(value) || null))
        }
      >
        <option value="" selected={maxChoices === null}>
          {texts.anyNumber}
        </option>
        {Array.from({ length: most }, (_, index) => index + 1).map((count) => (
          <option key={count} value={count} selected={count === maxChoices}>
            {texts.atMost(count)}
          </option>
        ))}
      </select>
      <FieldError id="max-choices-error" message={error} />
    </div>
  );
}
