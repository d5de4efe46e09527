import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Redis } from "ioredis";
import type { Certificates } from "./certificates.ts";
import { Part } from "./part.ts";
import { waitUntil } from "./wait-until.ts";

const CONFIGURATION = fileURLToPath(new URL("redis.conf", import.meta.url));
/** A node that does not answer a question about itself for so long (ms) is taken for frozen. */
const ANSWER_MS = 2_000;

export interface RedisNodeOptions {
  readonly name: string;
  /** 40 hexadecimal digits: its id in the cluster, for good. */
  readonly id: string;
  readonly port: number;
  readonly busPort: number;
  /** Made if missing. */
  readonly folder: string;
  /** Beside and over `redis.conf`, by name. */
  readonly settings: Readonly<Record<string, string>>;
  /** Added to what the clock of the node says (s); needs Debian's package faketime. */
  readonly clockShiftSeconds?: number;
  /** Speaks TLS only, to clients and to other nodes. */
  readonly tls?: Certificates;
  /** Has these users only. */
  readonly users?: RedisUsers;
}

/** Who may do what at a node. */
export interface RedisUsers {
  /** May do everything: whoever looks after the node, and the node at its master. */
  readonly admin: { readonly username: string; readonly password: string };
  /** All of them but the default one, which is off, as an `aclfile` has them. */
  readonly lines: readonly string[];
}

/** How a node comes back. */
export interface RestartOptions {
  /** `lost`: as on a machine with an empty disk, but with its place in the cluster. */
  readonly data?: "kept" | "lost";
  readonly clockShiftSeconds?: number;
}

/** One `redis-server` process after the other, with the same place in the cluster and the same folder. */
export class RedisNode {
  readonly name: string;
  readonly id: string;
  readonly host = "127.0.0.1";
  readonly port: number;
  readonly busPort: number;
  readonly #folder: string;
  readonly #settings: Readonly<Record<string, string>>;
  readonly #access: Pick<RedisNodeOptions, "tls" | "users">;
  #clockShiftSeconds: number;
  #part: Part | null = null;
  #redis: Redis | null = null;

  constructor(options: RedisNodeOptions) {
    this.name = options.name;
    this.id = options.id;
    this.port = options.port;
    this.busPort = options.busPort;
    this.#folder = options.folder;
    this.#settings = options.settings;
    this.#access = options;
    this.#clockShiftSeconds = options.clockShiftSeconds ?? 0;
    mkdirSync(options.folder, { recursive: true });
  }

  /** Beside the folder: all logs of a run are in one place. */
  get logFile(): string {
    return `${this.#folder}.log`;
  }

  get address(): string {
    return `${this.host}:${this.port}`;
  }

  get pid(): number {
    return this.#running().pid;
  }

  /** Whether it can be asked anything: the process is there and not frozen. */
  get answers(): boolean {
    return this.#part?.state === "running";
  }

