import { expect, test } from "bun:test";
import { LEDGER } from "../../../server/store/tiers/health.ts";
import { LOCAL_CACHE_MS } from "../../../server/store/tiers/levels.ts";
import { NOON, watchStores } from "./stores-under-watch.ts";

test("[K92] a store that is well is asked every half second, and a figure of each answer is kept", async () => {
  const { timers, addShard, ledger, monitor, lines, notices } = watchStores();
  const shard = addShard("a:1");
  monitor.start();
  await timers.pass(5_000);
  expect(shard.askedAt).toEqual(Array.from({ length: 11 }, (_, probe) => probe * 500));
  expect(ledger.askedAt.length).toBe(11);
  expect(monitor.report()).toMatchObject({
    level: 0,
    levelName: "normal",
    shards: [{ name: "a:1", level: 0, breaker: "closed", openSince: null, latencyMs: 0, replica: true }],
    ledger: { name: LEDGER, breaker: "closed", latencyP50Ms: 0 },
    failovers: 0,
  });
  expect([lines, notices]).toEqual([[], []]);
});

test.each(["away", "silent"] as const)(
  "[K90][K92] a master that is %s is known to be within 2 s",
  async (mood) => {
    const { timers, addShard, breakers, monitor, lines } = watchStores();
    const shard = addShard("a:1");
    addShard("b:1");
    monitor.start();
    await timers.pass(10);
    shard.mood = mood;
    await timers.pass(2_000);
    expect([breakers.isOpen("a:1"), breakers.isOpen("b:1")]).toEqual([true, false]);
    expect(lines).toEqual(["a:1 0→1: the master does not answer, a replica does"]);
    expect(monitor.report().level).toBe(1);
  },
);

test("[K91] each change of level is told once, with what was seen, down and up again", async () => {
  const { timers, addShard, ledger, monitor, lines } = watchStores();
  const shard = addShard("a:1");
  monitor.start();
  await timers.pass(10);
  shard.mood = "silent";
  shard.replica = "silent";
  await timers.pass(LOCAL_CACHE_MS - 1_000);
  ledger.mood = "away";
  await timers.pass(20_000);
  ledger.mood = "well";
  await timers.pass(10_000);
  shard.replica = "well";
  await timers.pass(10_000);
  shard.mood = "well";
  await timers.pass(10_000);
  expect(lines).toEqual([
    "a:1 0→2: neither master nor replica answers",
    "a:1 2→4: neither master nor replica answers, nor does DynamoDB",
    "a:1 4→3: nothing of it has answered for more than 30 minutes",
    "a:1 3→1: the master does not answer, a replica does",
    "a:1 1→0: the master answers",
  ]);
});

test("[K93] it is tried fast for a while, then somebody is called once, then slowly for ever until it answers", async () => {
  const { timers, addShard, monitor, notices, lines } = watchStores();
  const shard = addShard("a:1");
  monitor.start();
  shard.mood = "away";
  await timers.pass(60_000);
  const gaps = shard.askedAt.map((at, index) => at - (shard.askedAt[index - 1] ?? 0)).slice(1);
  expect(gaps.slice(0, 2)).toEqual([500, 100]);
  expect(gaps.filter((gap) => gap === 500).length).toBe(1 + 19);
  expect(gaps.slice(-5)).toEqual([5_000, 5_000, 5_000, 5_000, 5_000]);
  expect(notices).toEqual([
    {
      severity: "emergency",
      store: "a:1",
      text: "a:1 does not come back by itself: manual intervention required",
      since: NOON + 700,
      action: expect.stringContaining("start them again"),
    },
  ]);
  expect(monitor.report().shards[0]).toMatchObject({ needsHands: true, openSince: NOON + 700 });
  shard.mood = "well";
  await timers.pass(5_000);
  expect(lines.at(-1)).toBe("a:1 1→0: the master answers");
  expect(monitor.report()).toMatchObject({ level: 0, shards: [{ needsHands: false, openSince: null }] });
  expect(notices.length).toBe(1);
});

