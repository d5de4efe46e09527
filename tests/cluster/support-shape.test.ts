import { afterEach, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../../infra/local/free-ports.ts";
import { startLocalShape } from "../../infra/local/local-shape.ts";
import { waitUntil } from "../../infra/local/wait-until.ts";
import { endStragglers, STEP_TAG } from "../runner/stragglers.ts";

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));

const running = new Set<Bun.Subprocess>();

afterEach(async () => {
  for (const run of running) {
    run.kill("SIGTERM");
    await run.exited;
  }
  running.clear();
});

/** `bun run cluster`, without the shell around it. Its processes carry a mark by which they can be found afterwards. */
function startCluster(...options: string[]) {
  const mark = crypto.randomUUID();
  const run = Bun.spawn([process.execPath, "infra/local/cluster.ts", ...options], {
    cwd: PROJECT,
    env: { PATH: process.env.PATH, [STEP_TAG]: mark },
    stdout: "pipe",
    stderr: "pipe",
  });
  running.add(run);
  let said = "";
  const listen = async (stream: ReadableStream<Uint8Array>) => {
    for await (const bytes of stream) said += new TextDecoder().decode(bytes);
  };
  const heard = Promise.all([listen(run.stdout), listen(run.stderr)]);
  return {
    run,
    said: () => said,
    /** Its exit code, all it said, the processes it left running (they are ended), whether its folder is still there. */
    async end() {
      const code = await run.exited;
      await heard;
      const left = await endStragglers(mark);
      return { code, said, left, folderLeft: existsSync(`${PROJECT}/data/cluster-${run.pid}`) };
    },
  };
}

test("[X9] one command, one address: a poll made through it is on every node; Ctrl+C leaves nothing", async () => {
  const cluster = startCluster("--port", `${await freePort()}`);
  const [, origin = ""] = await waitUntil("an address", () => cluster.said().match(/^Open (\S+)$/m), 25_000);
  const made = await fetch(`${origin}/api/polls`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ question: "Tea or coffee?", options: ["Tea", "Coffee"] }),
  });
  expect(made.status).toBe(201);
  const { poll } = (await made.json()) as { poll: { pollId: string } };
  const nodes = [...cluster.said().matchAll(/^node-\d +pid \d+ +(\S+)$/gm)].map(([, address]) => address);
  expect(nodes).toHaveLength(3);
  for (const address of [origin, ...nodes]) {
    expect((await fetch(`${address}/api/polls/${poll.pollId}`)).status).toBe(200);
  }
  expect(cluster.said().match(/^redis-\d +pid \d+ .*$/gm)).toHaveLength(6);
  cluster.run.kill("SIGINT");
  expect(await cluster.end()).toMatchObject({ code: 0, left: [], folderLeft: false });
});

test("[X9] ended by SIGTERM with a part frozen and another one dead, it leaves nothing", async () => {
  const cluster = startCluster("--port", `${await freePort()}`);
  await waitUntil("an address", () => cluster.said().match(/^Open (\S+)$/m), 25_000);
  const pidOf = (name: string) => Number(cluster.said().match(new RegExp(`^${name} +pid (\\d+)`, "m"))?.[1]);
  process.kill(pidOf("redis-2"), "SIGSTOP");
  process.kill(pidOf("node-3"), "SIGKILL");
  cluster.run.kill("SIGTERM");
  expect(await cluster.end()).toMatchObject({ code: 0, left: [], folderLeft: false });
});

test("[X9] interrupted while its parts start, it leaves nothing", async () => {
  const cluster = startCluster("--port", `${await freePort()}`);
  const folder = `${PROJECT}/data/cluster-${cluster.run.pid}/redis-6.log`;
  await waitUntil("the last Redis node is being started", () => existsSync(folder));
  cluster.run.kill("SIGINT");
  const { said, ...rest } = await cluster.end();
  expect(rest).toEqual({ code: 0, left: [], folderLeft: false });
  expect(said).not.toContain("Open");
});

test("[X9] if a part cannot start, it says which and leaves nothing", async () => {
  using taken = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  const cluster = startCluster("--port", `${taken.port}`);
  const { said, ...rest } = await cluster.end();
  expect(rest).toEqual({ code: 1, left: [], folderLeft: false });
  expect(said).toContain(`The cluster did not start: port ${taken.port} is taken`);
});
test("[X6] nodes come and go behind the same address: one killed, one started again, one added", async () => {
  const folder = await mkdtemp(join(tmpdir(), "pollcast-shape-"));
  const shape = await startLocalShape({
    folder,
    nodeCount: 2,
    spareNodeCount: 1,
    env: { LOG_LEVEL: "warn" },
  });
  try {
    const nodesFound = async () => {
      const answers = await Promise.all(Array.from({ length: 12 }, () => helloNode(shape.origin)));
      return [...new Set(answers)].sort().join();
    };
    expect(await nodesFound()).toBe("node-1,node-2");
    await shape.nodes[0]?.kill9();
    await waitUntil("only the other one is found", async () => (await nodesFound()) === "node-2");
    await shape.startNode("node-1");
    await shape.startNode("node-3");
    await waitUntil("all are found", async () => (await nodesFound()) === "node-1,node-2,node-3");
    expect(shape.nodes.map(({ name, state }) => [name, state])).toEqual([
      ["node-1", "running"],
      ["node-2", "running"],
      ["node-3", "running"],
    ]);
  } finally {
    await shape.stop();
    await rm(folder, { recursive: true });
  }
});

/** Which node greets a socket that is opened at this address. */
async function helloNode(origin: string): Promise<string> {
  const socket = new WebSocket(`${origin.replace("http", "ws")}/ws?protocol=1`);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  socket.addEventListener("message", ({ data }) => {
    const { type, data: hello } = JSON.parse(String(data)) as { type: string; data: { node: string } };
    if (type === "HELLO") resolve(hello.node);
  });
  socket.addEventListener("close", () => reject(new Error("closed before HELLO")));
  return promise.finally(() => socket.close());
}
