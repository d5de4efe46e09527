import { RedisBus } from "../../server/fanout/redis-bus.ts";
import {
  connectRedis,
  connectSubscriber,
  type RedisSettings,
  type Topology,
  whenReady,
} from "../../server/store/redis/connect-redis.ts";
import { pollChannels } from "../../server/store/redis/keys.ts";
import { RedisPollStore } from "../../server/store/redis/redis-poll-store.ts";
import type { PollId } from "../../shared/ids.ts";
import { NewsLog } from "./news-log.ts";
import type { PollStoreHarness } from "./poll-store-harness.ts";

/** What went wrong behind the scenes fails the test that caused it, unless it is about to end anyway. */
const onTrouble = (doing: string, trouble: unknown) => console.error(`could not ${doing}:`, trouble);

/** The Redis adapter and its bus on servers that run already. Every poll made through it is followed. */
export async function redisHarness(settings: RedisSettings, topology: Topology) {
  const news = new NewsLog();
  const followed: PollId[] = [];
  const open = async () => {
    const commands = connectRedis(settings, topology, "test");
    const ballots = connectRedis(settings, topology, "test-ballots");
    await Promise.all([commands, ballots].map(whenReady));
    const store = new RedisPollStore({ commands, ballots, onTrouble });
    const bus = new RedisBus({
      connect: () => connectSubscriber(settings, topology),
      channelsOf: pollChannels,
      onSnapshot: (pollId, version) => store.snapshotHeard(pollId, version),
      onTrouble,
    });
    const create: RedisPollStore["create"] = async (definition, ...rest) => {
      followed.push(definition.pollId);
      await bus.follow(definition.pollId, news.tell);
      return RedisPollStore.prototype.create.call(store, definition, ...rest);
    };
    for (const pollId of followed) await bus.follow(pollId, news.tell);
    return { store: Object.assign(store, { create }), bus };
  };
  let opened = await open();
  const close = async () => {
    await opened.store.close();
    opened.bus.close();
  };
  return {
    get store() {
      return opened.store;
    },
    clock: { now: Date.now },
    news,
    joined: "kept",
    async reopen() {
      await close();
      opened = await open();
    },
    dispose: close,
  } satisfies PollStoreHarness;
}
