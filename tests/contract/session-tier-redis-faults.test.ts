/** Redis on a bad day, for sessions: replicas that lack something, failovers, lost and late answers, nobody there. */
import { afterEach, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts } from "../../infra/local/free-ports.ts";
import { RedisNode } from "../../infra/local/redis-node.ts";
import { Outage } from "../../server/app/outage.ts";
import { RedisSessions } from "../../server/store/redis/redis-sessions.ts";
import { RedisRoad } from "../support/redis-road.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";
import { inTime, waitFor } from "../support/wait-for.ts";
import { failureOf, newKey } from "./session-tier-bench.ts";
import { SessionLine, SessionStage } from "./session-tier-redis-stage.ts";

const now = () => Math.floor(Date.now() / 1_000);
const entry = (version = 1) => ({ version, data: "mine", idleUntil: now() + 600, endsAt: now() + 900 });
const REVOKED = { revoked: true, endsAt: now() + 900 } as const;

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

describe("sessions in Redis, replicas and failovers", () => {
  // Nobody is to be found dead while a test holds it still.
  const stage = new SessionStage({ settings: { "cluster-node-timeout": "10000" } });

  test("[N16] what a replica does not have is not answered as safe, though it stands", async () => {
    const { sessions } = stage;
    const [key, revoked] = [newKey(), newKey()];
    const replica = await stage.cluster.replicaOf(await stage.masterOf(key.sessionId));
    while ((await stage.masterOf(revoked.sessionId)) !== (await stage.masterOf(key.sessionId))) {
      Object.assign(revoked, newKey());
    }
    await stage.cluster.cutReplication(replica);
    const first = entry();
    expect(await failureOf(sessions.putSafely(key, first))).toBeInstanceOf(Outage);
    expect(await sessions.read(key)).toEqual(first);
    // What stood there already is as unsafe.
    expect(await failureOf(stage.lines[1].sessions.putSafely(key, first))).toBeInstanceOf(Outage);
    expect(await failureOf(sessions.revoke(revoked.sessionId, REVOKED.endsAt))).toBeInstanceOf(Outage);
    expect(await sessions.read(revoked)).toEqual(REVOKED);
    const second = entry(2);
    expect(await sessions.put(key, second)).toEqual(second);
    await stage.cluster.mendReplication(replica);
    const isSafe = async () => (await failureOf(sessions.putSafely(key, second))) === null;
    await waitFor("the replica to have it", isSafe, 10_000);
    await sessions.revoke(revoked.sessionId, REVOKED.endsAt);
    expect(stage.lines[0].breakers.failures).toEqual([]);
  }, 30_000);

  test("[N16] what was answered as safe survives its master, and another generation says so", async () => {
    const { sessions } = stage;
    const other = stage.lines[1].sessions;
    const [key, revoked] = [newKey(), newKey()];
    const master = await stage.masterOf(key.sessionId);
    while ((await stage.masterOf(revoked.sessionId)) !== master) Object.assign(revoked, newKey());
    const elsewhere = newKey();
    while ((await stage.masterOf(elsewhere.sessionId)) === master) Object.assign(elsewhere, newKey());
    const first = entry();
    await sessions.putSafely(key, first);
    await sessions.put(revoked, first);
    await sessions.revoke(revoked.sessionId, REVOKED.endsAt);
    const generation = await sessions.generation(key.sessionId);
    expect(generation).toMatch(/^[0-9a-f]{40}$/);
    expect(await other.generation(revoked.sessionId)).toBe(generation);
    const foreign = await other.generation(elsewhere.sessionId);
    expect(foreign).not.toBe(generation);
    await stage.cluster.failover(await stage.cluster.replicaOf(master), "takeover");
    await stage.cluster.settled();
    const isAnother = async () => {
      const found = await sessions.generation(key.sessionId).catch(() => generation);
      return found !== generation && found;
    };
    const next = await waitFor("another generation", isAnother, 10_000);
    expect(await sessions.read(key)).toEqual(first);
    expect(await sessions.read(revoked)).toEqual(REVOKED);
    expect(await sessions.generation(revoked.sessionId)).toBe(next);
    expect(await sessions.generation(elsewhere.sessionId)).toBe(foreign);
    expect(await sessions.putSafely(key, entry(2))).toMatchObject({ version: 2 });
  }, 30_000);

  test("[N17] a replica is read without its master, shows nothing that has ended, and without it there is an outage", async () => {
    const { sessions } = stage;
    const key = newKey("preferences");
    const master = await stage.masterOf(key.sessionId);
    const replica = await stage.cluster.replicaOf(master);
    expect(await sessions.readReplica(key)).toBeNull();
    const first = entry();
    await sessions.putSafely(key, first);
    master.freeze();
    expect(await inTime("the replica", sessions.readReplica(key))).toEqual(first);
    const later = new RedisSessions(stage.lines[0].connection, () => first.idleUntil * 1_000);
    expect(await later.readReplica(key)).toBeNull();
    replica.freeze();
    expect(await inTime("the outage", failureOf(sessions.readReplica(key)), 1_500)).toBeInstanceOf(Outage);
    replica.thaw();
    master.thaw();
    await stage.cluster.settled();
  }, 30_000);
});

