/** Redis fails, DynamoDB does not. */
import { describe, expect, test } from "bun:test";
import { CATEGORY_RULES } from "../../server/app/session.ts";
import { RedisRoad } from "../support/redis-road.ts";
import { waitFor } from "../support/wait-for.ts";
import { entryOf } from "./tiered-sessions-contract.ts";
import { SessionsStage, staysRevoked } from "./tiered-sessions-stage.ts";

describe("sessions, Redis away", () => {
  const stage = new SessionsStage();

  async function shardOf(sessionId: Parameters<typeof stage.masterOf>[0]) {
    const master = await stage.masterOf(sessionId);
    return [master, await stage.cluster.replicaOf(master)] as const;
  }

  test("[N30][T1] with a shard away sessions are made, read, used and ended in the database alone", async () => {
    const [node, other] = [await stage.open(), await stage.open()];
    const before = await stage.signIn(node);
    const shard = await shardOf(before.sessionId);
    const lateId = await stage.idOn(shard[0]);
    for (const server of shard) await server.kill9();
    // Known to be away or not: it is read all the same.
    expect(await other.sessions.read(before.sessionId, "auth")).toMatchObject({
      kind: "found",
      source: "database",
      fallbackMode: true,
    });
    await waitFor("the outage to be known", () => node.levelOf(before.sessionId) > 0, 10_000);
    const late = await stage.signIn(node, { sessionId: lateId });
    const made = await node.sessions.create(late.sessionId, { activity: { page: 1 } });
    expect(made).toBe("durable");
    expect(await other.sessions.read(late.sessionId, "auth")).toMatchObject({ fallbackMode: true });
    const { idleUntil } = entryOf(await node.sessions.read(late.sessionId, "csrf"));
    stage.clock.step(24 * 3_600 * 1_000);
    await node.sessions.read(late.sessionId, "csrf");
    node.sessions.touch(late.sessionId);
    const used = async () => entryOf(await node.sessions.read(late.sessionId, "csrf")).idleUntil > idleUntil;
    await waitFor("its use to be noted", used);
    expect(await node.sessions.write(late.sessionId, "csrf", "new token", 1)).toMatchObject({
      version: 2,
      durability: "durable",
    });
    expect(await other.sessions.revoke(before.sessionId, before.accountId)).toBe("durable");
    const back = (async () => {
      for (const server of shard) await stage.cluster.restart(server);
      await stage.cluster.settled();
      await Promise.all([stage.normal(node), stage.normal(other)]);
    })();
    await staysRevoked([node, other], before.sessionId, back);
    // What had missed Redis was brought there, and nothing is left to be brought.
    const answers = await other.sessions.read(late.sessionId, "csrf");
    expect(answers).toMatchObject({
      kind: "found",
      fallbackMode: false,
      entry: { version: 2, data: "new token" },
    });
    await waitFor("nothing to be missing", () => node.sessions.figures().missing === 0);
    expect(await node.database.journalled(10)).toEqual({ items: [], nextCursor: null });
    expect([...node.troubles, ...other.troubles]).toEqual([]);
  }, 40_000);

  test("[N31] what ended while Redis was away does not work when it is back with the old value", async () => {
    const node = await stage.open();
    const { sessionId } = await stage.signIn(node);
    const shard = await shardOf(sessionId);
    for (const server of shard) await server.kill9();
    stage.clock.step((CATEGORY_RULES.auth.idleSeconds + 1) * 1_000);
    expect(await node.sessions.read(sessionId, "auth")).toEqual({ kind: "absent" });
    for (const server of shard) await stage.cluster.restart(server);
    await stage.cluster.settled();
    // By the clock of Redis it has not ended.
    expect(await stage.raw({ sessionId, category: "auth" })).toContain('"version":1');
    await stage.normal(node);
    expect(await node.sessions.read(sessionId, "auth")).toEqual({ kind: "absent" });
  }, 40_000);

  test("[T2] a shard that stood still while a session was revoked brings nothing back", async () => {
    const [node, other] = [await stage.open(), await stage.open({ isDeaf: true })];
    const session = await stage.signIn(node);
    expect((await other.sessions.read(session.sessionId, "auth")).kind).toBe("found");
    const shard = await shardOf(session.sessionId);
    for (const server of shard) server.freeze();
    expect(await node.sessions.revoke(session.sessionId, session.accountId)).toBe("durable");
    const thawed = (async () => {
      await waitFor("the outage to be known", () => other.levelOf(session.sessionId) > 0, 10_000);
      for (const server of shard) server.thaw();
      await stage.cluster.settled();
      await stage.normal(other);
    })();
    await staysRevoked([node, other], session.sessionId, thawed);
    expect(await stage.raw({ sessionId: session.sessionId, category: "csrf" })).toContain('"revoked"');
  }, 40_000);

  test("[T2] revoked while Redis was away: a node that starts when it is back with the old value knows", async () => {
    const node = await stage.open();
    const session = await stage.signIn(node);
    const shard = await shardOf(session.sessionId);
    for (const server of shard) await server.kill9();
    expect(await node.sessions.revoke(session.sessionId, session.accountId)).toBe("durable");
    await node.close();
    for (const server of shard) await stage.cluster.restart(server);
    await stage.cluster.settled();
    expect(await stage.raw({ sessionId: session.sessionId, category: "auth" })).toContain('"version":1');
    const late = stage.start();
    const kinds = new Set<string>();
    const ask = async () => kinds.add((await late.sessions.read(session.sessionId, "auth")).kind);
    const isBrought = async () => {
      await ask();
      return (await stage.raw({ sessionId: session.sessionId, category: "csrf" }))?.includes('"revoked"');
    };
    await waitFor("Redis to be told", isBrought, 10_000);
    await stage.normal(late);
    await ask();
    expect(kinds).toEqual(new Set(["revoked"]));
  }, 40_000);

  test("[T2] a failover that loses the revocation brings nothing back", async () => {
    const [node, other] = [await stage.open(), await stage.open({ isDeaf: true })];
    const session = await stage.signIn(node);
    const [master, replica] = await shardOf(session.sessionId);
    await stage.cluster.cutReplication(replica);
    expect((await other.sessions.read(session.sessionId, "auth")).kind).toBe("found");
    expect(await node.sessions.revoke(session.sessionId, session.accountId)).toBe("durable");
    const failover = (async () => {
      await master.kill9();
      const isMaster = async () => (await stage.masterOf(session.sessionId).catch(() => master)) !== master;
      await waitFor("the replica to take over", isMaster, 15_000);
      await stage.normal(other);
    })();
    await staysRevoked([node, other], session.sessionId, failover);
    expect(await stage.raw({ sessionId: session.sessionId, category: "auth" })).toContain('"revoked"');
    await stage.cluster.restart(master);
    await stage.cluster.mendReplication(replica).catch(() => {});
    await replica.redis.config("SET", "masterauth", "");
    await stage.cluster.settled();
  }, 40_000);

  test("[T2] revoked by a node that cannot reach Redis: those that can know within two seconds", async () => {
    await using road = await RedisRoad.build(stage.cluster, 6);
    const nodes = road.addresses.split(",").map((address) => {
      const [host = "", port] = address.split(":");
      return { host, port: Number(port) };
    });
    const cut = await stage.open({ redis: { nodes } });
    const other = await stage.open({ isDeaf: true });
    const session = await stage.signIn(other);
    expect((await other.sessions.read(session.sessionId, "auth")).kind).toBe("found");
    road.refuse();
    expect(await cut.sessions.revoke(session.sessionId, session.accountId)).toBe("durable");
    const lastFound = await staysRevoked([cut, other], session.sessionId);
    expect(lastFound).toBeLessThan(2_000);
    expect(await stage.raw({ sessionId: session.sessionId, category: "auth" })).toContain('"revoked"');
  }, 30_000);

  test("[T2] a node that is not told of a revocation holds its copy for a second at the most", async () => {
    const [node, deaf] = [await stage.open(), await stage.open({ isDeaf: true })];
    const session = await stage.signIn(node);
    expect((await deaf.sessions.read(session.sessionId, "auth")).kind).toBe("found");
    expect(await deaf.sessions.read(session.sessionId, "auth")).toMatchObject({ source: "local" });
    await node.sessions.revoke(session.sessionId, session.accountId);
    expect(await deaf.sessions.read(session.sessionId, "auth")).toMatchObject({ source: "local" });
    expect(await staysRevoked([node, deaf], session.sessionId)).toBeLessThan(1_100);
  }, 30_000);

  test("[N32] a node that is told of a change sees it at once", async () => {
    const [node, other] = [await stage.open(), await stage.open()];
    const session = await stage.signIn(node);
    expect((await other.sessions.read(session.sessionId, "auth")).kind).toBe("found");
    await node.sessions.revoke(session.sessionId, session.accountId);
    const isRevoked = async () => (await other.sessions.read(session.sessionId, "auth")).kind === "revoked";
    await waitFor("the other node to know", isRevoked, 500);
  }, 30_000);
});
