/** What stands between some browsers and the service: it takes a WebSocket's handshake, and then nothing comes through. */
import { createHash } from "node:crypto";
import { connect, createServer, type Socket } from "node:net";

/** Of RFC 6455: proves that who answers has understood the handshake. */
const HANDSHAKE_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** Passes every other request on to the service at `origin`. A socket's close is not answered either. */
export async function startMuteProxy(origin: string): Promise<AsyncDisposable & { readonly url: string }> {
  const { hostname, port } = new URL(origin);
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    // A browser that goes away resets what it does not need.
    socket.on("error", () => socket.destroy());
    return socket;
  };
  const proxy = createServer((browser) => {
    keep(browser).once("data", (head: Buffer) => {
      const key = /^GET \/ws\?.*^sec-websocket-key: (\S+)/ims.exec(head.toString("latin1"))?.[1];
      if (key) {
        browser.write(handshakeAnswer(key));
        browser.resume();
      } else {
        const service = keep(connect(Number(port), hostname));
        service.write(head);
        browser.pipe(service).pipe(browser);
      }
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const address = proxy.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => proxy.close(() => resolve()));
    },
  };
}

function handshakeAnswer(key: string): string {
  const accept = createHash("sha1").update(`${key}${HANDSHAKE_SUFFIX}`).digest("base64");
  const lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"];
  return [...lines, `Sec-WebSocket-Accept: ${accept}`, "", ""].join("\r\n");
}