  /** A connection to this very node. Calls fail after 2 s without an answer; gone after `kill9`. */
  get redis(): Redis {
    if (!this.#redis) throw new Error(`${this.name} is not running`);
    return this.#redis;
  }

  /** This node in `nodes.conf`, the form of `CLUSTER NODES`. */
  line(flags: string, masterId: string, configEpoch: number, slots: string): string {
    return `${this.id} ${this.address}@${this.busPort} ${flags} ${masterId} 0 0 ${configEpoch} connected ${slots}`.trim();
  }

  /** Writes what the node knows of the cluster when it starts for the first time, itself included. */
  async knowCluster(lines: readonly string[], epoch: number): Promise<void> {
    const text = `${lines.join("\n")}\nvars currentEpoch ${epoch} lastVoteEpoch 0\n`;
    await writeFile(join(this.#folder, "nodes.conf"), text);
  }

  /** Returns when the node answers; it may still be loading its data or looking for its cluster. */
  async start(): Promise<void> {
    const part = new Part({
      name: this.name,
      command: ["redis-server", CONFIGURATION, ...this.#arguments()],
      env: clockEnvironment(this.#clockShiftSeconds),
      folder: this.#folder,
      logFile: this.logFile,
    });
    this.#part = part;
    const redis = await this.#connect();
    this.#redis = redis;
    await waitUntil(`${this.name} answers`, async () => {
      part.mustRun();
      return (await redis.echo(this.name)) === this.name;
    });
  }

  /** The process dies at once; what it had written to its files stays. */
  async kill9(): Promise<void> {
    this.#redis?.disconnect();
    this.#redis = null;
    await this.#part?.kill9();
    this.#part = null;
  }

  async restart({ data = "kept", clockShiftSeconds }: RestartOptions = {}): Promise<void> {
    await this.kill9();
    if (clockShiftSeconds !== undefined) this.#clockShiftSeconds = clockShiftSeconds;
    if (data === "lost") {
      rmSync(join(this.#folder, "appendonlydir"), { recursive: true, force: true });
      rmSync(join(this.#folder, "dump.rdb"), { force: true });
    }
    await this.start();
  }

  /** Stopped as by a stalled machine: its sockets stay open, nothing is answered. */
  freeze(): void {
    this.#running().freeze();
  }

  thaw(): void {
    this.#running().thaw();
  }

  #running(): Part {
    if (!this.#part || this.#part.state === "gone") throw new Error(`${this.name} is not running`);
    return this.#part;
  }

  async #connect(): Promise<Redis> {
    const { tls, users } = this.#access;
    return connectTo({
      host: this.host,
      port: this.port,
      ...users?.admin,
      // By its address, whatever name it has to others.
      ...(tls && {
        tls: { ca: await readFile(tls.ca, "utf8"), ...(tls.hostName && { servername: tls.hostName }) },
      }),
    });
  }

  #arguments(): string[] {
    const own = { "cluster-port": this.busPort, bind: this.host, dir: this.#folder };
    return Object.entries({
      ...own,
      ...portSettings(this.port, this.#access),
      ...userSettings(this.#folder, this.#access),
      ...this.#settings,
    }).flatMap(([name, value]) => [`--${name}`, `${value}`]);
  }
}

interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
  readonly tls?: { readonly ca: string; readonly servername?: string };
}

function portSettings(port: number, { tls }: Pick<RedisNodeOptions, "tls">) {
  if (!tls) return { port };
  return {
    port: 0,
    "tls-port": port,
    "tls-cert-file": tls.certificate,
    "tls-key-file": tls.key,
    "tls-ca-cert-file": tls.ca,
    // Clients say who they are by user and password.
    "tls-auth-clients": "no",
    "tls-replication": "yes",
    "tls-cluster": "yes",
  };
}

function userSettings(folder: string, { users }: Pick<RedisNodeOptions, "users">) {
  if (!users) return {};
  const { username, password } = users.admin;
  const aclfile = join(folder, "users.acl");
  const lines = ["user default off", `user ${username} on >${password} ~* &* +@all`, ...users.lines];
  writeFileSync(aclfile, `${lines.join("\n")}\n`);
  return { aclfile, masteruser: username, masterauth: password };
}

function connectTo(server: ServerAddress): Redis {
  const redis = new Redis({
    ...server,
    commandTimeout: ANSWER_MS,
    connectTimeout: ANSWER_MS,
    retryStrategy: () => 20,
    disableClientInfo: true,
    // A node that is loading or has lost its cluster still has to say so.
    enableReadyCheck: false,
  });
  // Refused connections and resets are what these nodes are for; the calls themselves report them.
  redis.on("error", () => {});
  return redis;
}

function clockEnvironment(shiftSeconds: number): Record<string, string> {
  if (shiftSeconds === 0) return {};
  const [library] = new Bun.Glob("*/faketime/libfaketimeMT.so.1").scanSync({
    cwd: "/usr/lib",
    absolute: true,
  });
  if (!library) throw new Error("A shifted clock needs libfaketime: apt-get install faketime");
  return {
    // With libc after it: before jemalloc in the search for malloc, whose own start asks for the time too early.
    LD_PRELOAD: `${library}:libc.so.6`,
    FAKETIME: `${shiftSeconds > 0 ? "+" : ""}${shiftSeconds}s`,
    // Timers must go on as they are: only what the clock says is wrong.
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
  };
}
