/** The start command as a whole: what becomes of the node when the programs above it are stopped or killed. */
import { expect, test } from "bun:test";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { waitFor } from "../support/wait-for.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const WAIT_MS = 20_000;

interface Started extends AsyncDisposable {
  /** The program that was started, the highest above the node. */
  readonly top: Bun.Subprocess;
  /** All that was printed so far. */
  output(): string;
  serves(): Promise<boolean>;
}

/** Runs `command` in a group of its own and waits until a node serves below it. */
async function start(command: readonly string[], argv0?: string): Promise<Started> {
  const folder = mkdtempSync(join(tmpdir(), "pollcast-start-"));
  const log = join(folder, "output.log");
  const descriptor = openSync(log, "a");
  const top = Bun.spawn([...command], {
    cwd: ROOT,
    env: { ...process.env, PORT: "0", HOST: "127.0.0.1", DATA_DIR: join(folder, "data") },
    stdio: ["ignore", descriptor, descriptor],
    detached: true,
    ...(argv0 !== undefined && { argv0 }),
  });
  closeSync(descriptor);
  const output = () => readFileSync(log, "utf8");
  const started: Started = {
    top,
    output,
    async serves() {
      const url = /listening on (http:\S+)/.exec(output())?.[1];
      const answer = url === undefined ? null : await fetch(`${url}/health`).catch(() => null);
      return answer?.ok ?? false;
    },
    async [Symbol.asyncDispose]() {
      try {
        process.kill(-top.pid, "SIGKILL");
      } catch {
        // All of the group have ended, as they should.
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await waitFor(`a node to serve below ${command.join(" ")}`, () => started.serves(), WAIT_MS);
  return started;
}

const ended = async (started: Started) => !(await started.serves());

test("[S6] SIGTERM to the start command drains the node, and the command ends with 0", async () => {
  await using started = await start([process.execPath, "start"]);
  started.top.kill("SIGTERM");
  expect(await started.top.exited).toBe(0);
  expect(await ended(started)).toBe(true);
  expect(started.output()).toContain("Draining");
});

test("[S6] Ctrl+C, which the terminal and the start command both send, is one signal", async () => {
  await using started = await start([process.execPath, "start"]);
  process.kill(-started.top.pid, "SIGINT");
  expect(await started.top.exited).toBe(0);
  expect(await ended(started)).toBe(true);
});

test("[S8] a killed start command takes the node with it, in order", async () => {
  await using started = await start([process.execPath, "start"]);
  started.top.kill("SIGKILL");
  await waitFor("the node to drain", () => started.output().includes("Draining"), WAIT_MS);
  await waitFor("the node to end", () => ended(started), WAIT_MS);
});

test("[S8] npx that ends without passing the signal on takes the node with it, in order", async () => {
  // As npm has it: npm, a shell that waits, `bun start`, the node. Under its title it is recognised.
  const below = `sh -c '"${process.execPath}" start; true'; true`;
  await using started = await start(["sh", "-c", below], "npm exec bun start");
  started.top.kill("SIGKILL");
  await waitFor("the node to drain", () => started.output().includes("Draining"), WAIT_MS);
  await waitFor("the node to end", () => ended(started), WAIT_MS);
});

test("[S3] the start command passes --help on and starts nothing", async () => {
  const { exitCode, stdout } = Bun.spawnSync([process.execPath, "start", "--help"], { cwd: ROOT });
  expect(exitCode).toBe(0);
  expect(stdout.toString()).toContain("DATA_DIR");
});