test("[K91] a new master begins where the old one ended, is not blamed for it, and is told as a failover", async () => {
  const { timers, addShard, shards, breakers, monitor, lines, notices } = watchStores();
  addShard("a:1").mood = "silent";
  monitor.start();
  await timers.pass(5_000);
  shards.delete("a:1");
  const successor = addShard("a:2");
  successor.mood = "silent";
  await timers.pass(600);
  expect(monitor.report().level).toBe(1);
  successor.mood = "well";
  await timers.pass(1_000);
  expect(lines).toEqual([
    "a:1 0→1: the master does not answer, a replica does",
    "a:2 1→0: the master answers",
  ]);
  expect(notices.map(({ text }) => text)).toEqual(["a:2 took over from a:1"]);
  expect([breakers.isOpen("a:1"), breakers.isOpen("a:2")]).toEqual([false, false]);
  const at = NOON + 5_500;
  expect(monitor.report()).toMatchObject({
    failovers: 1,
    lastFailoverAt: at,
    shards: [{ name: "a:2", masterSince: at, lastFailoverAt: at }],
  });
});

test("[K91] a new master whose replica is not there yet is no worse than the old one was", async () => {
  const { timers, addShard, shards, monitor, lines } = watchStores();
  addShard("a:1").mood = "silent";
  monitor.start();
  await timers.pass(5_000);
  shards.delete("a:1");
  Object.assign(addShard("a:2"), { mood: "slow", replica: "away" });
  await timers.pass(1_000);
  expect(lines.slice(1)).toEqual(["a:2 1→0: the master answers"]);
});

test("[K91] masters that nobody can name for a while are asked on; shards that join are no failover", async () => {
  const { timers, addShard, shards, monitor } = watchStores();
  addShard("a:1");
  monitor.start();
  await timers.pass(1_000);
  shards.clear();
  await timers.pass(2_000);
  expect(monitor.report().shards.length).toBe(1);
  addShard("a:1");
  addShard("b:1");
  await timers.pass(2_000);
  expect(monitor.report()).toMatchObject({ failovers: 0, level: 0 });
  expect(monitor.report().shards.map(({ name }) => name)).toEqual(["a:1", "b:1"]);
});

test("[K92] slow answers are a warning, told once until they are quick again, and no failure", async () => {
  const { timers, addShard, breakers, monitor, notices } = watchStores();
  const shard = addShard("a:1");
  monitor.start();
  await timers.pass(10);
  shard.mood = "slow";
  await timers.pass(10_000);
  shard.mood = "well";
  await timers.pass(10_000);
  expect(notices.map(({ severity, text }) => [severity, text])).toEqual([
    ["warning", "a:1 takes more than 100 ms to answer"],
    ["info", "a:1 answers within 100 ms again"],
  ]);
  expect(breakers.isOpen("a:1")).toBe(false);
});

test("[K92] a ledger that is away is told once and takes no level while the shards answer", async () => {
  const { timers, addShard, ledger, breakers, monitor, lines, notices } = watchStores();
  addShard("a:1");
  monitor.start();
  await timers.pass(10);
  ledger.mood = "silent";
  await timers.pass(9_000);
  expect(breakers.isOpen(LEDGER)).toBe(true);
  ledger.mood = "well";
  await timers.pass(5_000);
  expect(notices.map(({ severity, text }) => [severity, text.slice(0, 23)])).toEqual([
    ["warning", "DynamoDB does not answe"],
    ["info", "DynamoDB answers again"],
  ]);
  expect(lines).toEqual([]);
});

test.each([
  [{ withRedis: true, withLedger: true }, 3],
  [{ withRedis: true, withLedger: false }, 4],
  [{ withRedis: false, withLedger: true }, 0],
] as const)("[K91] before any shard is known the level is what is there: %j is %d", async (parts, level) => {
  const { timers, monitor } = watchStores(parts);
  monitor.start();
  await timers.pass(1_000);
  expect(monitor.report()).toMatchObject({ level, shards: [] });
});

test("[K92] a monitor that was stopped asks nobody and says nothing any more", async () => {
  const { timers, addShard, ledger, monitor, lines } = watchStores();
  const shard = addShard("a:1");
  monitor.start();
  await timers.pass(100);
  shard.mood = "away";
  monitor.stop();
  await timers.pass(10_000);
  expect([shard.askedAt.length, ledger.askedAt.length, lines]).toEqual([1, 1, []]);
});
