/** How a page's script takes over what the server rendered. */
import { type ComponentChild, hydrate, render } from "preact";
import type { PageData } from "./page-data.ts";
import type { Store } from "./store.ts";

/** Runs `start` with the element that holds the page and with what the server rendered it from. */
export function takeOver<Page extends PageData>(start: (root: HTMLElement, data: Page) => void): void {
  const root = document.getElementById("app");
  const data = document.getElementById("data")?.textContent;
  if (root && data) start(root, JSON.parse(data));
}

/** What people did while the script was still loading. */
export function typed(root: HTMLElement, inputs: string): string[] {
  return Array.from(root.querySelectorAll<HTMLInputElement>(inputs), ({ value }) => value);
}

/** Takes over the rendered page as it stands, then draws every change. */
export function show<State>(root: HTMLElement, store: Store<State>, view: () => ComponentChild): void {
  hydrate(view(), root);
  store.onChange = () => render(view(), root);
}
