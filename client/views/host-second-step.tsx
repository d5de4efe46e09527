import { host as texts } from "../texts/spoken.ts";
import { Press } from "./host-press.tsx";

interface SecondStepProps {
  /** What will be gone. */
  readonly hint: string;
  readonly busy: boolean;
  readonly onKeep: () => void;
  readonly onDelete: () => void;
}

/** Asked before something is gone for good. The way back comes first, and has the focus. */
export function HostSecondStep({ hint, busy, onKeep, onDelete }: SecondStepProps) {
  return (
    <fieldset class="panel second-step">
      <legend>{hint}</legend>
      <div class="in-a-row">
        <Press onPress={onKeep}>{texts.keep}</Press>
        <Press class="danger" busy={busy} onPress={onDelete}>
          {texts.deleteForGood}
        </Press>
      </div>
    </fieldset>
  );
}
