import type { WebSocketHandler } from "bun";
import { decodeClientMessage } from "../../shared/decode-client-message.ts";
import { MAX_FRAME_BYTES, PROTOCOL_VERSION } from "../../shared/limits.ts";
import { CLOSE, refuse } from "../../shared/refusals.ts";
import { Connection, type SocketData } from "./connection.ts";
import { type DispatchPorts, dispatch } from "./dispatch.ts";
import { HostSockets } from "./host-sockets.ts";
import type { Hosting } from "./hosting.ts";

/** Bytes that may wait for one socket. A poll of 20 long options is 9 KB, so this is a handful of answers, not a queue. */
const BACKPRESSURE_BYTES = 64 * 1024;

/** How dead peers are found (ms). */
export interface SweepTimes {
  readonly everyMs: number;
  /** A peer not heard for this long is pinged … */
  readonly pingAfterMs: number;
  /** … and given up after this long. */
  readonly deadAfterMs: number;
}

/** Given up: longer than a phone's lift ride, shorter than a proxy's patience. */
const SWEEP: SweepTimes = { everyMs: 5_000, pingAfterMs: 25_000, deadAfterMs: 60_000 };

export interface SocketPorts extends Omit<DispatchPorts, "hostSockets"> {
  /** Accounts and sessions; `null`: nobody can sign in here. */
  readonly hosting: Hosting | null;
  readonly node: string;
  readonly framesPerSecond: number;
  /** Shorter times for tests. */
  readonly sweep?: SweepTimes;
}

/** All sockets of this node: opens, hears, sweeps and drains them. */
export class Sockets {
  readonly handler: WebSocketHandler<SocketData>;
  readonly #ports: SocketPorts & DispatchPorts;
  readonly #hostSockets: HostSockets;
  readonly #times: SweepTimes;
  readonly #open = new Set<Connection>();
  readonly #sweeper: Timer;
  #whenEmpty: (() => void) | null = null;

  constructor(ports: SocketPorts) {
    this.#hostSockets = new HostSockets(ports);
    this.#ports = { ...ports, hostSockets: this.#hostSockets };
    this.#times = ports.sweep ?? SWEEP;
    this.handler = this.#handler();
    this.#sweeper = setInterval(() => this.#sweep(performance.now()), this.#times.everyMs);
    this.#sweeper.unref();
  }

  /**
   * Tells everybody to come back, each at a moment of its own within `spreadMs`, and closes after that whoever is
   * still here. The first third is left to the balancer, which has yet to notice that this node takes nobody: who came
   * back at once would land here again. Resolves when no socket is left.
   */
  async drain(spreadMs: number): Promise<void> {
    clearInterval(this.#sweeper);
    this.#hostSockets.stop();
    for (const connection of this.#open) {
      const afterMs = Math.floor(((1 + 2 * Math.random()) / 3) * spreadMs);
      connection.send({ type: "RECONNECT", data: { afterMs } });
    }
    const empty = new Promise<void>((resolve) => {
      this.#whenEmpty = resolve;
    });
    const rest = setTimeout(() => this.#closeAll(), spreadMs + 500);
    if (this.#open.size > 0) await empty;
    clearTimeout(rest);
  }

  #closeAll(): void {
    for (const connection of this.#open) connection.close(CLOSE.DRAIN, "this node drains");
    // A peer that does not answer the close must not hold the node up.
    setTimeout(() => this.#whenEmpty?.(), 500).unref();
  }

  #handler(): WebSocketHandler<SocketData> {
    return {
      // Bun closes with 1009 what is larger.
      maxPayloadLength: MAX_FRAME_BYTES,
      backpressureLimit: BACKPRESSURE_BYTES,
      closeOnBackpressureLimit: false,
      perMessageDeflate: false,
      // Sends keep a dead peer alive past Bun's own idle timeout, so the sweep below decides.
      idleTimeout: 0,
      sendPings: false,
      open: (socket) => {
        if (socket.data.protocol !== null && socket.data.protocol !== String(PROTOCOL_VERSION)) {
          socket.close(CLOSE.UNKNOWN_PROTOCOL, `this server speaks protocol ${PROTOCOL_VERSION}`);
          return;
        }
        const connection = new Connection(socket, this.#ports.framesPerSecond, performance.now());
        socket.data.connection = connection;
        this.#opened(connection);
      },
      message: (socket, frame) => {
        if (socket.data.connection) this.#heard(socket.data.connection, frame);
      },
      pong: (socket) => {
        if (socket.data.connection) socket.data.connection.heardAt = performance.now();
      },
      drain: (socket) => {
        if (socket.data.connection) this.#drained(socket.data.connection);
      },
      close: (socket) => {
        if (socket.data.connection) this.#closed(socket.data.connection);
      },
    };
  }

  #opened(connection: Connection): void {
    this.#open.add(connection);
    this.#ports.telemetry.sockets(this.#open.size);
    const { node, clock } = this.#ports;
    connection.send({ type: "HELLO", data: { protocol: PROTOCOL_VERSION, node, serverTime: clock() } });
  }

  #heard(connection: Connection, frame: string | Uint8Array): void {
    const now = performance.now();
    connection.heardAt = now;
    this.#ports.telemetry.frame();
    const credit = connection.credit.take(now);
    if (credit === "granted") void dispatch(this.#ports, connection, frame);
    else if (credit === "refused") refuseFrame(connection, frame);
    else connection.close(CLOSE.FLOOD, "too many frames");
  }

  #drained(connection: Connection): void {
    this.#ports.livePolls.drained(connection);
    this.#ports.liveRooms.drained(connection);
  }

  #closed(connection: Connection): void {
    this.#open.delete(connection);
    connection.isClosed = true;
    this.#hostSockets.forget(connection);
    this.#ports.liveRooms.leaveAll(connection);
    this.#ports.livePolls.leaveAll(connection);
    this.#ports.telemetry.sockets(this.#open.size);
    if (this.#open.size === 0) this.#whenEmpty?.();
  }

  #sweep(now: number): void {
    const { pingAfterMs, deadAfterMs } = this.#times;
    for (const connection of this.#open) {
      const quietMs = now - connection.heardAt;
      if (quietMs > deadAfterMs) connection.terminate();
      else if (this.#ports.livePolls.isTooSlow(connection, this.#ports.clock())) {
        connection.close(CLOSE.TOO_SLOW, "too slow");
      } else if (quietMs > pingAfterMs) connection.ping();
    }
  }
}

function refuseFrame(connection: Connection, frame: string | Uint8Array): void {
  const retryAfterMs = connection.credit.waitMs;
  const refusal = refuse("RATE_LIMITED", "Too many frames; wait a moment and send again.", { retryAfterMs });
  const { id } = decodeClientMessage(frame);
  connection.send({ type: "ERROR", data: refusal, ...(id !== undefined && { id }) });
}
