import type { Redis } from "ioredis";
import type { RedisNode } from "../../infra/local/redis-node.ts";
import { waitFor } from "./wait-for.ts";

/** One command that a client sent; what a script calls is not told. */
export interface SeenCommand {
  /** Lower case. */
  readonly name: string;
  readonly args: readonly string[];
}

/** Everything that clients ask of one Redis server, in order, from the start on. */
export class RedisMonitor implements AsyncDisposable {
  readonly #commands: SeenCommand[] = [];
  readonly #node: RedisNode;
  readonly #monitor: Redis;

  private constructor(node: RedisNode, monitor: Redis) {
    this.#node = node;
    this.#monitor = monitor;
    monitor.on("error", () => {});
    monitor.on("monitor", (_time: string, [name = "", ...args]: string[], source: string) => {
      if (source !== "lua") this.#commands.push({ name: name.toLowerCase(), args });
    });
  }

  static async start(node: RedisNode): Promise<RedisMonitor> {
    return new RedisMonitor(node, await node.redis.monitor());
  }

  /** All so far. */
  async commands(): Promise<readonly SeenCommand[]> {
    const marker = crypto.randomUUID();
    await this.#node.redis.echo(marker);
    const isMarker = ({ name, args }: SeenCommand) => name === "echo" && args[0] === marker;
    await waitFor("the monitor to be up to date", () => this.#commands.some(isMarker));
    return this.#commands.slice(0, this.#commands.findIndex(isMarker));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#monitor.disconnect();
  }
}

/** Whether the product read the whole poll: its script, which begins with the definition's key and takes five. */
export function isPollRead({ name, args }: SeenCommand, pollId: string): boolean {
  return /^eval(sha)?$/.test(name) && args[1] === "5" && args[2] === `poll:{${pollId}}`;
}

/** Whether ballots of the poll were cast: the script begins with its state and takes seven keys. */
export function isCast({ name, args }: SeenCommand, pollId: string): boolean {
  return /^eval(sha)?$/.test(name) && args[1] === "7" && args[2] === `poll:{${pollId}}:state`;
}

/** Whether a host, or the clock, steered the poll: nine keys, beginning with the definition's. */
export function isSteering({ name, args }: SeenCommand, pollId: string): boolean {
  return /^eval(sha)?$/.test(name) && args[1] === "9" && args[2] === `poll:{${pollId}}`;
}

/** Whether it asked for the choices of voters. */
export function isChoiceRead({ name, args }: SeenCommand, pollId: string): boolean {
  return name === "hmget" && args[0] === `poll:{${pollId}}:ballots`;
}
