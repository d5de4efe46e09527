/** The socket of one page: connects, joins, notices that it is dead, comes back. Knows nothing of ballots or views. */
import { decodeServerMessage, encode } from "../shared/codec.ts";
import type { ClientFrame, ServerMessage } from "../shared/messages.ts";
import { CLOSE } from "../shared/refusals.ts";
import { backOff } from "./back-off.ts";
import type { Connection } from "./screen-state.ts";
import type { Cancel, Timer } from "./timer.ts";

/** Frame id of the join: its answer tells that the picture is fresh and ballots may follow. */
const JOIN_ID = "join";
/** A connection that takes longer than this to open or to answer the join is given up (ms). */
const OPEN_WITHIN_MS = 10_000;
/** After this much silence the server is asked for a sign of life (ms) … */
const QUIET_MS = 10_000;
/** … which it has this long to give (ms): a dead connection is noticed after 15 s … */
const PONG_WITHIN_MS = 5_000;
/** … and sooner where there is reason to doubt it: the page wakes up, the network comes or goes (ms). */
const PONG_WITHIN_IN_DOUBT_MS = 2_500;
/** An answer that takes longer than this makes the connection suspect (ms). */
const ANSWER_WITHIN_MS = 3_000;

export type JoinFrame = Omit<Extract<ClientFrame, { type: "JOIN_POLL" | "JOIN_ROOM" }>, "id">;

/** What of a WebSocket a link uses. `HttpSocket` is another one. */
export interface LinkSocket {
  readonly readyState: number;
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  send(text: string): void;
  close(): void;
}

export interface LinkPorts {
  readonly timer: Timer;
  /** 0 to 1, as `Math.random`. */
  readonly random: () => number;
  readonly open: () => LinkSocket;
  /** The frame that joins, without its id; asked anew for every connection. */
  readonly join: () => JoinFrame;
  /** Makes sure this browser has its voter cookie; a connection opened afterwards carries it. */
  readonly renewVoter: () => Promise<unknown>;
  readonly onFrame: (message: ServerMessage) => void;
  readonly onConnection: (connection: Connection) => void;
}

export class Link {
  readonly #ports: LinkPorts;
  #socket: LinkSocket | null = null;
  #joined = false;
  /** No more connections: the poll is gone, or this page is too old for the server. */
  #ended = false;
  #failures = 0;
  /** Something arrived since the last look, and when the last of it did (epoch ms). */
  #heard = false;
  #heardAt = 0;
  /** A sign of life has been asked for and not yet waited out. */
  #asked = false;
  /** The one thing waited for: the next attempt, the opening, or a sign of life. */
  #cancelWait: Cancel = () => {};
  /** What goes on beside it: the next join, or moving away from a draining node. */
  #cancelNext: Cancel = () => {};
  /** Not before this time (epoch ms), the draining node said. */
  #notBefore = 0;

  constructor(ports: LinkPorts) {
    this.#ports = ports;
  }

