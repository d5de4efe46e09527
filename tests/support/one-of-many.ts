import { connect, createServer, type Server, type Socket } from "node:net";

interface Target {
  readonly host: string;
  readonly port: number;
}

/** One address behind which each connection meets the next of several servers: as a name with several addresses. */
export class OneOfMany implements AsyncDisposable {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets: Set<Socket>;

  private constructor(port: number, server: Server, sockets: Set<Socket>) {
    this.port = port;
    this.#server = server;
    this.#sockets = sockets;
  }

  static async start(targets: readonly Target[]): Promise<OneOfMany> {
    const sockets = new Set<Socket>();
    let taken = 0;
    const server = createServer((client) => {
      const target = targets[taken % targets.length];
      taken += 1;
      if (!target) return void client.destroy();
      const way = connect(target);
      for (const [socket, other] of [
        [client, way],
        [way, client],
      ] as const) {
        sockets.add(socket);
        socket.on("error", () => {});
        socket.on("close", () => {
          sockets.delete(socket);
          other.destroy();
        });
        socket.pipe(other);
      }
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port was given");
    return new OneOfMany(address.port, server, sockets);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
