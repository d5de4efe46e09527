import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CORES, onCores } from "./cores.ts";
import { SESSION_SECRET } from "./load/dialect.ts";

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));
const START_MS = 20_000;
const LISTENING = /listening on (?:http:\/\/[^:\s]+:)?(\d+)/i;

/** A server under test: a process of its own on the core for servers. `await using` ends it. */
export interface Subject extends AsyncDisposable {
  readonly port: number;
  readonly pid: number;
}

/** One node of the product: on this Redis Cluster, with `ledger` beneath it if that is given, or with the embedded store. */
export async function startPollcast(
  redisNodes: string | null,
  ledger: Readonly<Record<string, string>> = {},
): Promise<Subject> {
  const folder = await mkdtemp(join(tmpdir(), "pollcast-bench-"));
  const store = redisNodes === null ? { DATA_DIR: folder } : { REDIS_NODES: redisNodes, ...ledger };
  const env = { PORT: "0", HOST: "127.0.0.1", FRAMES_PER_SECOND: "0", LOG_LEVEL: "warn", SESSION_SECRET };
  const removeFolder = () => rm(folder, { recursive: true, force: true });
  return start([process.execPath, "--no-env-file", "server/main.ts"], { ...env, ...store }, removeFolder);
}

/** The peer, on Node (its own runtime) where there is one. It is bundled, because Node 20 reads no TypeScript. */
export async function startSocketIo(redisNodes: string, emit: "vote" | "tick"): Promise<Subject> {
  const folder = await mkdtemp(join(tmpdir(), "pollcast-bench-"));
  const built = await Bun.build({
    entrypoints: [join(PROJECT, "tests/bench/peers/socket-io.ts")],
    target: "node",
    outdir: folder,
    naming: "socket-io.mjs",
  });
  if (!built.success) throw new AggregateError(built.logs, "the peer could not be bundled");
  const env = { REDIS_NODES: redisNodes, EMIT: emit, NODE_ENV: "production" };
  return start([peerRuntime().path, join(folder, "socket-io.mjs")], env, () =>
    rm(folder, { recursive: true }),
  );
}

/** What the peer runs on. */
export function peerRuntime(): { readonly path: string; readonly name: string } {
  const node = Bun.which("node");
  if (node === null) return { path: process.execPath, name: `Bun ${Bun.version}` };
  const version = Bun.spawnSync([node, "--version"]).stdout.toString().trim();
  return { path: node, name: `Node ${version}` };
}

export function startCeiling(does: "echo" | "publish"): Promise<Subject> {
  return start([process.execPath, "tests/bench/peers/bun-ceiling.ts"], { DOES: does }, async () => {});
}

async function start(
  command: readonly string[],
  env: Record<string, string>,
  cleanUp: () => Promise<void>,
): Promise<Subject> {
  const child = Bun.spawn(onCores(CORES.server, command), {
    cwd: PROJECT,
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const end = async () => {
    child.kill("SIGKILL");
    await child.exited;
    await cleanUp();
  };
  try {
    return { port: await portOf(child.stdout), pid: child.pid, [Symbol.asyncDispose]: end };
  } catch (failure) {
    await end();
    throw failure;
  }
}

/** Reads what the server prints, for as long as it lives; resolves as soon as it has said its port. */
async function portOf(output: ReadableStream<Uint8Array>): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const late = setTimeout(() => reject(new Error(`not listening after ${START_MS} ms`)), START_MS);
  const read = async () => {
    const decoder = new TextDecoder();
    let printed = "";
    for await (const bytes of output) {
      printed += decoder.decode(bytes, { stream: true });
      const port = LISTENING.exec(printed)?.[1];
      if (port) resolve(Number(port));
    }
    reject(new Error(`the server ended: ${printed}`));
  };
  read().catch(reject);
  return promise.finally(() => clearTimeout(late));
}
