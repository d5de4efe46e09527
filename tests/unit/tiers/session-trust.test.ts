import { beforeEach, expect, test } from "bun:test";
import { SessionTrust } from "../../../server/store/tiers/session-trust.ts";
import type { SessionId } from "../../../shared/ids.ts";
import { newSessionId } from "../../contract/session-tier-bench.ts";

let now = 0;
let shards: Map<SessionId, string>;
let away: Set<string>;
let trust: SessionTrust;
let one: SessionId;
let other: SessionId;

beforeEach(() => {
  now = 1_000;
  [one, other] = [newSessionId(), newSessionId()];
  shards = new Map([
    [one, "a:1"],
    [other, "b:2"],
  ]);
  away = new Set();
  const shardOf = (id: SessionId) => shards.get(id) ?? null;
  const redis = { shardOf, isAway: (id: SessionId) => away.has(shardOf(id) ?? "") };
  trust = new SessionTrust(redis, () => now);
});

/** A round in which the whole journal was replayed. */
function round(generation = "g1"): void {
  for (const shard of trust.toJudge()) trust.replayed(trust.showed(shard, generation));
}

/** Whether a read that begins now is believed. */
const believes = (id = one) => trust.believes(id, now);

test("[N39] a shard is believed once it was judged, and reads that began before are not", () => {
  expect(trust.isNew(one)).toBe(true);
  expect(believes()).toBe(false);
  now += 100;
  round();
  expect(trust.isNew(one)).toBe(false);
  expect(trust.believes(one, now - 1)).toBe(false);
  expect(believes()).toBe(true);
  expect(believes(other)).toBe(false);
});

test("[N39] a shard that was away, or moved, or has another memory is judged anew", () => {
  const restored = [
    () => {
      away.add("a:1");
      expect(believes()).toBe(false);
      away.clear();
    },
    () => {
      // Nobody read meanwhile: the round saw it.
      away.add("a:1");
      round();
      away.clear();
    },
    () => {
      shards.set(one, "c:3");
    },
  ];
  for (const lose of restored) {
    believes();
    round();
    expect(believes()).toBe(true);
    lose();
    expect(believes()).toBe(false);
    now += 1;
    round();
    expect(believes()).toBe(true);
  }
  for (const shard of trust.toJudge()) trust.showed(shard, "g2");
  expect(believes()).toBe(false);
  round("g2");
  expect(believes()).toBe(true);
});

test("[N39] who was away while it was judged is not believed", () => {
  believes();
  const [shard] = trust.toJudge();
  if (!shard) throw new Error("there is one");
  away.add("a:1");
  believes();
  away.clear();
  trust.replayed(trust.showed(shard, "g1"));
  expect(believes()).toBe(false);
});

test("[N39] a session of which a write missed Redis is not believed until Redis has it; the others are", () => {
  shards.set(other, "a:1");
  believes();
  round();
  trust.missed(one);
  expect(trust.missing).toBe(1);
  expect([believes(one), believes(other)]).toEqual([false, true]);
  round();
  expect(believes(one)).toBe(false);
  now += 10;
  trust.caughtUp(one);
  expect(trust.believes(one, now - 5)).toBe(false);
  now += 1;
  expect(believes(one)).toBe(true);
  expect(trust.missing).toBe(0);
});

test("[N39] what another node brought is known by its absence from a journal that was read since", () => {
  believes();
  round();
  trust.missed(one);
  // A journal that was read before the write was in it says nothing.
  trust.settle(new Set(), now);
  expect(trust.missing).toBe(1);
  trust.settle(new Set([one]), now + 1);
  expect(trust.missing).toBe(1);
  trust.settle(new Set(), now + 1);
  expect(trust.missing).toBe(0);
});
