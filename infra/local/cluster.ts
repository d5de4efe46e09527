/** `bun run cluster`: the local production shape without docker. One address to open; nothing is left after Ctrl+C. */
import { mkdirSync, rmdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { installPackages } from "../../tests/runner/install-packages.ts";
import { HAPROXY, REDIS } from "./needed-programs.ts";

/** Ignored by git, and of the project: a path that is short to type from here. */
const DATA = "data";
const USUAL_PORT = 8080;
/** One Ctrl+C comes twice: from the terminal, and passed on by `bun run`, which the terminal has told as well. */
const SAME_PRESS_MS = 500;
const USAGE = `Usage: bun run cluster [--port PORT] [--host ADDRESS] [--no-ledger]
  --port       of the front door; 8080, or a free one where that is taken
  --host       127.0.0.1; 0.0.0.0 lets phones on the same network in
  --no-ledger  without DynamoDB: a ballot is safe once a replica has it`;

const asked = readArguments();
if (!(await installPackages([REDIS, HAPROXY]))) process.exit(1);
// Only now: what these import may just have been installed.
const { freePort, isFree } = await import("./free-ports.ts");
const { startLocalShape } = await import("./local-shape.ts");
const { describeShape } = await import("./describe-shape.ts");

const folder = join(DATA, `cluster-${process.pid}`);
mkdirSync(folder, { recursive: true });
// After the hook that ends the parts: nobody writes here any more.
process.on("exit", removeFolder);

let leavingSince: number | null = null;
let stopStarted = async () => {};
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void leave());

console.log(`Starting 6 redis-server, ${asked.ledger ? "the ledger, " : ""}3 nodes and HAProxy …`);
try {
  const shape = await startLocalShape({
    folder: resolve(folder),
    host: asked.host,
    port: await frontPort(),
    ledger: asked.ledger,
  });
  stopStarted = shape.stop;
  console.log(await describeShape(shape));
  console.log(`\nLogs: ${folder}/*.log   Press Ctrl+C to stop and remove everything.`);
  console.log(`\nOpen ${shape.origin}`);
} catch (error) {
  console.error(`The cluster did not start: ${error instanceof Error ? error.message : error}`);
  process.exit(1);
}

/** Known before anything is started: HAProxy comes last. */
async function frontPort(): Promise<number> {
  if (asked.port === undefined) return (await isFree(USUAL_PORT)) ? USUAL_PORT : freePort();
  if (!(await isFree(asked.port))) throw new Error(`port ${asked.port} is taken`);
  return asked.port;
}

/** The first signal ends the parts in order; a second one, or one while they start, at once. */
async function leave(): Promise<void> {
  if (leavingSince !== null) {
    if (performance.now() - leavingSince > SAME_PRESS_MS) process.exit(1);
    return;
  }
  leavingSince = performance.now();
  await stopStarted();
  process.exit(0);
}

function removeFolder(): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  try {
    rmdirSync(DATA);
  } catch {
    // Somebody else's data is in it.
  }
}

interface Asked {
  readonly port: number | undefined;
  readonly host: string;
  readonly ledger: boolean;
}

function readArguments(): Asked {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: "string" },
        host: { type: "string", default: "127.0.0.1" },
        "no-ledger": { type: "boolean", default: false },
        help: { type: "boolean", short: "h" },
      },
    });
    if (values.help) {
      console.log(USAGE);
      process.exit(0);
    }
    if (values.port !== undefined && !/^[1-9]\d{0,4}$/.test(values.port))
      throw new Error("--port must be a number");
    const port = values.port === undefined ? undefined : Number(values.port);
    return { port, host: values.host, ledger: !values["no-ledger"] };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n${USAGE}`);
    process.exit(1);
  }
}
