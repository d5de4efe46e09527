/** A client of the protocol for tests: typed frames, answers by id, waiting for what comes. */
import { decodeServerMessage, encode } from "../../shared/codec.ts";
import type { ClientFrame, PollUpdate, ResultsUpdate, ServerMessage } from "../../shared/messages.ts";
import { inTime } from "./wait-for.ts";

type ServerType = ServerMessage["type"];
type FrameOf<Type extends ServerType> = Extract<ServerMessage, { type: Type }>;

export interface ConnectOptions {
  /** `Cookie` header; see `newVoterCookie`. Without one the upgrade gives a voter that nobody else has. */
  readonly cookie?: string;
  readonly origin?: string;
}

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** A browser's voter cookie, from `POST /api/session` of the node at `url`, as a `Cookie` header. */
export async function newVoterCookie(url: string): Promise<string> {
  const answer = await fetch(`${url}/api/session`, { method: "POST" });
  const cookie = answer.headers.getSetCookie()[0]?.split(";")[0];
  if (!cookie) throw new Error(`POST /api/session gave no cookie: ${answer.status} ${await answer.text()}`);
  return cookie;
}

/** Opens a socket at `wsUrl` and waits for its HELLO. Rejects if it closes before, with the code. */
export async function connect(wsUrl: string, options: ConnectOptions = {}): Promise<WsClient> {
  const client = new WsClient(wsUrl, options);
  await client.next("HELLO");
  return client;
}

interface Waiter {
  /** Told of every frame. */
  readonly take: (frame: ServerMessage) => void;
  readonly giveUp: (reason: Error) => void;
}

export class WsClient implements AsyncDisposable {
  /** Everything received, oldest first. */
  readonly frames: ServerMessage[] = [];
  /** Resolves when the socket is closed, by whichever end. */
  readonly closed: Promise<Closed>;
  readonly #socket: WebSocket;
  readonly #waiters = new Set<Waiter>();
  /** Frames before this index have been given out by `next`, or passed over by it. */
  #given = 0;
  #requests = 0;
  #end: Closed | null = null;

  constructor(wsUrl: string, { cookie, origin }: ConnectOptions) {
    const headers = { ...(cookie && { Cookie: cookie }), ...(origin && { Origin: origin }) };
    // Bun's sockets take headers, browsers' (whose types are in force here) do not.
    this.#socket = Reflect.construct(WebSocket, [wsUrl, { headers }]) as WebSocket;
    this.#socket.onmessage = ({ data }) => this.#hear(data);
    this.closed = new Promise((resolve) => {
      this.#socket.onclose = ({ code, reason }) => {
        this.#end = { code, reason };
        for (const waiter of this.#waiters) waiter.giveUp(closedError(this.#end));
        resolve(this.#end);
      };
    });
  }

  /** Data of the frame that began the connection. */
  get hello(): FrameOf<"HELLO">["data"] {
    const [first] = this.frames;
    if (first?.type !== "HELLO") throw new Error(`The first frame was ${first?.type}, not HELLO.`);
    return first.data;
  }

  send(frame: ClientFrame): void {
    this.sendRaw(encode(frame));
  }

  /** Sends anything, also what is no frame. */
  sendRaw(data: string | Uint8Array<ArrayBuffer>): void {
    if (this.#end) throw closedError(this.#end);
    this.#socket.send(data);
  }

  /** Sends a frame under an id of its own; resolves with the answer that repeats it. Rejects if the socket closes. */
  async request(frame: ClientFrame, timeoutMs?: number): Promise<ServerMessage> {
    const id = `request-${++this.#requests}`;
    const answer = this.#heard(
      `the answer to ${frame.type}`,
      (heard) => (heard.id === id ? heard : null),
      timeoutMs,
    );
    this.send({ ...frame, id });
    return answer;
  }

  /**
   * The first frame of this type that fits, among those after the one that `next` gave out last: waits for it if it is
   * not there yet, rejects if the socket closes. What it passes over stays in `frames`.
   */
  async next<Type extends ServerType>(
    type: Type,
    fits: (frame: FrameOf<Type>) => boolean = () => true,
    timeoutMs?: number,
  ): Promise<FrameOf<Type>> {
    const select = (frame: ServerMessage) => (isOf(frame, type) && fits(frame) ? frame : null);
    const there = this.frames.slice(this.#given).map(select).find(Boolean);
    const found = there ?? (await this.#heard(`a fitting ${type}`, select, timeoutMs));
    this.#given = this.frames.lastIndexOf(found) + 1;
    return found;
  }

  /** The results of a poll as they were last heard; `null` if never. */
  latestResults(pollId: string): ResultsUpdate | null {
    const heard = this.#all("RESULTS_UPDATE").filter(({ data }) => data.pollId === pollId);
    return heard.at(-1)?.data ?? null;
  }

  /** A poll as it was last heard; `null` if never. */
  latestPoll(pollId: string): PollUpdate | null {
    const heard = this.#all("POLL_UPDATE").filter(({ data }) => data.pollId === pollId);
    return heard.at(-1)?.data ?? null;
  }

  /** Closes, and resolves with the code when it is closed. */
  async close(): Promise<Closed> {
    this.#socket.close();
    return inTime("a socket to close", this.closed);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #all<Type extends ServerType>(type: Type): FrameOf<Type>[] {
    return this.frames.filter((frame) => isOf(frame, type));
  }

  #hear(text: unknown): void {
    const frame = decodeServerMessage(text);
    if (!frame) throw new Error(`The server sent what is no frame: ${text}`);
    this.frames.push(frame);
    for (const waiter of this.#waiters) waiter.take(frame);
  }

  /** The first frame from now on that `select` makes something of. */
  async #heard<Found>(
    what: string,
    select: (frame: ServerMessage) => Found | null,
    timeoutMs?: number,
  ): Promise<Found> {
    if (this.#end) throw closedError(this.#end);
    const { promise, resolve, reject } = Promise.withResolvers<Found>();
    const waiter: Waiter = {
      take: (frame) => {
        const found = select(frame);
        if (found !== null) resolve(found);
      },
      giveUp: reject,
    };
    this.#waiters.add(waiter);
    try {
      return await inTime(what, promise, timeoutMs);
    } finally {
      this.#waiters.delete(waiter);
    }
  }
}

function isOf<Type extends ServerType>(frame: ServerMessage, type: Type): frame is FrameOf<Type> {
  return frame.type === type;
}

function closedError({ code, reason }: Closed): Error {
  return new Error(`The socket is closed: ${code} ${reason}`);
}
