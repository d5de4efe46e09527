/** What each level still does, and how a node starts while a store is away. */
import { describe, expect, test } from "bun:test";
import type { Category } from "../../server/app/session.ts";
import { LEVEL_TABLE } from "../../server/store/tiers/level-table.ts";
import type { Level } from "../../shared/ops-report.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";
import { waitFor } from "../support/wait-for.ts";
import { newAccountId, newSessionId } from "./session-tier-bench.ts";
import { authOf } from "./tiered-sessions-contract.ts";
import type { SessionNode } from "./tiered-sessions-node.ts";
import { SessionsStage } from "./tiered-sessions-stage.ts";

const ALL = { auth: authOf(newAccountId()), csrf: "token", activity: 1, preferences: 2, scratch: 3 };

/** Of each category: where the answer came from, or what it was instead. */
async function sourcesOf({ sessions }: SessionNode, sessionId: ReturnType<typeof newSessionId>) {
  const of = async (category: Category) => {
    const answer = await sessions.read(sessionId, category);
    return answer.kind === "found" ? answer.source : answer.kind;
  };
  const [auth, activity, preferences, scratch] = [
    of("auth"),
    of("activity"),
    of("preferences"),
    of("scratch"),
  ];
  return Promise.all([auth, activity, preferences, scratch]);
}

