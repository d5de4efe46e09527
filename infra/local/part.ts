import { closeSync, openSync, readFileSync } from "node:fs";
import { Hopeless } from "./wait-until.ts";

/** How to start one process. */
export interface PartCommand {
  /** In messages: "redis-1", "haproxy". */
  readonly name: string;
  /** Program and arguments; the program is looked up in PATH. */
  readonly command: readonly [string, ...string[]];
  /** Beside what every part inherits. */
  readonly env?: Readonly<Record<string, string>>;
  /** Working folder. */
  readonly folder: string;
  /** What it writes is appended here. */
  readonly logFile: string;
}

/**
 * Inherited by every part. The rest of the environment is not: a setting that the person who starts us has exported for
 * another node would change this one. (POLLCAST_…: marks of the test runner, by which it finds what was left running.)
 */
const inherited = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => name === "PATH" || name.startsWith("POLLCAST_")),
);

const living = new Set<Part>();
process.on("exit", () => {
  for (const part of living) part.signal("SIGKILL");
});

/** Ends a child as soon as its starter is gone, even by SIGKILL, which no exit hook sees. Linux only. */
const WITH_ITS_STARTER = ["--pdeathsig", "KILL", "--"];

/** One process of the local production shape. It never outlives the process that started it. */
export class Part {
  readonly name: string;
  readonly logFile: string;
  readonly #process: Bun.Subprocess;
  #frozen = false;

  constructor({ name, command: [program, ...args], env, folder, logFile }: PartCommand) {
    const path = Bun.which(program);
    if (path === null) throw new Error(`${program} is not installed`);
    const guard = Bun.which("setpriv");
    const log = openSync(logFile, "a");
    this.name = name;
    this.logFile = logFile;
    this.#process = Bun.spawn(guard ? [guard, ...WITH_ITS_STARTER, path, ...args] : [path, ...args], {
      cwd: folder,
      env: { ...inherited, ...env },
      stdio: ["ignore", log, log],
      // Ctrl+C goes to its starter alone, who ends the parts in order.
      detached: true,
      onExit: () => {
        living.delete(this);
      },
    });
    closeSync(log);
    living.add(this);
  }

  get pid(): number {
    return this.#process.pid;
  }

  get state(): "running" | "frozen" | "gone" {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return "gone";
    return this.#frozen ? "frozen" : "running";
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** Stopped as by a stalled machine: its sockets stay open, nothing is answered. */
  freeze(): void {
    this.signal("SIGSTOP");
    this.#frozen = true;
  }

  thaw(): void {
    this.signal("SIGCONT");
    this.#frozen = false;
  }

  /** Returns when the process is gone; also of one that is frozen or gone already. */
  async kill9(): Promise<void> {
    this.signal("SIGKILL");
    await this.#process.exited;
  }

  /** Asks it to end, and ends it by force after `patienceMs`. Returns the exit code, `null` after force. */
  async end(signal: "SIGTERM" | "SIGINT", patienceMs: number): Promise<number | null> {
    // A frozen one would hear it only when it thaws.
    this.signal(this.#frozen ? "SIGKILL" : signal);
    const force = setTimeout(() => this.signal("SIGKILL"), patienceMs);
    await this.#process.exited;
    clearTimeout(force);
    return this.#process.exitCode;
  }

  /** Waits for a process that ends by itself. Throws, with the end of its log, unless it ends with 0. */
  async finished(): Promise<void> {
    if ((await this.#process.exited) !== 0) this.mustRun();
  }

  /** Throws `Hopeless`, with the end of its log, if the process is gone: to be asked while waiting for it. */
  mustRun(): void {
    if (this.state !== "gone") return;
    const { exitCode, signalCode } = this.#process;
    const lines = readFileSync(this.logFile, "utf8").trimEnd().split("\n").slice(-5);
    throw new Hopeless(`${this.name} ended (${signalCode ?? `exit code ${exitCode}`}):\n${lines.join("\n")}`);
  }
}
