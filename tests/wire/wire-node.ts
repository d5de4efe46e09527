/**
 * A whole node in this process, under a clock that the test moves, and its outside: sockets and HTTP. At its end every
 * frame that any of its sockets ever got is held against the published schema.
 */
import { deepStrictEqual } from "node:assert";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isConfigError, readConfig } from "../../server/config.ts";
import { startNode } from "../../server/wiring.ts";
import type { PollView } from "../../shared/messages.ts";
import { type ServerMessage, serverMessage } from "../../shared/messages.ts";
import { steppableClock } from "../support/fixtures.ts";
import { type ConnectOptions, connect, type WsClient } from "../support/ws-client.ts";

export interface MadePoll {
  readonly pollId: string;
  readonly hostKey: string;
}

export interface WireNodeParts {
  /** Settings beside the usual ones: `{ FRAMES_PER_SECOND: "5" }`. */
  readonly env?: Readonly<Record<string, string>>;
  /** A folder that the test keeps; without one the node has its own, deleted at the end. */
  readonly dataDir?: string;
  /** Epoch ms at the start; noon of a day in 2026 unless said. */
  readonly startsAt?: number;
}

type HostAction = "open" | "close" | "extend" | "hide" | "reveal";

export async function startWireNode(parts: WireNodeParts = {}) {
  const dataDir = parts.dataDir ?? (await mkdtemp(join(tmpdir(), "pollcast-wire-")));
  const usual = { HOST: "127.0.0.1", PORT: "0", DATA_DIR: dataDir, LOG_LEVEL: "error", NODE_NAME: "wire" };
  const config = readConfig({ ...usual, ...parts.env });
  if (isConfigError(config)) throw new Error(config.problem);
  const clock = steppableClock(parts.startsAt);
  const node = await startNode(config, clock.now);
  return new WireNode(node, clock, parts.dataDir === undefined ? dataDir : null);
}

/** `await using` takes it down. */
export class WireNode implements AsyncDisposable {
  readonly clock: ReturnType<typeof steppableClock>;
  readonly port: number;
  readonly url: string;
  readonly clients: WsClient[] = [];
  readonly #node: Awaited<ReturnType<typeof startNode>>;
  readonly #folder: string | null;
  #drained: Promise<void> | null = null;

  constructor(
    node: Awaited<ReturnType<typeof startNode>>,
    clock: ReturnType<typeof steppableClock>,
    folder: string | null,
  ) {
    this.#node = node;
    this.#folder = folder;
    this.clock = clock;
    this.port = node.port;
    this.url = `http://127.0.0.1:${node.port}`;
  }

  get wsUrl(): string {
    return `ws://127.0.0.1:${this.port}/ws?protocol=1`;
  }

  /** A socket that has had its HELLO; a voter of its own unless it brings a cookie. */
  async connect(options: ConnectOptions = {}): Promise<WsClient> {
    const client = await connect(this.wsUrl, options);
    this.clients.push(client);
    return client;
  }

  async connectMany(count: number): Promise<WsClient[]> {
    return Promise.all(Array.from({ length: count }, () => this.connect()));
  }

  /** A socket that has joined and had POLL_UPDATE and RESULTS_UPDATE. */
  async join(
    pollId: string,
    options: ConnectOptions & { readonly hostKey?: string } = {},
  ): Promise<WsClient> {
    const client = await this.connect(options);
    const data = { pollId, ...(options.hostKey !== undefined && { hostKey: options.hostKey }) };
    await client.request({ type: "JOIN_POLL", data });
    await client.next("RESULTS_UPDATE");
    return client;
  }

  async http(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const json = body === undefined ? {} : { body: JSON.stringify(body) };
    return fetch(`${this.url}${path}`, {
      method,
      ...json,
      headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
    });
  }

  /** Tea, coffee or water; open for an hour unless the test says otherwise. */
  async makePoll(text: object = {}): Promise<MadePoll> {
    const base = { question: "Tea or coffee?", options: ["Tea", "Coffee", "Water"] };
    const answer = await this.http("POST", "/api/polls", { ...base, ...text });
    if (answer.status !== 201) throw new Error(`No poll was made: ${await answer.text()}`);
    const { poll, hostKey } = (await answer.json()) as { poll: PollView["poll"]; hostKey: string };
    return { pollId: poll.pollId, hostKey };
  }

  /** A host's call, which must succeed; answers the host's view. */
  async steer({ pollId, hostKey }: MadePoll, action: HostAction, body?: object): Promise<PollView> {
    const answer = await this.http("POST", `/api/polls/${pollId}/${action}`, body, { "x-host-key": hostKey });
    if (answer.status !== 200) throw new Error(`${action} was refused: ${await answer.text()}`);
    return (await answer.json()) as PollView;
  }

  /** The poll over HTTP, as `headers` entitle to see it. */
  async view(pollId: string, headers: Record<string, string> = {}): Promise<PollView> {
    const answer = await this.http("GET", `/api/polls/${pollId}`, undefined, headers);
    if (answer.status !== 200) throw new Error(`No view of the poll: ${await answer.text()}`);
    return (await answer.json()) as PollView;
  }

  /** Begins once, however often it is called. */
  drain(spreadMs: number): Promise<void> {
    this.#drained ??= this.#node.drain(spreadMs);
    return this.#drained;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.clients.map((client) => client.close()));
    await this.drain(0);
    if (this.#folder) await rm(this.#folder, { recursive: true, force: true });
    for (const client of this.clients) client.frames.forEach(checkFrame);
  }
}

/** A frame is what the schema says and no more, and nothing in a test that expects none is an outage. */
export function checkFrame(frame: ServerMessage): void {
  const parsed = serverMessage.parse(frame);
  deepStrictEqual(frame, parsed, "A frame has fields that its schema does not know.");
}

/** Data of every frame of this type that the socket got, oldest first. */
export function all<Type extends ServerMessage["type"]>(client: WsClient, type: Type) {
  return client.frames
    .filter((frame): frame is Extract<ServerMessage, { type: Type }> => frame.type === type)
    .map(({ data }) => data as Extract<ServerMessage, { type: Type }>["data"]);
}
