import { randomInt } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { createServer } from "node:net";

/**
 * Below the range from which Linux takes the ports of outgoing connections (32768 and up): a port from that range may be
 * taken by any client while its server is down for a restart.
 */
const LOWEST = 15_000;
const HIGHEST = 32_700;

/** The UDP sockets of ports given out by this process, kept from the garbage collector. */
const claims: Socket[] = [];

/**
 * So many different ports on which nothing listens on this machine now. They stay this process's own until it ends, also
 * while whatever was started on one is down: no process that draws its ports here is given the same.
 */
export async function freePorts(count: number): Promise<number[]> {
  const found: number[] = [];
  while (found.length < count) {
    const port = randomInt(LOWEST, HIGHEST);
    if ((await claim(port)) && (await isFree(port))) found.push(port);
  }
  return found;
}

export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  if (port === undefined) throw new Error("no free port");
  return port;
}

/** Whether nothing listens on it. Tried on all addresses: a listener on any of them would be in the way. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen({ port, host: "0.0.0.0", exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/** Binds the UDP port of the same number, which nothing else here uses: the system gives it to one process and takes it back. */
function claim(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket("udp4");
    socket.once("error", () => resolve(false));
    socket.bind({ port, address: "127.0.0.1", exclusive: true }, () => {
      claims.push(socket.unref());
      resolve(true);
    });
  });
}
