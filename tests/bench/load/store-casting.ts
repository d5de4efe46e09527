import { createPoll } from "../../../server/app/create-poll.ts";
import { connectRedis, type RedisSettings } from "../../../server/store/redis/connect-redis.ts";
import { RedisPollStore } from "../../../server/store/redis/redis-poll-store.ts";
import { optionIdAt, type VoterId } from "../../../shared/ids.ts";
import { isRefusal } from "../../../shared/refusals.ts";
import type { Casting } from "./casting.ts";
import { OPTIONS } from "./dialect.ts";

/** The product's store through its port: one ballot a call, as many calls in flight as there are voters. */
export async function storeCasting(redis: RedisSettings, voters: readonly string[]): Promise<Casting> {
  const store = await openStore(redis);
  const options = Array.from({ length: OPTIONS }, (_, index) => `Option ${index + 1}`);
  const text = { question: "Which of these?", options, settings: { allowChange: true } };
  const created = await createPoll({ polls: store, clock: Date.now }, text);
  if (isRefusal(created)) throw new Error(created.message);
  const { pollId } = created.poll.definition;
  return async (running, acknowledged) => {
    const castOnAndOn = async (voter: VoterId) => {
      for (let revision = 1; running(); revision += 1) {
        const at = performance.now();
        const optionIds = [optionIdAt(revision % OPTIONS)];
        const outcome = await store.cast({ pollId, voter, revision, optionIds });
        const durable = outcome.kind === "accepted" && outcome.durability === "replicated";
        acknowledged(performance.now() - at, durable);
      }
    };
    await Promise.all(voters.map((voter) => castOnAndOn(voter as VoterId)));
    await store.close();
  };
}

async function openStore(redis: RedisSettings): Promise<RedisPollStore> {
  const [commands, ballots] = [
    connectRedis(redis, "cluster", "bench"),
    connectRedis(redis, "cluster", "bench"),
  ];
  const ready = [commands, ballots].map((client) => {
    client.on("error", () => {});
    return new Promise((resolve) => client.once("ready", resolve));
  });
  // Listened for together: either may be the first.
  await Promise.all(ready);
  const onTrouble = (doing: string, trouble: unknown) => console.error(`could not ${doing}:`, trouble);
  return new RedisPollStore({ commands, ballots, onTrouble });
}
