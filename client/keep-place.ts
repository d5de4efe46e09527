/** Where to go on, the best first: in the form, at what became of it, at the question. */
const PLACES = [".ballot :checked", ".receipt", "h1"];

/**
 * Draws, and puts the focus where its element has gone: a form that was sent, a question that the room has left. Whoever
 * goes by keyboard would begin at the top of the page again. A focus that still stands is never taken.
 */
export function keepPlace(root: HTMLElement, draw: () => void): void {
  const focused = document.activeElement;
  draw();
  if (!focused || focused.isConnected) return;
  const place = PLACES.map((selector) => root.querySelector<HTMLElement>(selector)).find(Boolean);
  place?.focus();
}
