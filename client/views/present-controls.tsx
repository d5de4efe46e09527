import type { WallState } from "../present-state.ts";
import { type Command, possible } from "../shortcuts.ts";
import { present as texts } from "../texts/spoken.ts";
import type { PresentActions } from "./present-page.tsx";

interface ControlsProps {
  readonly wall: WallState;
  readonly actions: PresentActions;
}

/** The key of each step, written on its button. */
const KEYS: Readonly<Record<Command, string>> = {
  back: "←",
  next: "→",
  open: "O",
  close: "C",
  hide: "H",
  reveal: "H",
  extend: "+",
  again: "R",
  fullScreen: "F",
  keys: "?",
};

/** Every key has a button. They show while somebody points or is on one of them; a keyboard or a reader always finds them. */
export function PresentControls({ wall, actions }: ControlsProps) {
  const steps: Command[] = [...(wall.steers ? possible(wall.screen) : []), "fullScreen", "keys"];
  return (
    <>
      <section class="controls" aria-label={texts.controls}>
        {steps.map((step) => (
          <button
            key={step}
            type="button"
            class={step === "close" && wall.armedAt !== null ? "armed" : undefined}
            aria-keyshortcuts={shortcutOf(step)}
            aria-pressed={step === "fullScreen" ? wall.isFull : undefined}
            onClick={() => actions.act(step)}
          >
            {texts.steps[step]}{" "}
            <span class="key" aria-hidden="true">
              {KEYS[step]}
            </span>
          </button>
        ))}
      </section>
      <KeysDialog wall={wall} actions={actions} />
    </>
  );
}

function shortcutOf(step: Command): string {
  if (step === "next") return "ArrowRight PageDown";
  return step === "back" ? "ArrowLeft PageUp" : KEYS[step];
}

function KeysDialog({ wall, actions }: ControlsProps) {
  return (
    <dialog id="keys" aria-labelledby="keys-title">
      <h2 id="keys-title">{texts.keysTitle}</h2>
      <dl class="key-list">
        {texts.keyList.map(([keys, does]) => (
          <div key={does}>
            <dt>
              {keys.map((key, index) => (
                <kbd key={`${key}${index}`}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      {!wall.steers && <p class="note">{texts.onlyHost}</p>}
      <label class="tick">
        <input
          type="checkbox"
          checked={wall.singleKeys}
          aria-describedby="single-keys-hint"
          onChange={({ currentTarget }) => actions.letSingleKeys(currentTarget.checked)}
        />
        {texts.singleKeys}
      </label>
      <p class="hint" id="single-keys-hint">
        {texts.singleKeysHint}
      </p>
      <button type="button" class="primary" onClick={actions.hideKeys}>
        {texts.done}
      </button>
    </dialog>
  );
}
