/** The host's page at work in the browser: state, socket and steps, tied together. */
import type { PollView, ServerMessage } from "../shared/messages.ts";
import { call, type Failure, isFailure, type Method } from "./api.ts";
import { follow, makeLink } from "./follower.ts";
import { HealthWatch } from "./host-health.ts";
import { hostAddress, keepHostKey, takeHostKey } from "./host-key.ts";
import { moveOf } from "./host-keys.ts";
import { copyField, hostLink } from "./host-link.ts";
import { roomActions } from "./host-room.ts";
import {
  type HostEvent,
  type HostState,
  initialHost,
  maySteer,
  missingPrevious,
  type Panel,
  pathOf,
  reduceHost,
} from "./host-state.ts";
import type { Link } from "./link.ts";
import type { HostData } from "./page-data.ts";
import { callOf, type PollStep } from "./poll-steps.ts";
import { backOf, nextOf } from "./room-moves.ts";
import { type Connection, codeAt } from "./screen-state.ts";
import { Store } from "./store.ts";
import type { HostActions } from "./views/host-page.tsx";

/** The countdown is looked at this often (ms); it renders only when its words change. */
const TICK_MS = 250;

type Seen = Pick<Extract<HostEvent, { type: "done" }>, "room" | "view">;

/** How a step is taken. */
export interface HostSteps {
  readonly code: string;
  readonly state: Store<HostState>;
  readonly dispatch: (event: HostEvent) => void;
  /** Opens a panel beside the steering, or puts away the one that is open. */
  readonly open: (panel: Panel | null) => void;
  /**
   * Takes a step and shows what its answer says (`see`). `null`: it failed, which the page then says, or another is under
   * way; a second press of a button is no second step.
   */
  readonly take: <Answer extends object>(
    method: Method,
    path: string,
    body?: object,
    see?: (answer: Answer) => Seen,
  ) => Promise<Answer | null>;
  /** The same, where whoever takes it shows what came of it, also a failure, and ends it with `done` or `failed`. */
  readonly ask: <Answer extends object>(
    method: Method,
    path: string,
    body?: object,
  ) => Promise<Answer | Failure | null>;
  /** Resolves when no step is under way: for what is typed, which nobody would know to type again. */
  readonly idle: () => Promise<void>;
}

export class HostDesk {
  readonly state: Store<HostState>;
  readonly actions: HostActions;
  readonly #data: HostData;
  readonly #code: string;
  readonly #hostKey: string | null;
  readonly #link: Link;
  readonly #health: HealthWatch;
  readonly #steps: HostSteps;
  #opener: Element | null = null;
  /** Who waits for the step that is under way. */
  #waiting: (() => void)[] = [];

