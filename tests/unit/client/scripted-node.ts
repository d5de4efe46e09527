/** The other end of the wire: a real WebSocket server on a free port that answers only what a test tells it to. */
import type { ServerWebSocket } from "bun";
import type { ClientFrame, ServerMessage } from "../../../shared/messages.ts";

/** Things that come one after the other, each waited for by one reader. */
export class Inbox<Item> {
  readonly #items: Item[] = [];
  readonly #readers: ((item: Item) => void)[] = [];

  put(item: Item): void {
    const reader = this.#readers.shift();
    if (reader) reader(item);
    else this.#items.push(item);
  }

  next(): Promise<Item> {
    const item = this.#items.shift();
    if (item !== undefined) return Promise.resolve(item);
    return new Promise((resolve) => this.#readers.push(resolve));
  }

  /** Takes what comes until one item is as wanted. */
  async until(wanted: (item: Item) => boolean): Promise<Item> {
    for (;;) {
      const item = await this.next();
      if (wanted(item)) return item;
    }
  }

  get length(): number {
    return this.#items.length;
  }
}

type Socket = ServerWebSocket<{ peer?: Peer }>;

/** One connection, seen from the server. */
export class Peer {
  readonly frames = new Inbox<ClientFrame>();
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  #sayClosed: () => void = () => {};

  constructor(socket: Socket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => {
      this.#sayClosed = resolve;
    });
  }

  send(message: ServerMessage): void {
    this.#socket.sendText(JSON.stringify(message));
  }

  close(code: number): void {
    this.#socket.close(code);
  }

  terminate(): void {
    this.#socket.terminate();
  }

  wasClosed(): void {
    this.#sayClosed();
  }
}

export class ScriptedNode implements AsyncDisposable {
  readonly peers = new Inbox<Peer>();
  readonly #server: Bun.Server<{ peer?: Peer }>;

  constructor() {
    this.#server = Bun.serve<{ peer?: Peer }>({
      hostname: "127.0.0.1",
      port: 0,
      fetch: (request, server) =>
        server.upgrade(request, { data: {} }) ? undefined : new Response("no handshake", { status: 426 }),
      websocket: {
        open: (socket) => {
          const peer = new Peer(socket);
          socket.data.peer = peer;
          this.peers.put(peer);
        },
        message: (socket, text) => socket.data.peer?.frames.put(JSON.parse(String(text))),
        close: (socket) => socket.data.peer?.wasClosed(),
      },
    });
  }

  get url(): string {
    return `ws://127.0.0.1:${this.#server.port}/ws`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stop(true);
  }
}
