import type { ServerWebSocket } from "bun";
import { encode } from "../../shared/codec.ts";
import type { PollId, SessionId, VoterId } from "../../shared/ids.ts";
import type { ServerMessage } from "../../shared/messages.ts";
import { CLOSE } from "../../shared/refusals.ts";
import type { Viewer } from "../fanout/viewer.ts";
import { FrameCredit } from "./frame-credit.ts";

/** What the upgrade knows of a socket. */
export interface Upgrade {
  readonly voter: VoterId;
  /** The session of its cookie, whatever has become of it; `null`: none. */
  readonly session: SessionId | null;
  /** The `protocol` of the address, as given. */
  readonly protocol: string | null;
  /** It came to look on, as the wall does: it is shown what anybody may see, and casts no ballots. */
  readonly looksOn?: boolean;
}

/** Data that Bun carries with a socket: how it came, and, once open, its connection. */
export interface SocketData extends Upgrade {
  connection?: Connection;
}

/** One open socket: who it is, what it may still send, and how to send to it. */
export class Connection implements Viewer {
  readonly voter: VoterId;
  readonly session: SessionId | null;
  readonly looksOn: boolean;
  readonly credit: FrameCredit;
  lastJoined: PollId | null = null;
  /** When its peer was last heard (monotonic ms). */
  heardAt: number;
  /** Nothing that is still waited for on its behalf may begin anything. */
  isClosed = false;
  readonly #socket: ServerWebSocket<SocketData>;

  constructor(socket: ServerWebSocket<SocketData>, framesPerSecond: number, now: number) {
    this.#socket = socket;
    this.voter = socket.data.voter;
    this.session = socket.data.session;
    this.looksOn = socket.data.looksOn === true;
    this.credit = new FrameCredit(framesPerSecond, now);
    this.heardAt = now;
  }

  send(message: ServerMessage): void {
    this.sendFrame(encode(message));
  }

  /** A frame that found no room is lost, so the socket is closed: the client comes back and asks again. */
  sendFrame(frame: string): void {
    if (this.#socket.sendText(frame) === 0) this.close(CLOSE.TOO_SLOW, "too slow");
  }

  subscribe(topic: string): void {
    this.#socket.subscribe(topic);
  }

  unsubscribe(topic: string): void {
    this.#socket.unsubscribe(topic);
  }

  isBehind(): boolean {
    return this.#socket.getBufferedAmount() > 0;
  }

  ping(): void {
    this.#socket.ping();
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  /** Ends a socket whose peer no longer answers: no close frame would arrive. */
  terminate(): void {
    this.#socket.terminate();
  }
}