  /** Opens the first connection, or the next one at once. */
  connect(): void {
    if (this.#ended) return;
    this.#letGo();
    this.#notBefore = 0;
    const socket = this.#ports.open();
    this.#socket = socket;
    socket.onopen = () => this.#join();
    socket.onmessage = ({ data }) => this.#receive(decodeServerMessage(data));
    socket.onclose = ({ code }) => this.#lost(code);
    this.#wait(OPEN_WITHIN_MS, () => this.#lost());
  }

  /** Sends a frame if the poll is joined; `false` if it was not sent. */
  send(frame: ClientFrame): boolean {
    if (!this.#joined || this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(encode(frame));
    return true;
  }

  /** The page is looked at again: connects at once if it was waiting to, asks for a sign of life if it seems connected. */
  wake(): void {
    if (this.#joined) this.#ask(PONG_WITHIN_IN_DOUBT_MS);
    else if (!this.#socket) this.connect();
  }

  /** The network changed: an attempt begun on the old one is not waited for. */
  networkChanged(): void {
    if (this.#joined) this.#ask(PONG_WITHIN_IN_DOUBT_MS);
    else this.connect();
  }

  /** Something was sent that is answered soon; silence means that the connection is dead. */
  expectAnswer(): void {
    if (!this.#asked) this.#listen(ANSWER_WITHIN_MS);
  }

  /** Gets the voter cookie, then opens a connection that carries it, after a wait that grows with every failure. */
  renew(): void {
    this.#letGo();
    this.#ports.onConnection("reconnecting");
    // Neither an answer that never comes is waited for, nor may a late one disturb a connection that has come meanwhile.
    const later = () => this.#socket || this.#retry(false);
    this.#wait(OPEN_WITHIN_MS, later);
    this.#ports.renewVoter().then(later, later);
  }

  #join(): void {
    this.#socket?.send(encode({ ...this.#ports.join(), id: JOIN_ID } as ClientFrame));
  }

  #receive(message: ServerMessage | null): void {
    if (!message) return;
    this.#heard = true;
    this.#heardAt = this.#ports.timer.now();
    if (message.type === "ERROR" && message.id === JOIN_ID) this.#joinRefused(message.data);
    this.#ports.onFrame(message);
    const isAnswer = message.type === "POLL_UPDATE" || message.type === "ROOM_UPDATE";
    if (isAnswer && message.id === JOIN_ID) this.#becomeLive();
    // The picture stays up and votes still go through until the server says it is time.
    if (message.type === "RECONNECT") this.#moveAfter(message.data.afterMs);
    if (this.#isGone(message)) this.#end();
  }

  /** What was joined is gone. A room goes on without one of its questions. */
  #isGone({ type, data }: ServerMessage): boolean {
    if (type === "ROOM_SYSTEM") return true;
    return type === "POLL_SYSTEM" && data.event === "removed" && this.#ports.join().type === "JOIN_POLL";
  }

  #becomeLive(): void {
    this.#joined = true;
    this.#failures = 0;
    this.#listen();
    this.#ports.onConnection("live");
  }

  #moveAfter(ms: number): void {
    this.#notBefore = this.#ports.timer.now() + ms;
    this.#cancelNext();
    this.#cancelNext = this.#ports.timer.after(ms, () => this.connect());
  }

  #joinRefused({ code, retryAfterMs }: Extract<ServerMessage, { type: "ERROR" }>["data"]): void {
    if (code === "RATE_LIMITED" || code === "UNAVAILABLE") {
      const wait = (retryAfterMs ?? 0) + backOff(this.#failures++, this.#ports.random());
      this.#cancelNext = this.#ports.timer.after(wait, () => this.#join());
      this.#wait(wait + OPEN_WITHIN_MS, () => this.#lost());
      this.#ports.onConnection(code === "RATE_LIMITED" ? "crowded" : "reconnecting");
    } else {
      this.#end();
    }
  }

  /** Waits for `ms` of silence; what arrives meanwhile moves its end. */
  #listen(ms = QUIET_MS): void {
    this.#asked = false;
    this.#heard = false;
    this.#wait(ms, () => {
      const left = this.#heardAt + QUIET_MS - this.#ports.timer.now();
      // Bounded, because the clock may have been set meanwhile.
      if (this.#heard) this.#listen(Math.min(QUIET_MS, Math.max(0, left)));
      else this.#ask();
    });
  }

  #ask(pongWithinMs = PONG_WITHIN_MS): void {
    this.#asked = true;
    this.#heard = false;
    this.send({ type: "PING", data: {} });
    this.#wait(pongWithinMs, () => (this.#heard ? this.#listen() : this.#lost()));
  }

  #lost(code?: number): void {
    this.#letGo();
    if (code === CLOSE.UNKNOWN_PROTOCOL) {
      this.#end();
      this.#ports.onConnection("outdated");
    } else if (code === CLOSE.SESSION_ENDED) {
      this.renew();
    } else {
      this.#ports.onConnection("reconnecting");
      this.#retry(code === CLOSE.FLOOD || code === CLOSE.TOO_SLOW || code === CLOSE.FRAME_TOO_LARGE);
    }
  }

  #retry(penalised: boolean): void {
    const wait = backOff(this.#failures++, this.#ports.random(), penalised);
    this.#wait(Math.max(wait, this.#notBefore - this.#ports.timer.now()), () => this.connect());
  }

  #end(): void {
    this.#ended = true;
    this.#letGo();
  }

  /** A dead socket may take minutes to say that it closed; from here on it has no say. */
  #letGo(): void {
    this.#cancelWait();
    this.#cancelNext();
    this.#joined = false;
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #wait(ms: number, act: () => void): void {
    this.#cancelWait();
    this.#cancelWait = this.#ports.timer.after(ms, act);
  }
}
