import { afterEach, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Cluster } from "ioredis";
import { freePorts } from "../../infra/local/free-ports.ts";
import { RedisNode } from "../../infra/local/redis-node.ts";
import { Outage } from "../../server/app/outage.ts";
import { connectRedis, whenReady } from "../../server/store/redis/connect-redis.ts";
import { isNamedByMajority, slotOwner } from "../../server/store/redis/slot-owner.ts";
import { ballotOf, newVoter } from "../support/fixtures.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";
import { inTime, waitFor } from "../support/wait-for.ts";
import { closed, PollKeysThere, stepped, TierBench } from "./redis-tier-bench.ts";
import { TierStage } from "./redis-tier-stage.ts";

/** What a promise rejects with. */
function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => null,
    (trouble: unknown) => trouble,
  );
}

describe("Redis above a ledger: who answers is the master", () => {
  // Masters must not find each other dead while a test holds some of them still.
  const stage = new TierStage({ settings: { "cluster-node-timeout": "10000" } });

  test("[K38] without a replica that keeps up, the other masters vouch for a master", async () => {
    const told = await stage.bench.open();
    const { master } = await PollKeysThere.of(stage.cluster, told.definition.pollId);
    const replica = await stage.cluster.replicaOf(master);
    await stage.cluster.cutReplication(replica);
    const cast = await stage.bench.tier.cast(ballotOf(told.definition.pollId, newVoter(), [1]));
    expect(cast).toMatchObject({ outcome: { kind: "accepted", durability: "primary" } });
    expect(await stage.bench.tier.steer(stepped(told, { visibility: "hidden" }), "hidden")).toBe("done");
    expect(await stage.bench.tier.fence(closed(told))).toMatchObject({ whole: true });
    await stage.cluster.mendReplication(replica);
  }, 20_000);

  test("[K38] an answer that neither a replica nor a majority vouches for is none", async () => {
    const told = await stage.bench.open();
    const { master } = await PollKeysThere.of(stage.cluster, told.definition.pollId);
    const replica = await stage.cluster.replicaOf(master);
    const masters = await Promise.all([0, 6_000, 12_000].map((slot) => stage.cluster.masterOf(slot)));
    await stage.cluster.cutReplication(replica);
    const others = masters.filter((other) => other !== master);
    for (const other of others) other.freeze();
    const failure = await inTime("the answer", failureOf(stage.bench.tier.steer(closed(told))), 1_500);
    for (const other of others) other.thaw();
    expect(failure).toBeInstanceOf(Outage);
    await stage.cluster.mendReplication(replica);
    await stage.cluster.settled();
  }, 20_000);

  test("[K38] a master that was replaced while it stood still is not named by the others", async () => {
    const told = await stage.bench.open();
    const { pollId } = told.definition;
    const { master, keys } = await PollKeysThere.of(stage.cluster, pollId);
    const settings = { nodes: stage.cluster.nodes.map(({ host, port }) => ({ host, port })) };
    const client = connectRedis(settings, "cluster", "test");
    await whenReady(client);
    if (!(client instanceof Cluster)) throw new Error("It is a cluster.");
    const owner = slotOwner(client, keys.state);
    const isNamed = (id: string) => isNamedByMajority(client, owner, id, keys.state);
    expect(await isNamed(master.id)).toBe(true);
    const replica = await stage.cluster.replicaOf(master);
    master.freeze();
    const late = stage.bench.tier.steer(stepped(told, { visibility: "hidden" }), "hidden");
    const answer = late.catch(() => "outage");
    await stage.cluster.failover(replica, "takeover");
    expect(await isNamed(master.id)).toBe(false);
    client.disconnect();
    master.thaw();
    // What it had been sent it may still have carried out, believing to be what it was.
    const isDone = (await answer) === "done";
    await stage.cluster.settled();
    expect([isDone, await replica.redis.hget(keys.state, "visibility")]).not.toEqual([true, "live"]);
  }, 20_000);
});

