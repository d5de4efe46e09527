import type { TargetedClipboardEvent, TargetedKeyboardEvent } from "preact";
import { MAX_LABEL_LENGTH, MAX_OPTIONS, MIN_OPTIONS } from "../../shared/limits.ts";
import { openQuestion } from "../create-form.ts";
import {
  addOption,
  applyTemplate,
  nextOption,
  optionField,
  removeOption,
  undoTemplate,
  writeOption,
} from "../create-options.ts";
import { isComposing } from "../is-composing.ts";
import { everyPage, home as texts } from "../texts/spoken.ts";
import type { CreateProps } from "./create-actions.ts";
import { FieldError } from "./field.tsx";

export function OptionFields({ form, actions }: CreateProps) {
  const { key, options } = openQuestion(form);
  return (
    <fieldset class="options" aria-describedby={form.errors[`${key}.options`] ? "options-error" : undefined}>
      <legend>{everyPage.options}</legend>
      <p class="hint">{form.shape === "room" ? texts.roomOptionsHint : texts.optionsHint}</p>
      <Templates form={form} actions={actions} />
      {options.map((_, index) => (
        <OptionField key={index} index={index} form={form} actions={actions} />
      ))}
      <FieldError id="options-error" message={form.errors[`${key}.options`]} />
      {options.length < MAX_OPTIONS && (
        <button type="button" class="quiet" onClick={() => actions?.change(addOption)}>
          {texts.addOption}
        </button>
      )}
    </fieldset>
  );
}

function Templates({ form, actions }: CreateProps) {
  return (
    <div class="templates">
      {Object.entries(texts.templates).map(([each, { name, options }]) => (
        <button
          key={each}
          type="button"
          class="chip"
          onClick={() => actions?.change((now) => applyTemplate(now, options))}
        >
          {name}
        </button>
      ))}
      <span class="undo" role="status">
        {openQuestion(form).replaced && (
          <button type="button" class="quiet" onClick={() => actions?.change(undoTemplate)}>
            {texts.undoTemplate}
          </button>
        )}
      </span>
    </div>
  );
}

function OptionField({ form, actions, index }: CreateProps & { index: number }) {
  const { key, options } = openQuestion(form);
  const label = options[index] ?? "";
  const error = form.errors[`${key}.options.${index}`];
  return (
    <div class="option-row">
      <input
        id={optionField(index)}
        name="option"
        dir="auto"
        aria-label={texts.option(index + 1)}
        placeholder={texts.option(index + 1)}
        value={label}
        maxLength={MAX_LABEL_LENGTH}
        autocomplete="off"
        enterkeyhint="next"
        aria-invalid={error !== undefined}
        aria-describedby={error ? `option-${index}-error` : undefined}
        onInput={({ currentTarget: { value } }) => actions?.change((now) => writeOption(now, index, value))}
        onKeyDown={(event) => onKeyDown(event, index, actions)}
        onPaste={(event) => onPaste(event, (text) => actions?.change((now) => writeOption(now, index, text)))}
      />
      {options.length > MIN_OPTIONS && (
        <button
          type="button"
          class="icon"
          aria-label={texts.removeOption(index + 1)}
          title={texts.removeOption(index + 1)}
          onClick={() => actions?.change((now) => removeOption(now, index))}
        >
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d="m6 6 12 12M18 6 6 18" />
          </svg>
        </button>
      )}
      <FieldError id={`option-${index}-error`} message={error} />
    </div>
  );
}

/** Enter that ends the composition of a Japanese or Korean word is not the Enter that ends the option. */
function onKeyDown(
  event: TargetedKeyboardEvent<HTMLInputElement>,
  index: number,
  actions: CreateProps["actions"],
): void {
  if (isComposing(event) || event.ctrlKey || event.metaKey) return;
  // A held Backspace empties the field and stops there.
  const isEmptied = event.key === "Backspace" && !event.repeat && event.currentTarget.value === "";
  if (event.key === "Enter") actions?.change((now) => nextOption(now, index));
  else if (isEmptied) actions?.change((now) => removeOption(now, index));
  else return;
  event.preventDefault();
}

/** A browser pastes many lines into one field as one line; a list is meant as options. */
function onPaste(event: TargetedClipboardEvent<HTMLInputElement>, onList: (text: string) => void): void {
  const pasted = event.clipboardData?.getData("text") ?? "";
  if (!pasted.trim().includes("\n")) return;
  event.preventDefault();
  const { value, selectionStart, selectionEnd } = event.currentTarget;
  const start = selectionStart ?? value.length;
  onList(value.slice(0, start) + pasted.trim() + value.slice(selectionEnd ?? start));
}