describe("sessions, level by level", () => {
  // A replica that takes over would end level 1 at once.
  const stage = new SessionsStage({ settings: { "cluster-replica-no-failover": "yes" } });

  async function at(node: SessionNode, sessionId: ReturnType<typeof newSessionId>, level: Level) {
    await waitFor(`level ${level}`, () => node.levelOf(sessionId) === level, 10_000);
    const stale = () =>
      (["auth", "activity"] as const).every((category) => node.local.age({ sessionId, category }) > 1_000);
    await waitFor("copies to need a check", stale);
    return sourcesOf(node, sessionId);
  }

  test("[N35] each level reads what the table says, down to guests and back again", async () => {
    const node = await stage.open();
    const other = await stage.open();
    const sessionId = newSessionId();
    await other.sessions.create(sessionId, ALL);
    expect(await sourcesOf(node, sessionId)).toEqual(["redis", "redis", "redis", "redis"]);
    expect(await sourcesOf(node, sessionId)).toEqual(["local", "local", "local", "local"]);
    const master = await stage.masterOf(sessionId);
    const replica = await stage.cluster.replicaOf(master);
    await master.kill9();
    expect(await at(node, sessionId, 1)).toEqual(["database", "replica", "replica", "default"]);
    await replica.kill9();
    expect(await at(node, sessionId, 2)).toEqual(["database", "local", "default", "off"]);
    stage.database.refuse();
    expect(await at(node, sessionId, 4)).toEqual(["emergency", "off", "off", "off"]);
    stage.database.pass();
    expect(await at(node, sessionId, 2)).toEqual(["database", "local", "default", "off"]);
    await stage.heal();
    await stage.normal(node);
    expect(await sourcesOf(node, sessionId)).toEqual(["redis", "redis", "redis", "redis"]);
    // The words of the table that no source is asked for.
    expect(LEVEL_TABLE[4].sessions.critical).toEqual(["emergency mode"]);
    expect(node.troubles).toEqual([]);
  }, 50_000);

  test("[N35] what nobody can tell is what nobody ever set: writing it does not conflict with that", async () => {
    const node = await stage.open();
    const sessionId = newSessionId();
    const master = await stage.masterOf(sessionId);
    await master.kill9();
    await waitFor("level 1", () => node.levelOf(sessionId) === 1, 10_000);
    expect(await node.sessions.read(sessionId, "scratch")).toMatchObject({
      kind: "found",
      source: "default",
      entry: { version: 0, data: {} },
    });
    expect(await node.sessions.write(sessionId, "preferences", { dark: true }, 0)).toMatchObject({
      kind: "written",
      version: 1,
      durability: "durable",
    });
    await stage.heal();
    await stage.normal(node);
    const isTold = async () => (await stage.raw({ sessionId, category: "preferences" })) !== null;
    await waitFor("Redis to be told", isTold);
    expect(await node.sessions.read(sessionId, "preferences")).toMatchObject({
      entry: { data: { dark: true } },
    });
  }, 40_000);

  test("[N36] a node that starts while Redis is away serves from DynamoDB, and finds Redis by itself", async () => {
    const ready = await stage.open();
    const session = await stage.signIn(ready);
    const [address = { host: "", port: 0 }] = stage.addresses;
    await using proxy = await TcpProxy.start(address);
    proxy.refuse();
    const node = stage.start({ redis: { nodes: [{ host: "127.0.0.1", port: proxy.port }] } });
    expect(await sourcesOf(node, session.sessionId)).toEqual(["database", "off", "off", "off"]);
    const made = await stage.signIn(node);
    expect(await sourcesOf(ready, made.sessionId)).toEqual(["database", "absent", "absent", "absent"]);
    proxy.pass();
    await stage.normal(node);
    const source = async () => (await sourcesOf(node, session.sessionId))[0];
    await waitFor("Redis to be read", async () => (await source()) === "redis");
    expect(node.troubles).toEqual([]);
  }, 40_000);

  test("[N36] a node that starts while DynamoDB is away serves what is in Redis", async () => {
    const ready = await stage.open();
    const session = await stage.signIn(ready);
    const way = await stage.dynamoWay();
    way.refuse();
    const node = await stage.open({ dynamo: stage.dynamoBy(way) });
    expect(await sourcesOf(node, session.sessionId)).toEqual(["redis", "default", "default", "default"]);
    expect(await node.sessions.create(newSessionId(), ALL)).toBe("pending");
    way.pass();
    await waitFor("nothing to be pending", () => node.sessions.figures().pending === 0, 15_000);
    expect(node.troubles).toEqual([]);
  }, 40_000);

  test("[N36] a node that starts while both are away has guests, and serves as soon as one is there", async () => {
    const ready = await stage.open();
    const session = await stage.signIn(ready);
    const way = await stage.dynamoWay();
    way.refuse();
    const [address = { host: "", port: 0 }] = stage.addresses;
    await using proxy = await TcpProxy.start(address);
    proxy.refuse();
    const redis = { nodes: [{ host: "127.0.0.1", port: proxy.port }] };
    const node = stage.start({ redis, dynamo: stage.dynamoBy(way) });
    expect(await sourcesOf(node, session.sessionId)).toEqual(["emergency", "off", "off", "off"]);
    way.pass();
    const kind = async () => (await node.sessions.read(session.sessionId, "auth")).kind;
    await waitFor("DynamoDB to be found", async () => (await kind()) === "found", 15_000);
    proxy.pass();
    await stage.normal(node);
  }, 40_000);

  test("[N37] however many ask for one thing at once, the stores are asked once", async () => {
    const node = await stage.open();
    const session = await stage.signIn(await stage.open());
    const reads = () => {
      const { hits, misses } = node.sessions.figures().stores.redis;
      return hits + misses;
    };
    const before = reads();
    const ask = () => node.sessions.read(session.sessionId, "auth");
    const answers = await Promise.all(Array.from({ length: 50 }, ask));
    expect(new Set(answers.map(({ kind }) => kind))).toEqual(new Set(["found"]));
    expect(reads() - before).toBe(1);
  }, 20_000);

  test("[N38] what each store did is counted, and how many sessions there are", async () => {
    const node = await stage.open();
    const made = await Promise.all(Array.from({ length: 30 }, () => stage.signIn(node)));
    for (const { sessionId } of made) await node.sessions.read(sessionId, "auth");
    await stage.wipe();
    for (const { sessionId } of made) {
      node.local.drop(sessionId, "all");
      await node.sessions.read(sessionId, "auth");
    }
    const { stores, activeSessions, pending } = node.sessions.figures();
    expect(stores.local.hits).toBe(30);
    expect(stores.redis).toMatchObject({ restores: 30, errors: 0 });
    expect(stores.redis.latencyP50Ms).toBeGreaterThan(0);
    expect(stores.database.writes).toBe(60);
    expect(stores.database.hits).toBe(60);
    expect(Math.abs(activeSessions - 30)).toBeLessThanOrEqual(1);
    expect(pending).toBe(0);
  }, 20_000);
});
