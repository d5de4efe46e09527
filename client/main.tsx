/** The browser's front door: takes over the page that the server rendered. */
import { type ComponentChild, hydrate, render } from "preact";
import { CreateDesk } from "./create-desk.ts";
import type { PageData } from "./page-data.ts";
import { PollRoom } from "./poll-room.ts";
import type { Store } from "./store.ts";
import { Home } from "./views/home.tsx";
import { PollPage } from "./views/poll-page.tsx";

function start(root: HTMLElement, data: PageData): void {
  if (data.page === "home") {
    const desk = new CreateDesk();
    desk.adopt(typed(root, "#question")[0] ?? "", typed(root, ".option-row input"));
    show(root, desk.form, () => <Home form={desk.form.value} actions={desk.actions} code={data.code} />);
    return;
  }
  const room = new PollRoom(data.view);
  const chosen = typed(root, ".ballot input:checked");
  show(root, room.state, () => <PollPage state={room.state.value} actions={room.actions} />);
  room.start(chosen);
}

/** What people did while the script was still loading. */
function typed(root: HTMLElement, inputs: string): string[] {
  return Array.from(root.querySelectorAll<HTMLInputElement>(inputs), ({ value }) => value);
}

/** Takes over the rendered page as it stands, then draws every change. */
function show<State>(root: HTMLElement, store: Store<State>, view: () => ComponentChild): void {
  hydrate(view(), root);
  store.onChange = () => render(view(), root);
}

const root = document.getElementById("app");
const data = document.getElementById("data")?.textContent;
if (root && data) start(root, JSON.parse(data));
