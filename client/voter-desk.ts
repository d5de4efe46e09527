/** The voter's page at work in the browser: state, socket and ballots, tied together. */
import type { ServerMessage } from "../shared/messages.ts";
import { follow, makeLink } from "./follower.ts";
import { codeOf, holdsHostKey } from "./host-key.ts";
import type { Link } from "./link.ts";
import type { VoterData } from "./page-data.ts";
import { isUnderWay, refusalText } from "./poll-state.ts";
import {
  type Connection,
  initialScreen,
  reduceScreen,
  type ScreenEvent,
  type ScreenState,
} from "./screen-state.ts";
import { Store } from "./store.ts";
import { everyPage, voter as texts } from "./texts/spoken.ts";
import { browserTimer } from "./timer.ts";
import { UnsentBallot } from "./unsent-ballot.ts";
import type { VoterActions } from "./views/voter-page.tsx";

/** The countdown is looked at this often (ms); it renders only when its words change. */
const TICK_MS = 250;

export class VoterDesk {
  readonly state: Store<ScreenState>;
  readonly actions: VoterActions;
  /** Whether this browser may steer here: it has the key, or its session is the owner's. */
  readonly steers: boolean;
  readonly #link: Link;
  /** One a question: an answer that is still waited for is not given up because the room moved on. */
  readonly #ballots = new Map<string, UnsentBallot>();

  constructor(shown: VoterData) {
    this.steers = holdsHostKey(shown) || (shown.room ?? shown.view?.poll)?.host === true;
    this.state = new Store(initialScreen(shown));
    this.#link = makeLink({
      code: codeOf(shown),
      // A host who votes is a voter here, and sees what voters see.
      hostKey: null,
      onFrame: (message) => this.#heard(message),
      onConnection: (connection) => this.#connectionChanged(connection),
    });
    this.actions = {
      choose: (optionIds) => this.#dispatch({ type: "choose", optionIds }),
      cast: () => this.#cast(),
      reconsider: () => this.#dispatch({ type: "reconsider" }),
      keepVote: () => this.#dispatch({ type: "keepVote" }),
    };
  }

  /** Takes over what stands in the page: whether the form is there, what is ticked in it, and what is said above it. */
  adopt(inForm: boolean, chosen: readonly string[], notice = ""): void {
    // Also of a vote that counts and is about to be changed.
    if (inForm) this.#dispatch({ type: "choose", optionIds: chosen });
    if (notice) this.#dispatch({ type: "notice", notice });
  }

  start(): void {
    const { poll } = this.state.value;
    // The server's clock, near enough until it says more.
    if (poll) this.#dispatch({ type: "frame", message: { type: "PONG", data: poll.poll }, at: Date.now() });
    this.#resumeBallots();
    follow(this.#link);
    setInterval(() => this.#dispatch({ type: "tick", at: Date.now() }), TICK_MS);
  }

  #dispatch(event: ScreenEvent): void {
    this.state.value = reduceScreen(this.state.value, event);
  }

  #cast(): void {
    const { poll } = this.state.value;
    // A second press before the first one is drawn.
    if (!poll || isUnderWay(poll.ballot)) return;
    const { optionIds } = poll.ballot;
    if (optionIds.length) this.#ballotOf(poll.poll.pollId).cast(optionIds);
    else this.#dispatch({ type: "notice", notice: texts.chooseFirst });
  }

  #heard(message: ServerMessage): void {
    const before = this.state.value.poll?.poll.pollId;
    this.#dispatch({ type: "frame", message, at: Date.now() });
    for (const ballot of this.#ballots.values()) ballot.answered(message);
    const { room, poll } = this.state.value;
    if (poll?.poll.pollId === before) return;
    this.#resumeBallots();
    // The server named the page after the question that a nameless room was at.
    if (poll && !room?.title) document.title = `${poll.poll.question} · ${everyPage.brand}`;
  }

  /** What an earlier visit could not send, also of questions that the room has left. */
  #resumeBallots(): void {
    const { room, poll } = this.state.value;
    const pollIds = [poll?.poll.pollId, ...(room?.polls ?? []).map(({ pollId }) => pollId)];
    for (const pollId of new Set(pollIds)) if (pollId) this.#ballotOf(pollId).resume();
  }

  #connectionChanged(connection: Connection): void {
    this.#dispatch({ type: "connection", connection });
    for (const ballot of this.#ballots.values()) ballot.connectionChanged(connection === "live");
  }

  #ballotOf(pollId: string): UnsentBallot {
    const ballot = this.#ballots.get(pollId) ?? this.#makeBallot(pollId);
    this.#ballots.set(pollId, ballot);
    return ballot;
  }

  #makeBallot(pollId: string): UnsentBallot {
    /** Only about the question that is shown. */
    const show = (event: ScreenEvent) => {
      if (this.state.value.poll?.poll.pollId === pollId) this.#dispatch(event);
    };
    return new UnsentBallot({
      pollId,
      // By the server's clock, as it stamps what comes by the plain form: the order of the two must not hang on this machine's.
      timer: { ...browserTimer, now: () => Date.now() + (this.state.value.poll?.clock.offset ?? 0) },
      send: (frame) => {
        const sent = this.#link.send(frame);
        if (sent) this.#link.expectAnswer();
        return sent;
      },
      renewVoter: () => this.#link.renew(),
      onEvent: show,
      onRefused: ({ optionIds }, code) => {
        if (this.state.value.poll?.poll.pollId !== pollId) {
          // Whoever sees another question by now would take it for counted.
          this.#dispatch({ type: "notice", notice: `${texts.earlier}: ${refusalText(code)}` });
        } else if (code === "NO_VOTER") {
          show({ type: "choose", optionIds });
          show({ type: "notice", notice: refusalText(code) });
        }
      },
    });
  }
}
