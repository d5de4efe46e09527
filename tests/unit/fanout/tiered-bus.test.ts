import { expect, test } from "bun:test";
import type { PollNews } from "../../../server/app/ports.ts";
import { RedisBus, type ShardedSubscriber } from "../../../server/fanout/redis-bus.ts";
import { TieredBus } from "../../../server/fanout/tiered-bus.ts";
import type { PollId } from "../../../shared/ids.ts";
import { manualTimers } from "../../support/manual-timers.ts";

const POLL = "7KQM2D4X" as PollId;

/** A client of Redis as a test wants it; `subscribed`: what the server believes. */
class ScriptedSubscriber implements ShardedSubscriber {
  /** `silent`: never answers. `broken`: the client throws at once, as ioredis does for a slot without a master. */
  mood: "well" | "refuses" | "silent" | "broken" = "well";
  readonly subscribed = new Set<string>();
  attempts = 0;
  #listener: (channel: string, message: string) => void = () => {};

  async ssubscribe(...channels: string[]): Promise<void> {
    this.attempts += 1;
    await this.#answer();
    for (const channel of channels) this.subscribed.add(channel);
  }

  sunsubscribe(...channels: string[]): Promise<void> {
    if (this.mood === "broken") throw new TypeError("no such slot");
    for (const channel of channels) this.subscribed.delete(channel);
    return this.#answer();
  }

  on(_event: "smessage", listener: (channel: string, message: string) => void): void {
    this.#listener = listener;
  }

  disconnect(): void {
    this.subscribed.clear();
  }

  /** What a node publishes, as far as this client is subscribed. */
  publish(event: string): void {
    if (this.subscribed.has("events")) this.#listener("events", event);
  }

  async #answer(): Promise<void> {
    if (this.mood === "refuses" || this.mood === "broken") throw new Error("CLUSTERDOWN");
    if (this.mood === "silent") await new Promise(() => {});
  }
}

function busUnderTest() {
  const timers = manualTimers();
  const subscriber = new ScriptedSubscriber();
  const state = { found: true, away: false };
  const redis = new RedisBus({
    connect: () => subscriber,
    channelsOf: () => ({ updates: "updates", system: "events" }),
    onSnapshot: () => {},
    onTrouble: () => {},
  });
  const bus = new TieredBus({
    redis: () => (state.found ? redis : null),
    isAway: () => state.away,
    timers,
  });
  const heard: string[] = [];
  const hear = (news: PollNews) => void heard.push(news.kind === "event" ? news.event : news.kind);
  return { timers, subscriber, state, bus, heard, hear };
}

test("[K95] who follows hears Redis and this node, once each", async () => {
  const { subscriber, bus, heard, hear } = busUnderTest();
  await bus.follow(POLL, hear);
  subscriber.publish("opened");
  bus.tell({ kind: "event", pollId: POLL, event: "hidden" });
  expect(heard).toEqual(["opened", "hidden"]);
});

test.each([
  ["is not found yet", { found: false }, "well"],
  ["is known to be away", { away: true }, "well"],
  ["refuses", {}, "refuses"],
] as const)("[K95] where Redis %s nobody waits, and news flow once it is there", async (_case, now, mood) => {
  const { timers, subscriber, state, bus, heard, hear } = busUnderTest();
  Object.assign(state, now);
  subscriber.mood = mood;
  await bus.follow(POLL, hear);
  await timers.pass(10_000);
  bus.tell({ kind: "event", pollId: POLL, event: "hidden" });
  expect(heard).toEqual(["hidden"]);
  Object.assign(state, { found: true, away: false });
  subscriber.mood = "well";
  await timers.pass(1_000);
  subscriber.publish("closed");
  expect(heard).toEqual(["hidden", "closed"]);
  const { attempts } = subscriber;
  await timers.pass(60_000);
  expect(subscriber.attempts).toBe(attempts);
});

test("[K95] a Redis that keeps silent is waited for a moment only", async () => {
  const { timers, subscriber, bus, heard, hear } = busUnderTest();
  subscriber.mood = "silent";
  let joined = false;
  const following = bus.follow(POLL, hear).then(() => {
    joined = true;
  });
  await timers.pass(299);
  expect(joined).toBe(false);
  await timers.pass(1);
  await following;
  bus.tell({ kind: "event", pollId: POLL, event: "hidden" });
  expect(heard).toEqual(["hidden"]);
});

test("[K95] while the shard is away it is asked nothing, however many follow", async () => {
  const { timers, subscriber, state, bus, hear } = busUnderTest();
  state.away = true;
  for (const pollId of ["A", "B", "C"] as PollId[]) await bus.follow(pollId, hear);
  await timers.pass(60_000);
  bus.doubt(POLL);
  expect(subscriber.attempts).toBe(0);
});

test("[K95] the last one to leave ends the subscription, also one that was still being made", async () => {
  const { timers, subscriber, bus, hear } = busUnderTest();
  const [leave, leaveToo] = [await bus.follow(POLL, hear), await bus.follow(POLL, () => {})];
  leave();
  leave();
  expect(subscriber.subscribed.size).toBe(2);
  leaveToo();
  expect(subscriber.subscribed.size).toBe(0);
  subscriber.mood = "refuses";
  const leaveAgain = await bus.follow(POLL, hear);
  leaveAgain();
  subscriber.mood = "well";
  await timers.pass(10_000);
  expect(subscriber.subscribed.size).toBe(0);
});

test("[K95] one that leaves and one that comes while a subscription is made do not end each other's", async () => {
  const { subscriber, bus, heard, hear } = busUnderTest();
  const first = bus.follow(POLL, () => {});
  const second = bus.follow(POLL, hear);
  (await first)();
  await second;
  subscriber.publish("opened");
  expect(heard).toEqual(["opened"]);
});

test("[K95] a shard that answers again is told anew who listens", async () => {
  const { timers, subscriber, bus, heard, hear } = busUnderTest();
  await bus.follow(POLL, hear);
  subscriber.subscribed.clear();
  bus.subscribeAgain();
  await timers.pass(0);
  subscriber.publish("closed");
  expect(heard).toEqual(["closed"]);
});

test("[K95] a slot without a master keeps nobody from leaving", async () => {
  const { subscriber, bus, heard, hear } = busUnderTest();
  const leave = await bus.follow(POLL, hear);
  subscriber.mood = "broken";
  leave();
  bus.tell({ kind: "event", pollId: POLL, event: "hidden" });
  expect(heard).toEqual([]);
});
