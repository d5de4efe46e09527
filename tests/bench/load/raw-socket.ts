import type { Socket } from "bun";
import type { Dialect } from "./dialect.ts";
import { FrameReader, textFrame } from "./raw-frames.ts";

/** Handshakes in flight at a time: below the server's queue of connections to accept. */
const AT_ONCE = 200;

/** One client socket that speaks a server's dialect. */
export interface RawSocket {
  send(frame: Uint8Array): void;
  close(): void;
}

export interface Opening {
  readonly address: { readonly hostname: string; readonly port: number };
  readonly dialect: Dialect;
  readonly count: number;
  /** Told of the bytes of each read, from the first one after the greeting. */
  readonly onBytes: (index: number, bytes: Buffer) => void;
  readonly onEnd: (why: Error) => void;
}

/** Opens sockets, each of a voter of its own; resolves when every one has been greeted. */
export async function openSockets(opening: Opening): Promise<RawSocket[]> {
  const sockets: RawSocket[] = [];
  while (sockets.length < opening.count) {
    const first = sockets.length;
    const some = Array.from({ length: Math.min(AT_ONCE, opening.count - first) }, (_, index) =>
      openSocket(opening, first + index),
    );
    sockets.push(...(await Promise.all(some)));
  }
  return sockets;
}

async function openSocket(opening: Opening, index: number): Promise<RawSocket> {
  const { dialect, address } = opening;
  const { promise: greeted, resolve, reject } = Promise.withResolvers<void>();
  let greeting: Greeting | null = new Greeting(dialect);
  let closing = false;
  const onEnd = (why: Error) => {
    if (closing) return;
    reject(why);
    if (!greeting) opening.onEnd(why);
  };
  const socket = await Bun.connect({
    ...address,
    socket: {
      data(own, bytes) {
        if (!greeting) return opening.onBytes(index, bytes as Buffer);
        if (!greeting.hear(own, bytes as Buffer)) return;
        greeting = null;
        resolve();
      },
      close: () => onEnd(new Error("the connection was closed")),
      error: (_own, trouble) => onEnd(trouble),
    },
  });
  socket.write(await dialect.upgradeRequest(address));
  await greeted;
  return {
    send: (frame) => void writeAll(socket, frame),
    close() {
      closing = true;
      socket.terminate();
    },
  };
}

/** From the upgrade to the moment when the server takes votes of this socket. */
class Greeting {
  readonly #dialect: Dialect;
  readonly #frames = new FrameReader();
  #head = "";
  #upgraded = false;

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  /** Whether it is over. */
  hear(socket: Socket, bytes: Buffer): boolean {
    if (this.#upgraded) return this.#hearFrames(socket, bytes);
    this.#head += bytes.toString("latin1");
    const end = this.#head.indexOf("\r\n\r\n");
    if (end < 0) return false;
    if (!this.#head.startsWith("HTTP/1.1 101")) throw new Error(`no upgrade: ${this.#head}`);
    this.#upgraded = true;
    if (!this.#dialect.greets) return true;
    return this.#hearFrames(socket, Buffer.from(this.#head.slice(end + 4), "latin1"));
  }

  #hearFrames(socket: Socket, bytes: Buffer): boolean {
    let over = false;
    this.#frames.read(bytes, (text) => {
      const answer = this.#dialect.greet(text);
      if (answer === "greeted") over = true;
      else if (answer !== null) writeAll(socket, textFrame(answer));
    });
    return over;
  }
}

/** A load generator never has more in flight than a socket takes at once; if it does, the measurement is void. */
function writeAll(socket: Socket, frame: Uint8Array): void {
  if (socket.write(frame) !== frame.length) throw new Error("the server does not read what it is sent");
}
