/** The wall at work in the browser. It looks on as anybody would; the key is only for what its host does. */
import type { ServerMessage } from "../shared/messages.ts";
import { follow, makeLink } from "./follower.ts";
import { keepAwake, toggleFullScreen, watchPointer } from "./hall-screen.ts";
import { codeOf, takeHostKey } from "./host-key.ts";
import type { Link } from "./link.ts";
import type { PresentData } from "./page-data.ts";
import { initialWall, type WallState } from "./present-state.ts";
import { previousAt, steer } from "./present-steps.ts";
import { keep, recall } from "./safe-storage.ts";
import { reduceScreen, type ScreenEvent } from "./screen-state.ts";
import { CONFIRM_WITHIN_MS, type Command, commandFor, confirm, meaningOf, type Press } from "./shortcuts.ts";
import { Store } from "./store.ts";
import { present as texts } from "./texts/spoken.ts";
import { browserTimer, type Cancel } from "./timer.ts";
import type { PresentActions } from "./views/present-page.tsx";

/** The countdown is looked at this often (ms); it renders only when its words change. */
const TICK_MS = 250;
/** A word on the wall stays this long (ms). */
const NOTICE_MS = 6_000;
const SINGLE_KEYS = "pollcast:single-keys";

export class PresentDesk {
  readonly state: Store<WallState>;
  readonly actions: PresentActions;
  readonly #hostKey: string | null;
  readonly #link: Link;
  #busy = false;
  #cancelNotice: Cancel = () => {};

  constructor(data: PresentData) {
    this.#hostKey = takeHostKey(data);
    this.state = new Store(initialWall(data));
    this.#link = makeLink({
      code: codeOf(data),
      hostKey: null,
      looksOn: true,
      onFrame: (message) => this.#heard(message),
      onConnection: (connection) => this.#dispatch({ type: "connection", connection }),
    });
    this.actions = {
      act: (command) => void this.#act(command),
      hideKeys: () => keysDialog()?.close(),
      letSingleKeys: (singleKeys) => {
        keep(SINGLE_KEYS, singleKeys ? "on" : "off");
        this.#set({ singleKeys });
      },
    };
  }

  start(): void {
    const { steers } = this.state.value;
    this.#set({ steers: steers || this.#hostKey !== null, singleKeys: recall(SINGLE_KEYS) !== "off" });
    follow(this.#link);
    setInterval(() => this.#dispatch({ type: "tick", at: Date.now() }), TICK_MS);
    document.addEventListener("keydown", (event) => this.#pressed(event));
    document.addEventListener("fullscreenchange", () =>
      this.#set({ isFull: document.fullscreenElement !== null }),
    );
    watchPointer();
    keepAwake();
  }

  #set(parts: Partial<WallState>): void {
    this.state.value = { ...this.state.value, ...parts };
  }

  #dispatch(event: ScreenEvent): void {
    const { screen } = this.state.value;
    const next = reduceScreen(screen, event);
    if (next !== screen) this.#set({ screen: next });
  }

  #heard(message: ServerMessage): void {
    const before = this.state.value.screen.poll?.poll.pollId;
    this.#dispatch({ type: "frame", message, at: Date.now() });
    const poll = this.state.value.screen.poll?.poll;
    if (poll?.pollId === before) return;
    // Another question: nobody has asked to close this one.
    this.#set({ armedAt: null });
    if (poll?.previousId) void this.#compareWith(poll.previousId);
  }

  async #compareWith(previousId: string): Promise<void> {
    if (this.state.value.previous?.poll.pollId === previousId) return;
    const previous = await previousAt(previousId);
    // The room may have gone on meanwhile, and back to what is compared with something else.
    if (this.state.value.screen.poll?.poll.previousId === previousId) this.#set({ previous });
  }

  #pressed(event: KeyboardEvent): void {
    const meaning = meaningOf(pressOf(event), this.state.value.singleKeys);
    if (!meaning) return;
    const { screen } = this.state.value;
    // A poll alone has nothing before or after it: these keys are the browser's, to scroll with.
    if (!screen.room && (meaning === "next" || meaning === "back")) return;
    event.preventDefault();
    const command = commandFor(meaning, screen);
    if (command) void this.#act(command);
    else this.#tell(this.state.value.steers ? texts.notNow : texts.onlyHost);
  }

  async #act(command: Command): Promise<void> {
    if (command === "keys") return keysDialog()?.showModal();
    if (command === "fullScreen") return void ((await toggleFullScreen()) || this.#tell(texts.noFullScreen));
    if (!this.state.value.steers) return this.#tell(texts.onlyHost);
    if (this.#busy) return this.#tell(texts.underWay);
    const { armedAt, act } = confirm(command, this.state.value.armedAt, Date.now());
    this.#set({ armedAt });
    if (!act) return this.#tell(texts.closeTwice, CONFIRM_WITHIN_MS);
    this.#tell(null);
    this.#busy = true;
    const wrong = await steer(this.state.value.screen, command, this.#hostKey);
    this.#busy = false;
    this.#tell(wrong);
  }

  /** Says something for a while. What was armed is so only as long as it is said. */
  #tell(notice: string | null, ms = NOTICE_MS): void {
    this.#cancelNotice();
    this.#set({ notice });
    if (notice) this.#cancelNotice = browserTimer.after(ms, () => this.#set({ notice: null, armedAt: null }));
  }
}

function keysDialog(): HTMLDialogElement | null {
  return document.querySelector<HTMLDialogElement>("dialog#keys");
}

function pressOf(event: KeyboardEvent): Press {
  const { key, ctrlKey, altKey, metaKey, repeat, isComposing } = event;
  return { key, ctrlKey, altKey, metaKey, repeat, isComposing, on: placeOf(event.target) };
}

function placeOf(target: EventTarget | null): Press["on"] {
  if (document.querySelector("dialog[open]")) return "dialog";
  if (!(target instanceof Element)) return "page";
  if (target.closest("input, textarea, select, [contenteditable]")) return "typing";
  return target.closest("button, a, summary") ? "pressing" : "page";
}
