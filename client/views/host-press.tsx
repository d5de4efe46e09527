import type { ComponentChildren, TargetedMouseEvent } from "preact";

interface PressProps {
  readonly onPress: () => void;
  /** A step is under way. The button keeps the focus, and does nothing. */
  readonly busy?: boolean;
  /** Nothing can be done with it as things stand. */
  readonly off?: boolean;
  readonly class?: string;
  readonly id?: string;
  readonly label?: string;
  readonly expanded?: boolean;
  /** Pressing twice means twice; of other buttons the second press of a double click is none. */
  readonly twice?: boolean;
  readonly children: ComponentChildren;
}

/**
 * A button of the host's. After a step another button may stand where the pressed one was: whoever taps twice on Open
 * must not have closed.
 */
export function Press(props: PressProps) {
  const { onPress, busy = false, off = false, label, expanded, twice = false } = props;
  const press = ({ detail }: TargetedMouseEvent<HTMLButtonElement>) => {
    if (!busy && (twice || detail < 2)) onPress();
  };
  return (
    <button
      type="button"
      class={props.class}
      id={props.id}
      disabled={off}
      aria-disabled={busy || undefined}
      aria-label={label}
      aria-expanded={expanded}
      onClick={press}
    >
      {props.children}
    </button>
  );
}