describe("Redis above a ledger: away", () => {
  const stage = new TierStage();
  const closing: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  test("[K39] a shard that dies makes its ballots unknown soon, and is reported; the others go on", async () => {
    const told = await stage.bench.open();
    const { pollId } = told.definition;
    let other = await stage.bench.open();
    const { master } = await PollKeysThere.of(stage.cluster, pollId);
    while ((await PollKeysThere.of(stage.cluster, other.definition.pollId)).master === master) {
      other = await stage.bench.open();
    }
    const replica = await stage.cluster.replicaOf(master);
    master.freeze();
    replica.freeze();
    const casts = Array.from({ length: 300 }, () => stage.bench.tier.cast(ballotOf(pollId, newVoter(), [1])));
    const answers = await inTime("the ballots", Promise.all(casts), 1_500);
    expect(new Set(answers.map(({ kind }) => kind))).toEqual(new Set(["unknown"]));
    expect(stage.bench.breakers.failures).toContain(master.address);
    expect(new Set(stage.bench.breakers.failures)).toEqual(new Set([master.address]));
    expect(await failureOf(stage.bench.tier.read(pollId))).toBeInstanceOf(Outage);
    expect(await failureOf(stage.bench.tier.fence(closed(told)))).toBeInstanceOf(Outage);
    await stage.bench.vote(other.definition.pollId, 1);
    replica.thaw();
    master.thaw();
    await stage.cluster.settled();
  }, 30_000);

  test("[K39] when a breaker opens, what waits and what is in flight is unknown at once", async () => {
    const told = await stage.bench.open({ settings: { allowChange: true } });
    const { pollId } = told.definition;
    const { master } = await PollKeysThere.of(stage.cluster, pollId);
    const voters = Array.from({ length: 20 }, newVoter);
    master.freeze();
    const first = voters.slice(0, 10).map((voter) => stage.bench.tier.cast(ballotOf(pollId, voter, [1])));
    await new Promise(setImmediate);
    const second = voters.slice(10).map((voter) => stage.bench.tier.cast(ballotOf(pollId, voter, [1])));
    stage.bench.breakers.open(master.address);
    expect(stage.bench.tier.isAway(pollId)).toBe(true);
    const answers = await inTime("the answers", Promise.all([...first, ...second]), 200);
    const late = await stage.bench.tier.cast(ballotOf(pollId, newVoter(), [1]));
    master.thaw();
    expect([...answers, late].every(({ kind }) => kind === "unknown")).toBe(true);
    await stage.cluster.settled();
    stage.bench.breakers.close(master.address);
    const votes = () => stage.bench.vote(pollId, 2).catch(() => null);
    await waitFor("ballots to be taken again", votes);
    await stage.votesMatchBallots(pollId);
  }, 20_000);

  test("[K40] a tier is there before Redis, and finds it by itself", async () => {
    const [node] = stage.cluster.nodes;
    if (!node) throw new Error("A cluster has nodes.");
    const proxy = await TcpProxy.start({ host: node.host, port: node.port });
    closing.push(() => proxy.stop());
    proxy.refuse();
    const late = new TierBench([{ host: "127.0.0.1", port: proxy.port }]);
    closing.push(() => late.tier.close());
    const told = await stage.bench.open();
    const { pollId } = told.definition;
    const ballot = ballotOf(pollId, newVoter(), [1]);
    expect(late.tier.isAway(pollId)).toBe(true);
    expect(await late.tier.cast(ballot)).toEqual({ kind: "unknown" });
    expect(await failureOf(late.tier.read(pollId))).toBeInstanceOf(Outage);
    expect(await failureOf(late.tier.steer(told))).toBeInstanceOf(Outage);
    expect(late.tier.shards()).toEqual([]);
    proxy.pass();
    expect(await inTime("Redis to be found", late.tier.found)).toBe("cluster");
    await late.reaches(pollId);
    expect(await late.tier.cast(ballot)).toMatchObject({ kind: "judged", outcome: { kind: "accepted" } });
  }, 20_000);

  test("[K41] every master is probed over a connection of its own, and its replica too", async () => {
    await stage.bench.open();
    const { tier } = stage.bench;
    const masters = await Promise.all([0, 6_000, 12_000].map((slot) => stage.cluster.masterOf(slot)));
    const names = () => tier.shards().map(({ name }) => name);
    expect(names().sort()).toEqual(masters.map(({ address }) => address).sort());
    await Promise.all(tier.shards().flatMap((shard) => [shard.probe(), shard.probeReplica()]));
    const [frozen] = masters;
    if (!frozen) throw new Error("There are three masters.");
    const replica = await stage.cluster.replicaOf(frozen);
    frozen.freeze();
    const shards = tier.shards();
    const failures = await Promise.all(shards.map((shard) => failureOf(shard.probe())));
    await Promise.all(shards.map((shard) => shard.probeReplica()));
    replica.freeze();
    const own = shards.find(({ name }) => name === frozen.address);
    expect(await failureOf(own?.probeReplica() ?? Promise.resolve())).toBeInstanceOf(Error);
    replica.thaw();
    frozen.thaw();
    expect(shards.filter((_, index) => failures[index] !== null)).toEqual(own ? [own] : []);
    await stage.cluster.settled();
  }, 20_000);

  test("[K42] a single server is enough, and answers for itself", async () => {
    const folder = await mkdtemp(join(tmpdir(), "pollcast-single-"));
    const [port = 0, busPort = 0] = await freePorts(2);
    const settings = { "cluster-enabled": "no" };
    const node = new RedisNode({ name: "single", id: "0".repeat(40), port, busPort, folder, settings });
    await node.start();
    const single = new TierBench([node]);
    closing.push(async () => {
      await single.tier.close();
      await node.kill9();
      await rm(folder, { recursive: true, force: true });
    });
    const told = await single.open();
    const { pollId } = told.definition;
    const cast = await single.tier.cast(ballotOf(pollId, newVoter(), [2]));
    expect(cast).toMatchObject({ outcome: { kind: "accepted", durability: "primary" } });
    expect(await single.tier.fence(closed(told))).toMatchObject({ whole: true, outbox: [{}] });
    expect(await single.tier.begin(pollId, "token", true)).toBe("begun");
    expect(await single.tier.settle(closed(told), "token")).toBe("done");
    expect((await single.view(pollId)).poll.tally).toMatchObject({ votes: [0, 1, 0], final: true });
    const [shard] = single.tier.shards();
    expect(shard?.name).toBe(node.address);
    await shard?.probe();
    await node.kill9();
    await waitFor("the server to be away", () => single.tier.isAway(pollId));
    await node.start();
    await single.reaches(pollId);
    expect(await single.tier.read(pollId)).toBe("cold");
  }, 20_000);
});
