import { afterEach, expect, test } from "bun:test";
import { createServer, type Server, Socket } from "node:net";
import { waitUntil } from "../../infra/local/wait-until.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";

const toEnd: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const end of toEnd.splice(0).reverse()) await end();
});

/** A server that answers each message with `got <message>`, behind a proxy, and what it has carried out. */
async function shoutThroughProxy() {
  const received: string[] = [];
  const server: Server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      received.push(bytes.toString());
      socket.write(`got ${bytes}`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  toEnd.push(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const proxy = await TcpProxy.start({ host: "127.0.0.1", port: address.port });
  toEnd.push(() => proxy.stop());
  return { proxy, received };
}

function connect(port: number) {
  const heard: string[] = [];
  const ends: string[] = [];
  const socket = new Socket();
  socket.on("data", (bytes) => heard.push(bytes.toString()));
  socket.on("error", (error) => ends.push(String((error as NodeJS.ErrnoException).code)));
  socket.on("close", () => ends.push("closed"));
  socket.connect({ host: "127.0.0.1", port });
  toEnd.push(() => void socket.destroy());
  return { socket, heard, ends };
}

test("[X1] the proxy passes both directions and the end of a stream", async () => {
  const { proxy } = await shoutThroughProxy();
  const { socket, heard, ends } = connect(proxy.port);
  socket.write("one");
  await waitUntil("an answer", () => heard.join("") === "got one");
  socket.end();
  await waitUntil("the end", () => ends.includes("closed"));
  await waitUntil("the proxy has let go", () => proxy.openConnections === 0);
});

test("[X1] a delay holds each direction back, in order", async () => {
  const { proxy, received } = await shoutThroughProxy();
  const { socket, heard } = connect(proxy.port);
  proxy.delay(60);
  const sentAt = performance.now();
  socket.write("one");
  await waitUntil("an answer", () => heard.join("") === "got one");
  expect(performance.now() - sentAt).toBeGreaterThanOrEqual(119);
  expect(received).toEqual(["one"]);
});

test("[X1] a black hole takes connections and requests and answers nothing; afterwards everything comes late", async () => {
  const { proxy, received } = await shoutThroughProxy();
  proxy.blackHole();
  const { socket, heard, ends } = connect(proxy.port);
  socket.write("one");
  await waitUntil("the proxy has the connection", () => proxy.openConnections === 1);
  const other = await shoutThroughProxy();
  const witness = connect(other.proxy.port);
  witness.socket.write("two");
  await waitUntil("the same request elsewhere is answered", () => witness.heard.length > 0);
  expect([received, heard, ends]).toEqual([[], [], []]);
  proxy.pass();
  await waitUntil("the late answer", () => heard.join("") === "got one");
});

test("[X1] held answers belong to requests that were carried out, and a cut loses them", async () => {
  const { proxy, received } = await shoutThroughProxy();
  const { socket, heard, ends } = connect(proxy.port);
  proxy.holdAnswers();
  socket.write("one");
  await waitUntil("the answer is held", () => proxy.heldAnswerBytes === "got one".length);
  proxy.cut();
  await waitUntil("the client is cut off", () => ends.includes("closed"));
  expect(received).toEqual(["one"]);
  expect(heard).toEqual([]);
  expect(ends).toContain("ECONNRESET");
  proxy.pass();
  const again = connect(proxy.port);
  again.socket.write("two");
  await waitUntil("a new connection is answered", () => again.heard.join("") === "got two");
});

test("[X1] a proxy that refuses resets old and new connections until it passes again", async () => {
  const { proxy } = await shoutThroughProxy();
  const old = connect(proxy.port);
  old.socket.write("one");
  await waitUntil("an answer", () => old.heard.length > 0);
  proxy.refuse();
  const fresh = connect(proxy.port);
  await waitUntil("both are gone", () => old.ends.includes("closed") && fresh.ends.includes("closed"));
  proxy.pass();
  const later = connect(proxy.port);
  later.socket.write("three");
  await waitUntil("an answer", () => later.heard.join("") === "got three");
});

test("[X1] a dead server is passed on as a reset", async () => {
  const proxy = await TcpProxy.start({ host: "127.0.0.1", port: 1 });
  toEnd.push(() => proxy.stop());
  const { ends } = connect(proxy.port);
  await waitUntil("the client is told", () => ends.includes("closed"));
  await waitUntil("the proxy has let go", () => proxy.openConnections === 0);
});
