import { afterEach, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts } from "../../infra/local/free-ports.ts";
import { startHaproxy } from "../../infra/local/haproxy.ts";
import { waitUntil } from "../../infra/local/wait-until.ts";

const toEnd: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of toEnd.splice(0).reverse()) await end();
});

/** What HAProxy sees of a node: `/ready`, any page, WebSockets that say their node's name. */
function startBackend(name: string, port: number) {
  const backend = { ready: true, asked: [] as { url: string; headers: Headers }[], stop: async () => {} };
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port,
    fetch(request, bun) {
      // A copy: Bun takes the headers back once the request is answered.
      backend.asked.push({ url: request.url, headers: new Headers(request.headers) });
      const { pathname } = new URL(request.url);
      if (pathname === "/ready") return new Response(null, { status: backend.ready ? 200 : 503 });
      if (pathname === "/ws" && bun.upgrade(request)) return undefined;
      return new Response(name);
    },
    websocket: {
      open: (socket) => void socket.send(name),
      message: (socket, text) => void socket.send(text),
    },
  });
  backend.stop = () => server.stop(true);
  toEnd.push(() => backend.stop());
  return backend;
}

async function startBalanced() {
  const folder = await mkdtemp(join(tmpdir(), "pollcast-haproxy-"));
  toEnd.push(() => rm(folder, { recursive: true }));
  const ports = await freePorts(3);
  const names = ["node-1", "node-2", "node-3"] as const;
  const [first, second, third] = names.map((name, index) => startBackend(name, ports[index] ?? 0));
  if (!first || !second || !third) throw new Error("three backends were to start");
  const servers = names.map((name, index) => ({ name, address: `127.0.0.1:${ports[index]}` }));
  const haproxy = await startHaproxy({ folder, servers });
  toEnd.push(() => haproxy.stop());
  /** The backend that answers an ordinary request. */
  const ask = async () => (await fetch(haproxy.origin)).text();
  const comeBack = () => startBackend("node-1", ports[0] ?? 0);
  return { origin: haproxy.origin, backends: [first, second, third] as const, ask, comeBack };
}

/** An open socket and the name of its node. */
async function openSocket(origin: string) {
  const socket = new WebSocket(`${origin.replace("http", "ws")}/ws`);
  toEnd.push(() => socket.close());
  const heard: string[] = [];
  socket.addEventListener("message", ({ data }) => heard.push(String(data)));
  await waitUntil("the node says its name", () => heard.length > 0);
  const echo = async (text: string) => {
    socket.send(text);
    await waitUntil("the echo", () => heard.includes(text));
  };
  return { socket, node: heard[0], echo };
}

test("[X6] sockets are spread evenly, and go on when their node is no longer ready", async () => {
  const { origin, backends } = await startBalanced();
  const sockets = [];
  for (let count = 0; count < 12; count++) sockets.push(await openSocket(origin));
  const nodes = sockets.map(({ node }) => node);
  for (const name of ["node-1", "node-2", "node-3"]) {
    expect(nodes.filter((node) => node === name)).toHaveLength(4);
  }
  backends[0].ready = false;
  await waitUntil("new sockets go elsewhere", async () => {
    const opened = await Promise.all([1, 2, 3, 4, 5, 6].map(() => openSocket(origin)));
    for (const { socket } of opened) socket.close();
    return opened.every(({ node }) => node !== "node-1");
  });
  for (const { echo } of sockets) await echo("still there");
});

test("[X6] a node that dies costs no new visitor an error, and one that is back is used again", async () => {
  const { backends, ask, comeBack } = await startBalanced();
  await backends[0].stop();
  const answers = await Promise.all(Array.from({ length: 60 }, ask));
  expect(new Set(answers)).toEqual(new Set(["node-2", "node-3"]));
  comeBack();
  await waitUntil("node-1 is used again", async () => (await ask()) === "node-1");
});

test("[X6] a node is told who asks: host, address, scheme, whatever the client claims", async () => {
  const { origin, backends } = await startBalanced();
  const claims = { "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https" };
  await fetch(`${origin}/page`, { headers: claims });
  const [request] = backends.flatMap(({ asked }) => asked).filter(({ url }) => url.endsWith("/page"));
  expect(request?.headers.get("host")).toBe(new URL(origin).host);
  expect(request?.headers.get("x-forwarded-for")).toBe("203.0.113.9, 127.0.0.1");
  expect(request?.headers.get("x-forwarded-proto")).toBe("http");
});

test("[X6] checks are requests that a node can answer: with a host, every node gets them", async () => {
  const { backends } = await startBalanced();
  for (const backend of backends) {
    await waitUntil("a check", () => backend.asked.some(({ url }) => url === "http://balancer/ready"));
  }
});
