import type { ComponentChildren } from "preact";

/** What is wrong with a field, told where it is and tied to it by `id`. */
export function FieldError({ id, message }: { id: string; message: string | undefined }) {
  return message ? (
    <p class="error" id={id}>
      {message}
    </p>
  ) : null;
}

/** A choice among few words, as large radio tiles. */
export function Tiles<Value extends string>({
  legend,
  name,
  value,
  names,
  onChoose,
}: {
  legend: ComponentChildren;
  name: string;
  value: Value;
  names: Readonly<Record<Value, string>>;
  onChoose: (value: Value) => void;
}) {
  // The keys of a record are its `Value`s; `Object.keys` does not say so.
  const values = Object.keys(names) as Value[];
  return (
    <fieldset class="tiles">
      <legend>{legend}</legend>
      {values.map((each) => (
        <label class="tile" key={each}>
          <input
            type="radio"
            name={name}
            value={each}
            checked={each === value}
            onChange={() => onChoose(each)}
          />
          <span>{names[each]}</span>
        </label>
      ))}
    </fieldset>
  );
}

export function Tick({
  name,
  checked,
  onTick,
  children,
}: {
  name: string;
  checked: boolean;
  onTick: (checked: boolean) => void;
  children: ComponentChildren;
}) {
  return (
    <label class="tick">
      <input
        type="checkbox"
        name={name}
        checked={checked}
        onChange={(event) => onTick(event.currentTarget.checked)}
      />
      <span>{children}</span>
    </label>
  );
}