describe("sessions in Redis, away", () => {
  const stage = new SessionStage();

  test("[N15] a shard that stands still is an outage in time and is reported; the others go on", async () => {
    const { sessions, lines } = stage;
    const [key, elsewhere] = [newKey(), newKey()];
    const master = await stage.masterOf(key.sessionId);
    const replica = await stage.cluster.replicaOf(master);
    while ((await stage.masterOf(elsewhere.sessionId)) === master) Object.assign(elsewhere, newKey());
    master.freeze();
    replica.freeze();
    const asked = [
      sessions.read(key),
      sessions.readReplica(key),
      sessions.put(key, entry()),
      sessions.putSafely(key, entry()),
      sessions.restore(key, entry()),
      sessions.touch(key, now() + 5),
      sessions.revoke(key.sessionId, REVOKED.endsAt),
      sessions.generation(key.sessionId),
    ];
    const failures = await inTime("the outages", Promise.all(asked.map(failureOf)), 2_000);
    for (const failure of failures) expect(failure).toBeInstanceOf(Outage);
    expect(new Set(lines[0].breakers.failures)).toEqual(new Set([master.address]));
    expect(sessions.shardOf(key.sessionId)).toBe(master.address);
    expect(sessions.shardOf(elsewhere.sessionId)).not.toBe(master.address);
    expect(await sessions.put(elsewhere, entry())).toMatchObject({ version: 1 });
    lines[0].breakers.open(master.address);
    expect(sessions.isAway(key.sessionId)).toBe(true);
    expect(sessions.isAway(elsewhere.sessionId)).toBe(false);
    replica.thaw();
    master.thaw();
    await stage.cluster.settled();
  }, 30_000);

  test("[N15] sessions are there before Redis, and find it by themselves", async () => {
    const node = stage.cluster.someNode();
    const proxy = await TcpProxy.start({ host: node.host, port: node.port });
    closing.push(() => proxy.stop());
    proxy.refuse();
    const late = new SessionLine([{ host: "127.0.0.1", port: proxy.port }]);
    closing.push(() => late.close());
    const key = newKey();
    expect(late.sessions.isAway(key.sessionId)).toBe(true);
    expect(late.sessions.shardOf(key.sessionId)).toBeNull();
    const asked = [
      late.sessions.read(key),
      late.sessions.readReplica(key),
      late.sessions.putSafely(key, entry()),
      late.sessions.revoke(key.sessionId, REVOKED.endsAt),
    ];
    for (const failure of await Promise.all(asked.map(failureOf))) expect(failure).toBeInstanceOf(Outage);
    proxy.pass();
    await late.reaches(key.sessionId);
    await late.sessions.putSafely(key, entry());
    expect(await stage.sessions.read(key)).toMatchObject({ version: 1 });
  }, 20_000);

  test.each(["put", "putSafely", "restore"] as const)(
    "[N11] a %s that was carried out but whose answer is lost is answered as its own, or is an outage",
    async (verb) => {
      const road = await RedisRoad.build(stage.cluster, 0);
      closing.push(() => road[Symbol.asyncDispose]());
      const nodes = road.addresses.split(",").map((address) => address.split(":"));
      const line = new SessionLine(nodes.map(([host = "", port]) => ({ host, port: Number(port) })));
      closing.push(() => line.close());
      const key = newKey();
      await line.reaches(key.sessionId);
      const mine = entry();
      road.holdAnswers();
      const answer = line.sessions[verb](key, mine).catch((trouble: unknown) => trouble);
      await waitFor("it to be carried out", () => stage.sessions.read(key));
      road.cut();
      road.open();
      const heard = await inTime("the answer", answer);
      if (!(heard instanceof Outage)) expect(heard).toEqual(mine);
      expect(await stage.sessions.read(key)).toEqual(mine);
      await waitFor("the road to be whole", async () => (await failureOf(line.sessions.read(key))) === null);
      expect(await line.sessions[verb](key, mine)).toEqual(mine);
    },
    20_000,
  );

  test("[N11] writes that arrive late, after a revocation by another node, change nothing", async () => {
    const road = await RedisRoad.build(stage.cluster, 0);
    closing.push(() => road[Symbol.asyncDispose]());
    const nodes = road.addresses.split(",").map((address) => address.split(":"));
    const line = new SessionLine(nodes.map(([host = "", port]) => ({ host, port: Number(port) })));
    closing.push(() => line.close());
    const key = newKey();
    await line.reaches(key.sessionId);
    await line.sessions.put(key, entry());
    road.blackHole();
    const late = [
      line.sessions.put(key, entry(2)),
      line.sessions.putSafely(key, entry(3)),
      line.sessions.restore(key, entry(4)),
      line.sessions.touch(key, now() + 700),
    ].map(failureOf);
    await stage.sessions.revoke(key.sessionId, REVOKED.endsAt);
    road.open();
    await Promise.all(late);
    await waitFor("the road to be whole", async () => (await failureOf(line.sessions.read(key))) === null);
    expect(await line.sessions.read(key)).toEqual(REVOKED);
    expect(await stage.sessions.read(key)).toEqual(REVOKED);
  }, 20_000);
});

