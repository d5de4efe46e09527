/**
 * A voter's browser without a screen: the page's own link, unsent ballot and state, on a real socket. What its state
 * says is what a person would see, and what it sends again is what the page would.
 */
import { Link } from "../../client/link.ts";
import { initialState, type PollState } from "../../client/poll-state.ts";
import { ballotFrameId, reduceFrame } from "../../client/reduce-frame.ts";
import { type PollEvent, reducePoll } from "../../client/reduce-poll.ts";
import type { Connection } from "../../client/screen-state.ts";
import { UnsentBallot } from "../../client/unsent-ballot.ts";
import type { PollView, ResultsUpdate, ServerMessage } from "../../shared/messages.ts";
import type { RefusalCode } from "../../shared/refusals.ts";
import { PageTimer } from "./page-timer.ts";
import { wsUrlOf } from "./start-cluster.ts";
import { newVoterCookie } from "./ws-client.ts";

/** A browser that has been given its voter. */
export interface Visitor {
  /** As `Cookie` header. */
  readonly cookie: string;
  readonly voter: string;
}

/** The value of the cookie is the voter and a signature. */
export async function newVisitor(origin: string): Promise<Visitor> {
  const cookie = await newVoterCookie(origin);
  const voter = /=([\w-]{22})\./.exec(decodeURIComponent(cookie))?.[1];
  if (voter === undefined) throw new Error(`There is no voter in this cookie: ${cookie}`);
  return { cookie, voter };
}

/** Refusals after which the page sends the ballot again. */
const LATER: readonly string[] = ["UNAVAILABLE", "RATE_LIMITED", "NO_VOTER"] satisfies RefusalCode[];

/** One ballot from the click to its end. Times are monotonic ms. */
export interface Cast {
  readonly voter: string;
  readonly revision: number;
  /** `opt-1,opt-3` */
  readonly choice: string;
  readonly castAt: number;
  answer: CastAnswer | null;
  /** How often the server said "not yet" or "not now". */
  pending: number;
}

export interface CastAnswer {
  /** What VOTE_ACCEPTED said, or the code of the refusal. */
  readonly said: string;
  readonly accepted: boolean;
  readonly at: number;
}

export interface PhoneParts {
  readonly origin: string;
  readonly visitor: Visitor;
  /** The poll as the page came with it. */
  readonly view: PollView;
  readonly hostKey?: string;
}

export class Phone {
  readonly visitor: Visitor;
  /** Every ballot, oldest first. */
  readonly casts: Cast[] = [];
  /** Names of the nodes that it has been connected to, one for each connection. */
  readonly nodes: string[] = [];
  /** When each RESULTS_UPDATE came (monotonic ms). */
  readonly picturesAt: number[] = [];
  /** When somebody looking at it last saw numbers that came anew (monotonic ms). */
  numbersAt = 0;
  /** Pictures that went back in (epoch, version) on one socket. Always empty, if all is well. */
  readonly turnedBack: string[] = [];
  state: PollState;
  #connection: Connection = "connecting";
  readonly #pollId: string;
  readonly #timer = new PageTimer();
  readonly #link: Link;
  readonly #unsent: UnsentBallot;
  /** On its way: told when it is settled. */
  #underWay: { readonly cast: Cast; readonly settle: (cast: Cast) => void } | null = null;
  /** Told the revision that the ballot just cast was given. */
  #onSent: ((revision: number) => void) | null = null;
  #socket: WebSocket | null = null;
  /** The newest pair of each kind of picture that this socket has brought. */
  #newest = new Map<string, readonly [epoch: number, version: number]>();

