/**
 * Which way a page's link takes: the WebSocket, or plain HTTP where a proxy lets no WebSocket through. The link does not
 * know; it asks for a socket and gets one.
 */
import { LOST } from "./http-socket.ts";
import type { LinkSocket } from "./link.ts";
import type { Cancel, Timer } from "./timer.ts";

/** So many sockets in a row that ended without a word mean that something in between is against them. */
const MISSES = 2;
/** A socket that says nothing for so long will not (ms); a working one says HELLO within two round trips. */
const HELLO_WITHIN_MS = 5_000;
/** While HTTP is in use the WebSocket is tried again after this (ms), and then ever less often … */
const FIRST_PROBE_MS = 5_000;
/** … down to once in this (ms). */
const LAST_PROBE_MS = 60_000;

export interface SocketChoicePorts {
  readonly timer: Timer;
  readonly openSocket: () => WebSocket;
  readonly openHttp: () => LinkSocket;
  /** A WebSocket gets through again: the link should ask for a new socket. */
  readonly moveBack: () => void;
}

export class SocketChoice {
  readonly #ports: SocketChoicePorts;
  #misses = 0;
  #http: LinkSocket | null = null;
  #probeAfterMs = FIRST_PROBE_MS;
  #cancelProbe: Cancel = () => {};

  constructor(ports: SocketChoicePorts) {
    this.#ports = ports;
  }

  open(): LinkSocket {
    this.#cancelProbe();
    this.#http = null;
    if (this.#misses < MISSES) return this.#openSocket();
    // Should HTTP fail as well, it is the network, and the next socket is a WebSocket again.
    this.#misses = 0;
    const http = this.#ports.openHttp();
    this.#http = http;
    this.#probeLater();
    return http;
  }

  /** Looks whether a WebSocket gets through by now. Does nothing unless HTTP is in use; a link that ended uses neither. */
  probe(): void {
    const http = this.#http;
    if (!http || http.readyState === WebSocket.CLOSED) return;
    this.#probeLater();
    const socket = this.#listenTo(this.#ports.openSocket(), () => {
      socket.close();
      if (this.#http === http) this.#ports.moveBack();
    });
  }

  #probeLater(): void {
    this.#cancelProbe();
    this.#cancelProbe = this.#ports.timer.after(this.#probeAfterMs, () => this.probe());
    this.#probeAfterMs = Math.min(LAST_PROBE_MS, 2 * this.#probeAfterMs);
  }

  #openSocket(): LinkSocket {
    const socket = this.#ports.openSocket();
    let spoke = false;
    this.#listenTo(socket, () => {
      spoke = true;
      this.#misses = 0;
      this.#probeAfterMs = FIRST_PROBE_MS;
    });
    socket.addEventListener(
      "close",
      () => {
        // One that the link has let go of before that is nobody's fault.
        if (!spoke && socket.onclose) this.#misses++;
      },
      { once: true },
    );
    return socket;
  }

  /** Ends a socket that does not begin to speak in time. Whatever is mute may answer no close either: not waited for. */
  #listenTo(socket: WebSocket, onFirstWord: () => void): WebSocket {
    const cancel = this.#ports.timer.after(HELLO_WITHIN_MS, () => {
      socket.close();
      socket.dispatchEvent(new CloseEvent("close", { code: LOST }));
    });
    socket.addEventListener("close", cancel);
    socket.addEventListener(
      "message",
      () => {
        cancel();
        onFirstWord();
      },
      { once: true },
    );
    return socket;
  }
}
