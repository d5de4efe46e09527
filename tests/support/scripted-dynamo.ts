/** A way to a DynamoDB on which each request meets what a test says: throttled, cut off, never answered. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** A request by its name (`PutItem`), and how many of that name came before it. */
export interface ScriptedRequest {
  readonly operation: string;
  readonly before: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * - `pass`: carried out and answered;
 * - `cut`: carried out, and the connection reset instead of an answer;
 * - `mute`: carried out, and never answered;
 * - `swallow`: neither; `stall`: an answer that is begun and never ends;
 * - else the answer itself, without anything being carried out.
 */
export type Fate =
  | "pass"
  | "cut"
  | "mute"
  | "swallow"
  | "stall"
  | { readonly status: number; readonly body: object };

export function errorAnswer(type: string, message = type, status = 400): Fate {
  return { status, body: { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message } };
}

export class ScriptedDynamo {
  readonly requests: ScriptedRequest[] = [];
  /** Requests that were in flight at the same time, at the most. */
  mostAtOnce = 0;
  fate: (request: ScriptedRequest) => Fate = () => "pass";
  readonly #target: string;
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  readonly #sockets = new Set<Socket>();
  #atOnce = 0;

  private constructor(target: string) {
    this.#target = target;
    this.#server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
  }

  /** `target`: where requests are carried out, `http://host:port`. */
  static async start(target: string): Promise<ScriptedDynamo> {
    const scripted = new ScriptedDynamo(target);
    await new Promise<void>((resolve, reject) => {
      scripted.#server.once("error", reject);
      scripted.#server.listen(0, "127.0.0.1", resolve);
    });
    return scripted;
  }

  get endpoint(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    return `http://127.0.0.1:${address.port}`;
  }

  get openConnections(): number {
    return this.#sockets.size;
  }

  countOf(operation: string): number {
    return this.requests.filter((request) => request.operation === operation).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#atOnce);
    try {
      const text = await textOf(request);
      const operation = String(request.headers["x-amz-target"]).split(".")[1] ?? "";
      const scripted = { operation, before: this.countOf(operation), body: JSON.parse(text) };
      this.requests.push(scripted);
      await this.#meet(this.fate(scripted), { request, response, text });
    } catch {
      request.socket.destroy(); // whoever asked has gone
    } finally {
      this.#atOnce -= 1;
    }
  }

  async #meet(
    fate: Fate,
    { request, response, text }: { request: IncomingMessage; response: ServerResponse; text: string },
  ): Promise<void> {
    const head = { "content-type": "application/x-amz-json-1.0" };
    if (fate === "swallow") return;
    if (fate === "stall") {
      response.writeHead(200, { ...head, "content-length": "1000" }).write("{");
      return;
    }
    if (typeof fate === "object") {
      response.writeHead(fate.status, head).end(JSON.stringify(fate.body));
      return;
    }
    const names = ["x-amz-target", "x-amz-date", "authorization", "content-type"];
    const headers = names.map((name): [string, string] => [name, String(request.headers[name])]);
    const answer = await fetch(this.#target, { method: "POST", headers, body: text });
    const answered = await answer.text();
    if (fate === "cut") request.socket.destroy();
    if (fate === "pass") response.writeHead(answer.status, head).end(answered);
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const part of request.setEncoding("utf8")) text += part;
  return text;
}
