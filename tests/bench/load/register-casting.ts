import { Cluster } from "ioredis";
import type { RedisSettings } from "../../../server/store/redis/connect-redis.ts";
import type { Casting } from "./casting.ts";
import { OPTIONS } from "./dialect.ts";
import register from "./register.lua" with { type: "text" };

/** As the product's store has them. */
const BALLOTS_PER_CALL = 256;
const WAIT_MS = 100;

/** The least that Redis and the client have to do: one pipeline at a time that carries a ballot of every voter. */
export async function registerCasting(
  redis: RedisSettings,
  voters: readonly string[],
  waits: boolean,
): Promise<Casting> {
  const scripts = { register: { lua: register, numberOfKeys: 2 } };
  const client = new Cluster([...redis.nodes], { scripts });
  await new Promise((ready) => client.once("ready", ready));
  const tag = `bench:{${crypto.randomUUID()}}`;
  const exchange = async (revision: number): Promise<boolean> => {
    const pipeline = client.pipeline() as ReturnType<Cluster["pipeline"]> & {
      register(...keysAndArguments: (string | number)[]): unknown; // `scripts` adds it
    };
    const option = `opt-${(revision % OPTIONS) + 1}`;
    for (let from = 0; from < voters.length; from += BALLOTS_PER_CALL) {
      const ballots = voters
        .slice(from, from + BALLOTS_PER_CALL)
        .flatMap((voter) => [voter, revision, option]);
      pipeline.register(`${tag}:votes`, `${tag}:ballots`, ...ballots);
    }
    if (waits) pipeline.wait(1, WAIT_MS);
    const replies = (await pipeline.exec()) ?? [];
    if (replies.some(([trouble]) => trouble)) throw new Error(`the register failed: ${replies}`);
    return !waits || Number(replies.at(-1)?.[1]) > 0;
  };
  return async (running, acknowledged) => {
    for (let revision = 1; running(); revision += 1) {
      const at = performance.now();
      const durable = await exchange(revision);
      for (const _ of voters) acknowledged(performance.now() - at, durable);
    }
    client.disconnect();
  };
}
