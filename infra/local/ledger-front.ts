import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "./free-ports.ts";

/**
 * How the ledger is, seen from one node:
 * - `away`: connections are reset, new ones refused;
 * - `silent`: requests are taken, never carried out and never answered, as with a cut cable;
 * - `throttling`: this share of requests (0 to 1) is refused as AWS does beyond the capacity of a table;
 * - `slow`: carried out after so many ms, also where whoever asked has given up meanwhile;
 * - `cutting`: this share is carried out, and then its connection is reset instead of an answer.
 */
export type LedgerWeather =
  | { readonly kind: "clear" | "away" | "silent" }
  | { readonly kind: "throttling" | "cutting"; readonly share: number }
  | { readonly kind: "slow"; readonly ms: number };

const CLEAR: LedgerWeather = { kind: "clear" };
/** What a proxy does not pass on: it speaks of the connection, or of a form of the answer that is undone on the way. */
const OF_THE_CONNECTION = ["host", "connection", "content-length", "accept-encoding", "transfer-encoding"];
/** Longer than any client keeps an unused connection (ms): closing one is a fault, and faults are asked for. */
const KEPT_MS = 600_000;
const THROTTLED = JSON.stringify({
  __type: "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
  message: "The level of configured provisioned throughput for the table was exceeded.",
});

/** One node's way to the ledger: an HTTP proxy in this process, always under the same address, in any weather. */
export class LedgerFront {
  readonly port: number;
  readonly #target: string;
  #server: Server | null = null;
  #weather = CLEAR;

  private constructor(port: number, target: string) {
    this.port = port;
    this.#target = target;
  }

  /** `target`: the ledger's own address, `http://host:port`. */
  static async start(target: string): Promise<LedgerFront> {
    const front = new LedgerFront(await freePort(), target);
    await front.#listen();
    return front;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** In force for all requests that come from now on. */
  async set(weather: LedgerWeather): Promise<void> {
    const wasSilent = this.#weather.kind === "silent";
    this.#weather = weather;
    if (weather.kind === "away") return this.stop();
    // Those that were swallowed stay swallowed: nobody is to wait on their connections for ever.
    if (wasSilent) this.#server?.closeAllConnections();
    if (!this.#server) await this.#listen();
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (!server) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  }

  async #listen(): Promise<void> {
    const server = createServer((request, response) => void this.#answer(request, response));
    server.keepAliveTimeout = KEPT_MS;
    server.requestTimeout = 0;
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.port, "127.0.0.1", resolve);
    });
    this.#server = server;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const body = await bodyOf(request);
      const weather = this.#weather;
      if (weather.kind === "silent") return;
      if (weather.kind === "throttling" && Math.random() < weather.share) {
        response.writeHead(400, { "content-type": "application/x-amz-json-1.0" }).end(THROTTLED);
        return;
      }
      if (weather.kind === "slow") await pause(weather.ms);
      const answer = await this.#carryOut(request, body);
      // Looked at again: the ledger may have gone silent meanwhile.
      if (this.#weather.kind === "silent") return;
      if (weather.kind === "cutting" && Math.random() < weather.share) {
        request.socket.destroy();
        return;
      }
      response.writeHead(answer.status, answer.headers).end(answer.text);
    } catch {
      // Either end has gone: the node's request, or the ledger itself.
      request.socket.destroy();
    }
  }

  async #carryOut(request: IncomingMessage, body: Buffer) {
    const headers = Object.entries(request.headers).flatMap(([name, value]) =>
      OF_THE_CONNECTION.includes(name) || typeof value !== "string" ? [] : [[name, value]],
    );
    const answer = await fetch(`${this.#target}${request.url ?? "/"}`, {
      method: request.method ?? "POST",
      headers: Object.fromEntries(headers),
      ...(body.length > 0 && { body: new Uint8Array(body) }),
    });
    const kept = [...answer.headers].filter(([name]) => !OF_THE_CONNECTION.includes(name));
    return { status: answer.status, headers: Object.fromEntries(kept), text: await answer.text() };
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer); // a request without an encoding gives bytes
  return Buffer.concat(parts);
}