  constructor({ origin, visitor, view, hostKey }: PhoneParts) {
    this.visitor = visitor;
    this.state = initialState(view);
    this.#pollId = view.poll.pollId;
    const pollId = this.#pollId;
    this.#link = new Link({
      timer: this.#timer,
      random: Math.random,
      open: () => this.#open(wsUrlOf(origin)),
      join: () => ({ type: "JOIN_POLL", data: { pollId, ...(hostKey !== undefined && { hostKey }) } }),
      renewVoter: () => Promise.resolve(),
      onFrame: (message) => this.#heard(message),
      onConnection: (connection) => {
        this.#connection = connection;
        this.#unsent.connectionChanged(connection === "live");
      },
    });
    this.#unsent = this.#newUnsent();
    this.#link.connect();
  }

  get results(): ResultsUpdate {
    return this.state.results;
  }

  /** Connected, and the join is answered. */
  get isLive(): boolean {
    return this.#connection === "live";
  }

  /** Chooses and clicks; resolves when the server has counted the ballot or refused it for good, however long it takes. */
  cast(...optionIds: string[]): Promise<Cast> {
    if (this.#underWay) throw new Error("A ballot of this phone is still under way.");
    const castAt = performance.now();
    return new Promise((settle) => {
      const noteRevision = (revision: number) => {
        const { voter } = this.visitor;
        const cast = { voter, revision, choice: optionIds.join(), castAt, answer: null, pending: 0 };
        this.casts.push(cast);
        this.#underWay = { cast, settle };
      };
      this.#onSent = noteRevision;
      this.#unsent.cast(optionIds);
    });
  }

  /** The person puts the phone away: nothing more is sent or waited for. */
  close(): void {
    this.#timer.stop();
    this.#socket?.close();
  }

  #newUnsent(): UnsentBallot {
    return new UnsentBallot({
      pollId: this.#pollId,
      timer: this.#timer,
      send: (frame) => {
        const sent = this.#link.send(frame);
        if (sent) this.#link.expectAnswer();
        return sent;
      },
      renewVoter: () => this.#link.renew(),
      onEvent: (event) => {
        this.#onSent?.(event.ballot.revision);
        this.#onSent = null;
        this.#dispatch(event);
      },
      onRefused: (_ballot, code) => {
        if (code === "NO_VOTER") throw new Error("The voter of this phone was not taken.");
      },
    });
  }

  #open(url: string): WebSocket {
    this.#newest = new Map();
    // Bun's sockets take headers, browsers' (whose types are in force here) do not.
    const socket = Reflect.construct(WebSocket, [url, { headers: { Cookie: this.visitor.cookie } }]);
    this.#socket = socket as WebSocket;
    return this.#socket;
  }

  #dispatch(event: PollEvent): void {
    this.state = reducePoll(this.state, event);
  }

  #heard(message: ServerMessage): void {
    if (message.type === "HELLO") this.nodes.push(message.data.node);
    if (message.type === "RESULTS_UPDATE") this.picturesAt.push(performance.now());
    if (message.type === "RESULTS_UPDATE" && message.data.results) this.numbersAt = performance.now();
    this.#checkOrder(message);
    if (message.type === "RECONNECT") this.#connection = "draining";
    this.state = reduceFrame(this.state, message, this.#timer.now());
    this.#unsent.answered(message);
    this.#noteAnswer(message);
  }

  #checkOrder({ type, data }: ServerMessage): void {
    if (type !== "RESULTS_UPDATE" && type !== "POLL_UPDATE") return;
    const [epoch, version] = this.#newest.get(type) ?? [0, 0];
    const older = data.epoch < epoch || (data.epoch === epoch && data.version < version);
    if (older) this.turnedBack.push(`${type} ${data.epoch}.${data.version} after ${epoch}.${version}`);
    else this.#newest.set(type, [data.epoch, data.version]);
  }

  /** As `UnsentBallot` reads answers, for the record. */
  #noteAnswer({ type, data, id }: ServerMessage): void {
    const underWay = this.#underWay;
    if (!underWay) return;
    const { cast } = underWay;
    const at = performance.now();
    if (type === "VOTE_PENDING" && data.revision === cast.revision) cast.pending += 1;
    else if (type === "VOTE_ACCEPTED" && data.revision === cast.revision) {
      cast.answer = { said: data.durability, accepted: true, at };
    } else if (type === "ERROR" && id === ballotFrameId(cast.revision)) {
      if (LATER.includes(data.code)) cast.pending += 1;
      else cast.answer = { said: data.code, accepted: false, at };
    }
    if (!cast.answer) return;
    this.#underWay = null;
    underWay.settle(cast);
  }
}
