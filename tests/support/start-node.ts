/** A real node for tests: a process of its own, on a free port, with a data folder of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../../infra/local/free-ports.ts";
import { STEP_TAG } from "../runner/stragglers.ts";
import { inTime } from "./wait-for.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const LISTENING = "Pollcast is listening on ";
const START_MS = 20_000;
/** A drain spreads the browsers' return over three seconds. */
const STOP_MS = 15_000;

export interface NodeParts {
  /** Settings beside or instead of the usual ones of a test: `{ FRAMES_PER_SECOND: "0" }`. */
  readonly env?: Readonly<Record<string, string>>;
  /** A folder that the test keeps and cleans up itself; without one the node has its own, deleted at the end. */
  readonly dataDir?: string;
}

export async function startNode(parts: NodeParts = {}): Promise<TestNode> {
  const dataDir = parts.dataDir ?? (await mkdtemp(join(tmpdir(), "pollcast-node-")));
  const node = new TestNode(dataDir, parts.dataDir === undefined, parts.env ?? {});
  try {
    await node.start();
    return node;
  } catch (failure) {
    await node[Symbol.asyncDispose]();
    throw failure;
  }
}

/** `await using` takes it down, whatever the test left it in. */
export class TestNode implements AsyncDisposable {
  readonly dataDir: string;
  readonly #ownsFolder: boolean;
  readonly #env: Readonly<Record<string, string>>;
  #child: ChildProcess | null = null;
  #output = "";
  /** Drawn at the first start, and kept over restarts: browsers come back to where the node was. */
  #port = 0;

  constructor(dataDir: string, ownsFolder: boolean, env: Readonly<Record<string, string>>) {
    this.dataDir = dataDir;
    this.#ownsFolder = ownsFolder;
    this.#env = env;
  }

  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get wsUrl(): string {
    return `ws://127.0.0.1:${this.#port}/ws?protocol=1`;
  }

  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error("This node does not run.");
    return pid;
  }

  /** All that the node has printed, over its restarts. */
  logs(): string {
    return this.#output;
  }

  /** Starts the process and resolves when it listens; rejects with what it printed if it does not. */
  async start(): Promise<void> {
    this.#port ||= await freePort();
    const bun = process.versions.bun ? process.execPath : "bun";
    const child = spawn(bun, ["server/main.ts"], {
      cwd: ROOT,
      env: this.#environment(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    const before = this.#output.length;
    const listening = new Promise<void>((resolve, reject) => {
      const hear = (text: string) => {
        this.#output += text;
        if (this.#output.includes(LISTENING, before)) resolve();
      };
      child.stdout.setEncoding("utf8").on("data", hear);
      child.stderr.setEncoding("utf8").on("data", hear);
      child.once("error", reject);
      child.once("close", () => {
        reject(new Error(`The node ended before it listened:\n${this.#output.slice(before)}`));
      });
    });
    await inTime("a node to listen", listening, START_MS);
  }

  /** As a power cut would: nothing is finished, nobody is told. Resolves when the process is gone. */
  async kill9(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** SIGTERM: the node drains. Resolves with its exit code when the process is gone. */
  async stop(): Promise<number | null> {
    return this.#end("SIGTERM");
  }

  /** Starts again on the same port and folder; stops first if it still runs. */
  async restart(): Promise<void> {
    if (this.#child) await this.stop();
    await this.start();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child) await this.kill9();
    if (this.#ownsFolder) await rm(this.dataDir, { recursive: true, force: true });
  }

  async #end(signal: "SIGTERM" | "SIGKILL"): Promise<number | null> {
    const child = this.#child;
    if (!child) throw new Error("This node does not run.");
    this.#child = null;
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined)
      return child.exitCode;
    const gone = once(child, "exit");
    child.kill(signal);
    try {
      await inTime(`a node to end after ${signal}`, gone, STOP_MS);
    } catch (late) {
      child.kill("SIGKILL");
      throw late;
    }
    return child.exitCode;
  }

  /** Nothing of this machine's own settings reaches the node. */
  #environment(): Record<string, string> {
    const passedOn = ["PATH", "HOME", "TMPDIR", STEP_TAG].flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    });
    const usual = { HOST: "127.0.0.1", PORT: String(this.#port), DATA_DIR: this.dataDir, LOG_LEVEL: "warn" };
    return { ...Object.fromEntries(passedOn), ...usual, ...this.#env };
  }
}