describe("sessions in a single Redis", () => {
  async function startSingle(
    name: string,
    settings: Readonly<Record<string, string>> = {},
  ): Promise<RedisNode> {
    const folder = await mkdtemp(join(tmpdir(), "pollcast-single-"));
    closing.push(() => rm(folder, { recursive: true, force: true }));
    const [port = 0, busPort = 0] = await freePorts(2);
    const all = { "cluster-enabled": "no", ...settings };
    const node = new RedisNode({ name, id: "0".repeat(40), port, busPort, folder, settings: all });
    await node.start();
    closing.push(() => node.kill9());
    return node;
  }

  test("[N16] where there is no replica nobody else can be the master: its answer is enough; a restart shows", async () => {
    const node = await startSingle("single");
    const line = new SessionLine([node]);
    closing.push(() => line.close());
    const [key, revoked] = [newKey(), newKey()];
    await line.reaches(key.sessionId);
    const first = entry();
    expect(await line.sessions.putSafely(key, first)).toEqual(first);
    await line.sessions.revoke(revoked.sessionId, REVOKED.endsAt);
    expect(await line.sessions.read(revoked)).toEqual(REVOKED);
    // Without a reader the primary serves its reads.
    expect(await line.sessions.readReplica(key)).toEqual(first);
    const generation = await line.sessions.generation(key.sessionId);
    await node.kill9();
    await node.start();
    const next = () => line.sessions.generation(key.sessionId).catch(() => generation);
    await waitFor("another generation", async () => (await next()) !== generation);
  }, 20_000);

  test("[N17] a reader beside a single server serves the reads that may be old, also without the primary", async () => {
    const primary = await startSingle("primary");
    const reader = await startSingle("reader", { replicaof: `${primary.host} ${primary.port}` });
    const { host, port } = reader;
    const line = new SessionLine([primary], Date.now, { host, port });
    closing.push(() => line.close());
    const key = newKey();
    await line.reaches(key.sessionId);
    const first = entry();
    await line.sessions.put(key, first);
    const isRead = async () => (await line.sessions.readReplica(key).catch(() => null)) !== null;
    await waitFor("the reader to have it", isRead, 10_000);
    await primary.kill9();
    expect(await line.sessions.readReplica(key)).toEqual(first);
    await reader.kill9();
    expect(await inTime("the outage", failureOf(line.sessions.readReplica(key)))).toBeInstanceOf(Outage);
  }, 20_000);
});
