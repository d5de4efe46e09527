import { everyPage, home as texts } from "../texts/spoken.ts";
import type { CreateProps } from "./create-actions.ts";
import { Tick, Tiles } from "./field.tsx";

/** What goes for the poll, or for every question of the room. */
export function CreateSettings({ form, actions }: CreateProps) {
  const change = (part: Partial<typeof form>) => actions?.change((now) => ({ ...now, ...part }));
  const isRoom = form.shape === "room";
  return (
    <div class="settings">
      <Tiles
        legend={texts.whoSeesResults}
        name="resultsVisibility"
        value={form.resultsVisibility}
        names={texts.visibilities}
        onChoose={(resultsVisibility) => change({ resultsVisibility })}
      />
      <div class="field">
        <label for="duration">{isRoom ? texts.eachClosesAfter : texts.closesAfter}</label>
        <select
          id="duration"
          name="durationSeconds"
          onChange={({ currentTarget: { value } }) => change({ durationSeconds: Number(value) })}
        >
          {durations(form.durationSeconds).map(([seconds, words]) => (
            <option key={seconds} value={seconds} selected={seconds === form.durationSeconds}>
              {words}
            </option>
          ))}
        </select>
      </div>
      <div class="ticks">
        {!isRoom && (
          <Tick name="open" checked={form.open} onTick={(open) => change({ open })}>
            {texts.openNow}
          </Tick>
        )}
        <Tick name="allowChange" checked={form.allowChange} onTick={(allowChange) => change({ allowChange })}>
          {texts.allowChange}
        </Tick>
      </div>
    </div>
  );
}

/** The usual ones, and that of a poll that was made by a call. */
function durations(chosen: number): readonly (readonly [seconds: number, words: string])[] {
  if (texts.durations.some(([seconds]) => seconds === chosen)) return texts.durations;
  const all = [...texts.durations, [chosen, everyPage.duration(chosen)] as const];
  return all.sort(([one], [other]) => one - other);
}
