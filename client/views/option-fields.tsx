import type { TargetedClipboardEvent, TargetedKeyboardEvent } from "preact";
import { MAX_LABEL_LENGTH, MAX_OPTIONS } from "../../shared/limits.ts";
import type { CreateForm } from "../create-form.ts";
import { texts } from "../texts.ts";
import type { CreateActions } from "./create-poll.tsx";
import { FieldError } from "./field.tsx";

interface OptionFieldsProps {
  readonly form: CreateForm;
  readonly actions: CreateActions | null;
}

export function OptionFields({ form, actions }: OptionFieldsProps) {
  return (
    <fieldset class="options">
      <legend>{texts.options}</legend>
      <p class="hint">{texts.optionsHint}</p>
      {form.options.map((_, index) => (
        <OptionField key={index} index={index} form={form} actions={actions} />
      ))}
      <FieldError id="options-error" message={form.errors.options} />
      {form.options.length < MAX_OPTIONS && (
        <button type="button" class="quiet" onClick={() => actions?.enterOption(form.options.length - 1)}>
          {texts.addOption}
        </button>
      )}
    </fieldset>
  );
}

function OptionField({ form, actions, index }: OptionFieldsProps & { index: number }) {
  const name = `options.${index}`;
  const error = form.errors[name];
  return (
    <div class="option-row">
      <input
        id={`option-${index}`}
        aria-label={texts.option(index + 1)}
        placeholder={texts.option(index + 1)}
        value={form.options[index] ?? ""}
        maxLength={MAX_LABEL_LENGTH}
        autocomplete="off"
        aria-invalid={error !== undefined}
        aria-describedby={error ? `${name}-error` : undefined}
        onInput={(event) => actions?.writeOption(index, event.currentTarget.value)}
        onKeyDown={(event) => onKeyDown(event, () => actions?.enterOption(index))}
        onPaste={(event) => onPaste(event, (text) => actions?.writeOption(index, text))}
      />
      {form.options.length > 2 && (
        <button
          type="button"
          class="remove"
          aria-label={texts.removeOption(index + 1)}
          onClick={() => actions?.removeOption(index)}
        >
          ×
        </button>
      )}
      <FieldError id={`${name}-error`} message={error} />
    </div>
  );
}

/** Enter that ends the composition of a Japanese or Korean word is not the Enter that ends the option. */
function onKeyDown(event: TargetedKeyboardEvent<HTMLInputElement>, onEnter: () => void): void {
  if (event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  onEnter();
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