  constructor(data: HostData) {
    this.#data = data;
    this.#hostKey = takeHostKey(data);
    this.state = new Store(initialHost(data));
    const code = codeAt(this.state.value.screen);
    this.#code = code;
    this.#link = makeLink({
      code,
      hostKey: this.#hostKey,
      onFrame: (message) => this.#heard(message),
      onConnection: (connection) => this.#connectionChanged(connection),
    });
    this.#health = new HealthWatch({
      hostKey: this.#hostKey,
      send: (frame) => this.#link.send(frame),
      pollId: () => (maySteer(this.state.value) && this.state.value.screen.poll?.poll.pollId) || null,
      onEvent: (event) => this.#dispatch(event),
    });
    this.#steps = this.#makeSteps();
    this.actions = this.#makeActions();
  }

  start(): void {
    const { room, view, csrfToken } = this.#data;
    const owns = (room ?? view?.poll)?.host === true;
    const held = this.#hostKey !== null;
    this.#dispatch({ type: "key", held, claimable: held && !owns && csrfToken !== null });
    follow(this.#link);
    this.#health.start();
    // A host link that is opened where this page is: only its fragment differs, so nothing would be loaded.
    addEventListener("hashchange", () => location.reload());
    addEventListener("keydown", (event: KeyboardEvent) => this.#pressed(event));
    setInterval(() => this.#dispatch({ type: "tick", at: Date.now() }), TICK_MS);
  }

  #pressed(event: KeyboardEvent): void {
    const { room } = this.state.value.screen;
    const move = moveOf(event);
    if (!room || !move || !maySteer(this.state.value)) return;
    event.preventDefault();
    const to = move === "next" ? nextOf(room) : backOf(room);
    if (to) this.actions.go(to.pollId);
  }

  #dispatch(event: HostEvent): void {
    const before = this.state.value;
    this.state.value = reduceHost(before, event);
    if (!this.state.value.busy) for (const go of this.#waiting.splice(0)) go();
    const isNext = before.screen.poll?.poll.pollId !== this.state.value.screen.poll?.poll.pollId;
    const isHost = maySteer(this.state.value);
    if (isHost && !maySteer(before)) this.#keepKey();
    if (isNext || maySteer(before) !== isHost) void this.#questionChanged();
  }

  /** It has proved to be the right one: for what is here, and for the room that this is in. */
  #keepKey(): void {
    if (this.#hostKey === null) return;
    const roomId = this.state.value.screen.poll?.poll.roomId;
    for (const code of roomId ? [this.#code, roomId] : [this.#code]) keepHostKey(code, this.#hostKey);
  }

  #heard(message: ServerMessage): void {
    this.#dispatch({ type: "frame", message, at: Date.now() });
    this.#health.heard(message);
  }

  #connectionChanged(connection: Connection): void {
    this.#dispatch({ type: "connection", connection });
    if (connection !== "live") return;
    this.#health.ping();
    void this.#questionChanged();
  }

  async #questionChanged(): Promise<void> {
    if (!maySteer(this.state.value)) return;
    void this.#health.ask();
    const missing = missingPrevious(this.state.value);
    if (!missing) return;
    const view = await call<PollView>("GET", `/api/polls/${missing}`, undefined, this.#hostKey);
    if (!isFailure(view)) this.#dispatch({ type: "previous", view });
  }

  #makeSteps(): HostSteps {
    const dispatch = (event: HostEvent) => this.#dispatch(event);
    const ask: HostSteps["ask"] = async (method, path, body) => {
      if (this.state.value.busy) return null;
      dispatch({ type: "begun" });
      return call(method, path, body, this.#hostKey);
    };
    return {
      code: this.#code,
      state: this.state,
      dispatch,
      open: (panel) => this.#open(panel),
      ask,
      idle: async () => {
        while (this.state.value.busy) await new Promise<void>((resolve) => this.#waiting.push(resolve));
      },
      async take(method, path, body, see) {
        const answer = await ask<object>(method, path, body);
        if (answer === null) return null;
        if (isFailure(answer)) {
          dispatch({ type: "failed", failed: answer.failed });
          return null;
        }
        const known = answer as Parameters<NonNullable<typeof see>>[0]; // trusted for its shape, as `call` says
        dispatch({ type: "done", at: Date.now(), ...see?.(known) });
        return known;
      },
    };
  }

  #makeActions(): HostActions {
    const steps = this.#steps;
    return {
      ...roomActions(steps),
      steer: (step) => this.#steer(step),
      again: () => this.#again(),
      remove: () => this.#remove(),
      claim: () => this.#claim(),
      open: (panel) => this.#open(panel),
      arrange: (on) => this.#dispatch({ type: "arranging", on }),
      showLink: () => this.#hostKey && this.#open(hostLink(this.#data.origin, this.#code, this.#hostKey)),
      copyLink: (field) => this.#copy(field),
    };
  }

  async #steer(step: PollStep): Promise<void> {
    const { poll } = this.state.value.screen;
    if (!poll) return;
    const steering = document.activeElement?.closest<HTMLElement>(".steering");
    const [path, body] = callOf(poll.poll.pollId, step);
    await this.#steps.take<PollView>("POST", path, body, (view) => ({ view }));
    // The button that was pressed may be gone, and with it the place of whoever uses the keyboard.
    requestAnimationFrame(() => document.activeElement === document.body && steering?.focus());
  }

  /** In a room everybody moves on to it; alone it has a code of its own, and a page. */
  async #again(): Promise<void> {
    const { poll, room } = this.state.value.screen;
    if (!poll) return;
    const path = `/api/polls/${poll.poll.pollId}/again`;
    const answer = await this.#steps.take<Pick<PollView, "poll">>("POST", path, {});
    if (!answer) return;
    const { pollId } = answer.poll;
    if (room) return this.actions.go(pollId);
    const key = this.#hostKey;
    const isKept = key === null || keepHostKey(pollId, key);
    location.assign(isKept ? `/${pollId}/host` : hostAddress(pollId, key));
  }

  async #claim(): Promise<void> {
    if (await this.#steps.take("POST", `${pathOf(this.#code)}/claim`, {}))
      this.#dispatch({ type: "claimed" });
  }

  async #remove(): Promise<void> {
    if (!(await this.#steps.take("DELETE", pathOf(this.#code)))) return;
    const { room } = this.state.value.screen;
    const message: ServerMessage = room
      ? { type: "ROOM_SYSTEM", data: { roomId: this.#code, event: "removed" } }
      : { type: "POLL_SYSTEM", data: { pollId: this.#code, event: "removed" } };
    this.#dispatch({ type: "frame", message, at: Date.now() });
  }

  /** What is opened gets the focus; what it was opened from gets it back, or if that is gone the list that it was in. */
  #open(panel: Panel | null): void {
    if (panel && !this.state.value.panel) this.#opener = document.activeElement;
    this.#dispatch({ type: "panel", panel });
    requestAnimationFrame(() => {
      const opener = this.#opener?.isConnected
        ? this.#opener
        : document.getElementById(this.#opener?.id || "-");
      const into = panel
        ? document.querySelector(".panel :is(textarea, input, button)")
        : (opener ?? document.querySelector(".questions-head button"));
      if (into instanceof HTMLElement) into.focus();
    });
  }

  async #copy(field: HTMLInputElement): Promise<void> {
    const copied = await copyField(field);
    const { panel } = this.state.value;
    if (panel?.kind === "link") this.#dispatch({ type: "panel", panel: { ...panel, copied } });
  }
}
