/**
 * A bad network between a client and a server on this machine. Nothing is lost on a connection that goes on, as with
 * TCP: bytes come late, or the connection is reset and they never come.
 */
import { createServer, type Server, Socket } from "node:net";

/** `null` is the end of the stream. */
interface Parcel {
  readonly bytes: Buffer | null;
  readonly dueAt: number;
}

interface Weather {
  readonly delayMs: number;
  readonly holdsRequests: boolean;
  readonly holdsAnswers: boolean;
  readonly refuses: boolean;
}

const GOOD: Weather = { delayMs: 0, holdsRequests: false, holdsAnswers: false, refuses: false };

/** One direction of one connection: in order, delayed or held. */
class Lane {
  readonly #to: Socket;
  readonly #weather: () => { readonly held: boolean; readonly delayMs: number };
  readonly #waiting: Parcel[] = [];
  #timer: Timer | null = null;

  constructor(to: Socket, weather: () => { held: boolean; delayMs: number }) {
    this.#to = to;
    this.#weather = weather;
  }

  get waitingBytes(): number {
    return this.#waiting.reduce((sum, { bytes }) => sum + (bytes?.length ?? 0), 0);
  }

  accept(bytes: Buffer | null): void {
    this.#waiting.push({ bytes, dueAt: performance.now() + this.#weather().delayMs });
    this.move();
  }

  /** Delivers what is due, and comes back for the rest unless it is held. */
  move(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    while (!this.#weather().held) {
      const [next] = this.#waiting;
      if (!next) return;
      const early = next.dueAt - performance.now();
      if (early > 0) {
        this.#timer = setTimeout(() => this.move(), early);
        return;
      }
      this.#waiting.shift();
      if (next.bytes) this.#to.write(next.bytes);
      else this.#to.end();
    }
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#waiting.length = 0;
  }
}

/** How a proxy is to be reached, and what it changes. */
export interface ProxyParts {
  /** 127.0.0.1 and a free port unless said. */
  readonly host?: string;
  readonly port?: number;
  /** Made anew for each connection; sees the answers in order, in parts of any size. */
  readonly changeAnswers?: () => (bytes: Buffer) => Buffer;
}

interface Connection {
  readonly requests: Lane;
  readonly answers: Lane;
  reset(): void;
}

export class TcpProxy {
  readonly #target: { readonly host: string; readonly port: number };
  readonly #changeAnswers: () => (bytes: Buffer) => Buffer;
  readonly #server: Server;
  readonly #connections = new Set<Connection>();
  #port = 0;
  #weather = GOOD;

  private constructor(target: { host: string; port: number }, { changeAnswers }: ProxyParts) {
    this.#target = target;
    this.#changeAnswers = changeAnswers ?? (() => (bytes) => bytes);
    this.#server = createServer({ allowHalfOpen: true }, (client) => this.#connect(client));
  }

  /** Listens and passes everything on. */
  static async start(target: { host: string; port: number }, parts: ProxyParts = {}): Promise<TcpProxy> {
    const proxy = new TcpProxy(target, parts);
    await new Promise<void>((resolve, reject) => {
      proxy.#server.once("error", reject);
      proxy.#server.listen(parts.port ?? 0, parts.host ?? "127.0.0.1", resolve);
    });
    const address = proxy.#server.address();
    if (address === null || typeof address === "string") throw new Error("the proxy has no port");
    proxy.#port = address.port;
    return proxy;
  }

  get port(): number {
    return this.#port;
  }

  get openConnections(): number {
    return this.#connections.size;
  }

  /** Answers that the server has given and the client does not have: a request of this connection was carried out. */
  get heldAnswerBytes(): number {
    return [...this.#connections].reduce((sum, { answers }) => sum + answers.waitingBytes, 0);
  }

  /** Good weather: what was held comes now, late. */
  pass(): void {
    this.#set(GOOD);
  }

  /** Each byte takes so much longer, in each direction. */
  delay(delayMs: number): void {
    this.#set({ ...GOOD, delayMs });
  }

  /** Connections stand, new ones are taken, and nothing comes through, as with a frozen server or a cut cable. */
  blackHole(): void {
    this.#set({ ...GOOD, holdsRequests: true, holdsAnswers: true });
  }

  /** Requests reach the server and are carried out; `cut` then loses their answers, `pass` delivers them late. */
  holdAnswers(): void {
    this.#set({ ...GOOD, holdsAnswers: true });
  }

  /** Resets all connections and loses what was on its way; new ones are taken. */
  cut(): void {
    for (const connection of this.#connections) connection.reset();
  }

  /** Resets all connections, and new ones at once. */
  refuse(): void {
    this.#set({ ...GOOD, refuses: true });
    this.cut();
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #set(weather: Weather): void {
    this.#weather = weather;
    for (const { requests, answers } of this.#connections) {
      requests.move();
      answers.move();
    }
  }

  #connect(client: Socket): void {
    if (this.#weather.refuses) {
      client.resetAndDestroy();
      return;
    }
    const server = new Socket({ allowHalfOpen: true });
    const requests = new Lane(server, () => ({
      held: this.#weather.holdsRequests,
      delayMs: this.#weather.delayMs,
    }));
    const answers = new Lane(client, () => ({
      held: this.#weather.holdsAnswers,
      delayMs: this.#weather.delayMs,
    }));
    const reset = () => {
      requests.stop();
      answers.stop();
      client.resetAndDestroy();
      server.resetAndDestroy();
    };
    const connection: Connection = { requests, answers, reset };
    const forgetWhenClosed = () => {
      if (client.destroyed && server.destroyed) this.#connections.delete(connection);
    };
    this.#connections.add(connection);
    for (const [socket, lane, change] of [
      [client, requests, (bytes: Buffer) => bytes],
      [server, answers, this.#changeAnswers()],
    ] as const) {
      socket.on("data", (bytes: Buffer) => lane.accept(change(bytes)));
      socket.on("end", () => lane.accept(null));
      socket.on("error", reset);
      socket.on("close", forgetWhenClosed);
    }
    server.connect(this.#target);
  }
}
