/**
 * One node's way to a Redis Cluster, with a weather of its own: a partition that only this node is behind.
 *
 * Clients of a cluster are told by the cluster itself where its servers are, so a proxy that is only given to them at
 * the start is left at once. Here every server has a proxy under its own port on another loopback address, which answers
 * that address wherever the server says 127.0.0.1: of the same length, so that no length in an answer changes. Linux
 * answers on all of 127.0.0.0/8; nothing has to be configured, nobody needs rights.
 */
import type { RedisCluster } from "../../infra/local/redis-cluster.ts";
import { TcpProxy } from "./tcp-proxy.ts";

const REAL = Buffer.from("127.0.0.1");
/** One digit for the last part: 127.0.0.2 to 127.0.0.9. */
const MOST_ROADS = 8;

export class RedisRoad implements AsyncDisposable {
  /** `host:port,host:port`, as REDIS_NODES takes it. */
  readonly addresses: string;
  readonly #proxies: readonly TcpProxy[];

  private constructor(addresses: string, proxies: readonly TcpProxy[]) {
    this.addresses = addresses;
    this.#proxies = proxies;
  }

  /** `index` (0 to 7): each road of a cluster needs its own. For the servers that the cluster has now. */
  static async build({ nodes }: RedisCluster, index: number): Promise<RedisRoad> {
    if (index >= MOST_ROADS) throw new Error(`There is no address for more than ${MOST_ROADS} roads.`);
    const host = `127.0.0.${index + 2}`;
    const changeAnswers = () => readdressing(Buffer.from(host));
    const proxies = await Promise.all(
      nodes.map((node) => TcpProxy.start(node, { host, port: node.port, changeAnswers })),
    );
    return new RedisRoad(nodes.map(({ port }) => `${host}:${port}`).join(), proxies);
  }

  open(): void {
    for (const proxy of this.#proxies) proxy.pass();
  }

  /** Connections are reset, and new ones at once. */
  refuse(): void {
    for (const proxy of this.#proxies) proxy.refuse();
  }

  /** Connections stand and nothing comes through: a cut cable. What was sent meanwhile arrives when the road is opened. */
  blackHole(): void {
    for (const proxy of this.#proxies) proxy.blackHole();
  }

  /** What is asked is carried out, and no answer comes back. */
  holdAnswers(): void {
    for (const proxy of this.#proxies) proxy.holdAnswers();
  }

  /** Resets all connections and loses what was on its way. */
  cut(): void {
    for (const proxy of this.#proxies) proxy.cut();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#proxies.map((proxy) => proxy.stop()));
  }
}

/** Changes the address in a stream of bytes; what may be its beginning is kept back until the next part. */
export function readdressing(address: Buffer): (bytes: Buffer) => Buffer {
  let begun: Buffer = Buffer.alloc(0);
  return (part) => {
    const bytes = Buffer.concat([begun, part]);
    for (let at = bytes.indexOf(REAL); at >= 0; at = bytes.indexOf(REAL, at + REAL.length)) {
      address.copy(bytes, at);
    }
    const kept = beginningAtEnd(bytes);
    begun = bytes.subarray(bytes.length - kept);
    return bytes.subarray(0, bytes.length - kept);
  };
}

/** How many of the last bytes may be the first of the address. No answer of Redis ends in one: all end in a line break. */
function beginningAtEnd(bytes: Buffer): number {
  for (let length = Math.min(REAL.length - 1, bytes.length); length > 0; length--) {
    if (bytes.subarray(bytes.length - length).equals(REAL.subarray(0, length))) return length;
  }
  return 0;
}
