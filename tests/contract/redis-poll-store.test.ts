import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { RedisCluster } from "../../infra/local/redis-cluster.ts";
import { ballotOf, newVoter } from "../support/fixtures.ts";
import { startTestCluster } from "../support/redis-cluster.ts";
import { pollStoreContract } from "./poll-store-contract.ts";
import { PollStoreBench } from "./poll-store-harness.ts";
import { redisHarness } from "./redis-harness.ts";
import { PollKeysThere } from "./redis-tier-bench.ts";

let cluster: RedisCluster | undefined;

/** A test that runs out of time takes every child process with it: the next one gets a cluster of its own. */
async function runningCluster(): Promise<RedisCluster> {
  if (cluster?.nodes.every((node) => node.answers)) return cluster;
  await cluster?.stop();
  cluster = await startTestCluster();
  return cluster;
}

beforeAll(async () => {
  await runningCluster();
}, 30_000);

afterAll(() => cluster?.stop());

async function harness() {
  const nodes = (await runningCluster()).nodes.map(({ host, port }) => ({ host, port }));
  return redisHarness({ nodes }, "cluster");
}

pollStoreContract("Redis Cluster", harness);

describe("keys of a poll", () => {
  const bench = new PollStoreBench(harness);

  test("[C14][C6] all expire together, who joined too; of a removed poll only the mark is left", async () => {
    const { pollId } = await bench.open({ durationSeconds: 3_600 });
    await bench.store.cast(ballotOf(pollId, newVoter(), [1]));
    await bench.store.reportViewers(pollId, "a", 1, [newVoter()]);
    const { master, keys } = await PollKeysThere.of(await runningCluster(), pollId);
    const kept = async () => {
      const there = (await master.redis.keys(`poll:{${pollId}}*`)).toSorted();
      return [there, new Set(await Promise.all(there.map((key) => master.redis.expiretime(key))))] as const;
    };
    const { poll, state, votes, participants, ballots, viewers, audit, joined } = keys;
    const all = [poll, state, votes, participants, ballots, viewers, audit, joined].toSorted();
    const [before, expiry] = await kept();
    expect(before).toEqual(all);
    const { control } = await bench.read(pollId);
    await bench.steer(pollId, { closesAt: (control.closesAt ?? 0) + 7_200_000 }, "extended");
    const [after, later] = await kept();
    expect(after).toEqual(all);
    expect([expiry.size, later.size]).toEqual([1, 1]);
    expect([...later]).toEqual([...expiry].map((second) => second + 7_200));
    await bench.remove(pollId);
    expect((await kept())[0]).toEqual([poll]);
  });
});
