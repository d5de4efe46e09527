import type { TargetedKeyboardEvent } from "preact";
import { MAX_TITLE_LENGTH } from "../../shared/limits.ts";
import { type CreateForm, chooseShape, nameRoom } from "../create-form.ts";
import { isComposing } from "../is-composing.ts";
import { home as texts } from "../texts/spoken.ts";
import type { CreateProps } from "./create-actions.ts";
import { CreateList } from "./create-list.tsx";
import { CreateQuestion } from "./create-question.tsx";
import { CreateSettings } from "./create-settings.tsx";
import { FieldError } from "./field.tsx";

const SHAPES: readonly CreateForm["shape"][] = ["poll", "room"];

/** `method="dialog"` outside a dialog does nothing: a form sent before the script is there keeps what was typed. */
export function CreatePanel({ form, actions }: CreateProps) {
  const isRoom = form.shape === "room";
  return (
    <form
      class="create"
      method="dialog"
      autocomplete="off"
      novalidate
      onKeyDown={(event) => onKeyDown(event, () => actions?.create())}
      onSubmit={(event) => {
        event.preventDefault();
        actions?.create();
      }}
    >
      <ShapeSwitch form={form} actions={actions} />
      {isRoom && <TitleField form={form} actions={actions} />}
      {isRoom ? (
        <CreateList form={form} actions={actions} />
      ) : (
        <CreateQuestion form={form} actions={actions} />
      )}
      <CreateSettings form={form} actions={actions} />
      <div class="send">
        <button type="submit" class="primary" aria-disabled={form.busy}>
          {form.busy ? texts.creating : isRoom ? texts.createRoom : texts.create}
        </button>
        <p class="hint keys">{texts.createKeys}</p>
        <p class="error" role="alert">
          {form.errors[""]}
        </p>
      </div>
    </form>
  );
}

/** Buttons, not radios: nothing of them is sent, and what is written under the other one stays. */
function ShapeSwitch({ form, actions }: CreateProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would want a legend, which the heading above already is
    <div class="shapes" role="group" aria-labelledby="create-title">
      {SHAPES.map((shape) => (
        <button
          key={shape}
          type="button"
          aria-pressed={shape === form.shape}
          onClick={() => actions?.change((now) => chooseShape(now, shape))}
        >
          {texts.shapes[shape]}
        </button>
      ))}
      <p class="hint">{texts.shapeHints[form.shape]}</p>
    </div>
  );
}

function TitleField({ form, actions }: CreateProps) {
  const error = form.errors.title;
  return (
    <div class="field">
      <label for="title">{texts.roomTitle}</label>
      <input
        id="title"
        name="title"
        dir="auto"
        value={form.title}
        placeholder={texts.roomTitleExample}
        maxLength={MAX_TITLE_LENGTH}
        aria-invalid={error !== undefined}
        aria-describedby={error ? "title-error" : undefined}
        onInput={({ currentTarget: { value } }) => actions?.change((now) => nameRoom(now, value))}
      />
      <FieldError id="title-error" message={error} />
    </div>
  );
}

/** Ctrl or ⌘ with Enter creates from anywhere; Enter alone in the one field that has no meaning of its own for it does not. */
function onKeyDown(event: TargetedKeyboardEvent<HTMLFormElement>, create: () => void): void {
  if (event.key !== "Enter" || isComposing(event)) return;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    create();
  } else if (event.target instanceof HTMLInputElement) {
    event.preventDefault();
    if (event.target.id === "title") document.getElementById("question")?.focus();
  }
}
