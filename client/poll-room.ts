/** A poll's page at work in the browser: state, socket, ballot and host's steps, tied together. */
import { PROTOCOL_VERSION } from "../shared/limits.ts";
import type { PollView, ServerMessage } from "../shared/messages.ts";
import { isFailure, post } from "./api.ts";
import { takeHostKey } from "./host-key.ts";
import { Link } from "./link.ts";
import { type Connection, initialState, type PollState } from "./poll-state.ts";
import { type PollEvent, reduce } from "./state.ts";
import { Store } from "./store.ts";
import { texts } from "./texts.ts";
import { browserTimer } from "./timer.ts";
import { UnsentBallot } from "./unsent-ballot.ts";
import type { HostStep } from "./views/host-panel.tsx";
import type { PollActions } from "./views/poll-page.tsx";

/** What "+1 min" adds (seconds). */
const EXTENSION_SECONDS = 60;
/** The countdown is looked at this often (ms); it renders only when its words change. */
const TICK_MS = 250;

export class PollRoom {
  readonly state: Store<PollState>;
  readonly actions: PollActions;
  readonly #pollId: string;
  readonly #hostKey: string | null;
  #owner: boolean;
  readonly #signedIn: boolean;
  readonly #link: Link;
  readonly #ballot: UnsentBallot;

  /** `signedIn`: the page came with a session's token. */
  constructor(view: PollView, signedIn: boolean) {
    this.state = new Store(initialState(view));
    this.#pollId = view.poll.pollId;
    this.#hostKey = takeHostKey(this.#pollId);
    // The page itself knows no key: whom it shows as the host is the owner.
    this.#owner = view.poll.host;
    this.#signedIn = signedIn;
    this.#link = this.#makeLink();
    this.#ballot = this.#makeBallot();
    this.actions = {
      choose: (optionIds) => this.#dispatch({ type: "choose", optionIds }),
      cast: () => this.#ballot.cast(this.state.value.ballot.optionIds),
      reconsider: () => this.#dispatch({ type: "reconsider" }),
      keepVote: () => this.#dispatch({ type: "keepVote" }),
      steer: (step) => this.#steer(step),
    };
  }

  /** `chosen`: what was ticked in the form before this script ran. */
  start(chosen: readonly string[]): void {
    if (this.#hostKey || this.#owner) this.#becomeHost();
    if (chosen.length) this.#dispatch({ type: "choose", optionIds: chosen });
    this.#ballot.resume();
    this.#link.connect();
    addEventListener("online", () => this.#link.networkChanged());
    addEventListener("offline", () => this.#link.wake());
    addEventListener("pageshow", ({ persisted }: PageTransitionEvent) => persisted && this.#link.wake());
    document.addEventListener("visibilitychange", () => document.hidden || this.#link.wake());
    setInterval(() => this.#dispatch({ type: "tick", at: Date.now() }), TICK_MS);
  }

  #becomeHost(): void {
    const claimable = this.#signedIn && !this.#owner;
    this.#dispatch({ type: "host", address: location.host, claimable });
  }

  #dispatch(event: PollEvent): void {
    this.state.value = reduce(this.state.value, event);
  }

  #makeLink(): Link {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const address = `${scheme}://${location.host}/ws?protocol=${PROTOCOL_VERSION}`;
    const pollId = this.#pollId;
    return new Link({
      timer: browserTimer,
      random: Math.random,
      open: () => new WebSocket(address),
      join: () => (this.#hostKey ? { pollId, hostKey: this.#hostKey } : { pollId }),
      renewVoter: () => post("/api/session"),
      onFrame: (message) => this.#heard(message),
      onConnection: (connection) => this.#connectionChanged(connection),
    });
  }

  #makeBallot(): UnsentBallot {
    return new UnsentBallot({
      pollId: this.#pollId,
      timer: browserTimer,
      send: (frame) => {
        const sent = this.#link.send(frame);
        if (sent) this.#link.expectAnswer();
        return sent;
      },
      renewVoter: () => this.#link.renew(),
      onEvent: (event) => this.#dispatch(event),
      onNoCookies: ({ optionIds }) => {
        this.#dispatch({ type: "choose", optionIds });
        this.#dispatch({ type: "notice", notice: texts.noCookies });
      },
    });
  }

  #heard(message: ServerMessage): void {
    this.#dispatch({ type: "frame", message, at: Date.now() });
    this.#ballot.answered(message);
  }

  #connectionChanged(connection: Connection): void {
    this.#dispatch({ type: "connection", connection });
    this.#ballot.connectionChanged(connection === "live");
  }

  async #steer(step: HostStep): Promise<void> {
    this.#dispatch({ type: "steering" });
    const body = step === "extend" ? { seconds: EXTENSION_SECONDS } : {};
    const answer = await post<PollView>(`/api/polls/${this.#pollId}/${step}`, body, this.#hostKey);
    if (isFailure(answer)) return this.#dispatch({ type: "notice", notice: answer.failed });
    this.#dispatch({ type: "view", view: answer, at: Date.now() });
    if (step !== "claim") return;
    this.#owner = true;
    this.#becomeHost();
  }
}
