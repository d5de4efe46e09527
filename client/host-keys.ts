/** The keys of a room's host: right and left, as on the wall. Up and down stay the page's, which is longer than its window. */
import { meaningOf } from "./shortcuts.ts";

/** `null`: the press means nothing here, as where text is written. */
export function moveOf(event: KeyboardEvent): "next" | "back" | null {
  if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return null;
  const { key, ctrlKey, altKey, metaKey, repeat, isComposing, target } = event;
  const isTyping = target instanceof Element && target.closest("input, textarea, select") !== null;
  const on = isTyping ? "typing" : "page";
  const meaning = meaningOf({ key, ctrlKey, altKey, metaKey, repeat, isComposing, on }, false);
  return meaning === "next" || meaning === "back" ? meaning : null;
}
