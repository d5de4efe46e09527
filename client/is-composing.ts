/**
 * Whether a key belongs to the word that an input method is composing, such as the Enter that takes the proposed word.
 * Safari ends the composition before it tells of that Enter; there only the old code of such keys, 229, gives it away.
 */
export function isComposing(event: Pick<KeyboardEvent, "isComposing" | "keyCode">): boolean {
  return event.isComposing || event.keyCode === 229;
}
