import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "./free-ports.ts";
import { Part } from "./part.ts";
import { waitUntil } from "./wait-until.ts";

/** Bun finds how to compile JSX from the folder that it is started in. */
const PROJECT = fileURLToPath(new URL("../..", import.meta.url));
/** A draining node sends its browsers away over 3 s and then lets go of its stores. */
const DRAIN_PATIENCE_MS = 10_000;

export interface ServerNodeOptions {
  /** NODE_NAME. */
  readonly name: string;
  /** Where its log goes. */
  readonly folder: string;
  /** A free one unless said: HAProxy may have to know it before. */
  readonly port?: number;
  /** The rest of its configuration. */
  readonly env: Readonly<Record<string, string>>;
}

/** One node of the product, as a process of its own. */
export class ServerNode {
  readonly name: string;
  readonly port: number;
  readonly #part: Part;

  private constructor(name: string, port: number, part: Part) {
    this.name = name;
    this.port = port;
    this.#part = part;
  }

  /** Returns when the node is ready for visitors. Throws, with the end of its log, if it ends before. */
  static async start({ name, folder, port, env }: ServerNodeOptions): Promise<ServerNode> {
    const ownPort = port ?? (await freePort());
    const part = new Part({
      name,
      command: [process.execPath, "--no-env-file", "server/main.ts"],
      env: { HOST: "127.0.0.1", PORT: `${ownPort}`, NODE_NAME: name, ...env },
      folder: PROJECT,
      logFile: join(folder, `${name}.log`),
    });
    const node = new ServerNode(name, ownPort, part);
    try {
      await waitUntil(`${name} is ready`, () => node.#isReady(), 30_000);
      return node;
    } catch (error) {
      await part.kill9();
      throw error;
    }
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  get origin(): string {
    return `http://${this.address}`;
  }

  get pid(): number {
    return this.#part.pid;
  }

  get logFile(): string {
    return this.#part.logFile;
  }

  get state(): "running" | "frozen" | "gone" {
    return this.#part.state;
  }

  /** As a balancer takes a node out (SIGTERM). Returns the exit code; `null` if it had to be killed. */
  drain(): Promise<number | null> {
    return this.#part.end("SIGTERM", DRAIN_PATIENCE_MS);
  }

  /** As with Ctrl+C: its sockets are closed at once. */
  stop(): Promise<number | null> {
    return this.#part.end("SIGINT", DRAIN_PATIENCE_MS);
  }

  kill9(): Promise<void> {
    return this.#part.kill9();
  }

  freeze(): void {
    this.#part.freeze();
  }

  thaw(): void {
    this.#part.thaw();
  }

  async #isReady(): Promise<boolean> {
    this.#part.mustRun();
    const answer = await fetch(`${this.origin}/ready`, { signal: AbortSignal.timeout(1_000) });
    await answer.body?.cancel();
    return answer.ok;
  }
}
