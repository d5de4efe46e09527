/** DynamoDB fails, alone or together with Redis. */
import { describe, expect, test } from "bun:test";
import { Outage } from "../../server/app/outage.ts";
import { CATEGORIES, CATEGORY_RULES } from "../../server/app/session.ts";
import { sessionKey } from "../../server/store/redis/session-value.ts";
import type { SessionId } from "../../shared/ids.ts";
import { waitFor } from "../support/wait-for.ts";
import { failureOf, newAccountId, newSessionId } from "./session-tier-bench.ts";
import { authOf, entryOf } from "./tiered-sessions-contract.ts";
import type { SessionNode } from "./tiered-sessions-node.ts";
import { SessionsStage, staysRevoked } from "./tiered-sessions-stage.ts";

describe("sessions, DynamoDB away", () => {
  const stage = new SessionsStage();

  async function away(...nodes: readonly SessionNode[]): Promise<void> {
    stage.database.refuse();
    for (const node of nodes) {
      await waitFor("the outage to be known", () => node.isDatabaseAway, 10_000);
    }
  }

  async function back(...nodes: readonly SessionNode[]): Promise<void> {
    stage.database.pass();
    for (const node of nodes) {
      await waitFor("DynamoDB to be found again", () => !node.isDatabaseAway, 15_000);
    }
  }

  const repaired = (node: SessionNode) =>
    waitFor("nothing to be pending", () => node.sessions.figures().pending === 0, 10_000);

  const kindOf = async (node: SessionNode, sessionId: SessionId) =>
    (await node.sessions.read(sessionId, "auth")).kind;

  test("[T1][N33] a sign-in without DynamoDB is pending, works, and is repaired: then Redis may be lost", async () => {
    const [node, other] = [await stage.open(), await stage.open()];
    await away(node, other);
    const [sessionId, accountId] = [newSessionId(), newAccountId()];
    const auth = authOf(accountId);
    expect(await node.sessions.create(sessionId, { auth, csrf: "token" })).toBe("pending");
    expect(await other.sessions.read(sessionId, "auth")).toMatchObject({
      source: "redis",
      entry: { data: auth },
    });
    expect(node.sessions.figures().pending).toBeGreaterThan(0);
    await back(node, other);
    await repaired(node);
    await stage.wipe();
    expect((await other.sessions.list(accountId)).map((listed) => listed.sessionId)).toEqual([sessionId]);
    other.local.drop(sessionId, "all");
    expect(await other.sessions.read(sessionId, "auth")).toMatchObject({
      kind: "found",
      entry: { data: auth },
    });
    // It was restored.
    expect(await stage.raw({ sessionId, category: "auth" })).toContain('"version":1');
  }, 40_000);

  test("[T1][N33] Redis is wiped before DynamoDB is back: the node that took the sign-in still has it", async () => {
    const [node, other] = [await stage.open(), await stage.open()];
    await away(node, other);
    const { sessionId } = await stage.signIn(node);
    await stage.wipe();
    // Nobody can tell whether it was ever there.
    expect(await kindOf(other, sessionId)).toBe("emergency");
    await back(node, other);
    await repaired(node);
    expect(await kindOf(other, sessionId)).toBe("found");
  }, 40_000);

  test("[T1][N33] what is pending survives a failover of Redis, and is repaired after it", async () => {
    const [node, other] = [await stage.open(), await stage.open()];
    await away(node, other);
    const { sessionId } = await stage.signIn(node);
    const master = await stage.masterOf(sessionId);
    await master.kill9();
    const isMaster = async () => (await stage.masterOf(sessionId).catch(() => master)) !== master;
    await waitFor("the replica to take over", isMaster, 15_000);
    expect(await stage.raw({ sessionId, category: "auth" })).toContain('"version":1');
    await back(node, other);
    await repaired(node);
    await stage.heal();
    await stage.normal(other);
    await stage.wipe();
    other.local.drop(sessionId, "all");
    expect(await kindOf(other, sessionId)).toBe("found");
  }, 40_000);

  test("[T2][N33] sessions are read, written, used and revoked in Redis alone, and DynamoDB is told later", async () => {
    const [node, other] = [await stage.open(), await stage.open()];
    const [session, revoked] = [await stage.signIn(node), await stage.signIn(node)];
    await away(node, other);
    expect(await other.sessions.read(session.sessionId, "auth")).toMatchObject({ fallbackMode: false });
    expect(await node.sessions.write(session.sessionId, "csrf", "new token", 1)).toEqual({
      kind: "written",
      version: 2,
      durability: "pending",
    });
    const { idleUntil } = entryOf(await node.sessions.read(session.sessionId, "auth"));
    stage.clock.step(24 * 3_600 * 1_000);
    await node.sessions.read(session.sessionId, "auth");
    node.sessions.touch(session.sessionId);
    const used = async () =>
      entryOf(await node.sessions.read(session.sessionId, "auth")).idleUntil > idleUntil;
    await waitFor("its use to be noted", used);
    expect(await node.sessions.revoke(revoked.sessionId, revoked.accountId)).toBe("pending");
    expect(await failureOf(node.sessions.list(session.accountId))).toBeInstanceOf(Outage);
    const healed = (async () => {
      await back(node, other);
      await repaired(node);
      await stage.wipe();
    })();
    await staysRevoked([node, other], revoked.sessionId, healed);
    expect(await node.database.read({ sessionId: session.sessionId, category: "csrf" })).toMatchObject({
      version: 2,
    });
    // Else a session that is used would end as soon as Redis forgets it.
    const kept = await node.database.read({ sessionId: session.sessionId, category: "auth" });
    if (!kept || "revoked" in kept) throw new Error("The session stands.");
    expect(kept.idleUntil).toBeGreaterThanOrEqual(idleUntil + 24 * 3_600);
    stage.clock.step(CATEGORY_RULES.auth.idleSeconds * 1_000 - 3_600_000);
    expect(await kindOf(other, session.sessionId)).toBe("found");
    expect(node.troubles).toEqual([]);
  }, 40_000);

  test("[N31] what ends while DynamoDB is away has ended", async () => {
    const node = await stage.open();
    const { sessionId } = await stage.signIn(node);
    await away(node);
    stage.clock.step((CATEGORY_RULES.auth.idleSeconds + 1) * 1_000);
    // Redis says that there is nothing; whether the database knows better nobody can say.
    expect(await kindOf(node, sessionId)).toBe("emergency");
    await back(node);
    expect(await kindOf(node, sessionId)).toBe("absent");
  }, 30_000);

  test("[N34] with both away nothing is acknowledged and nobody is signed in; when both are back all is as it was", async () => {
    const node = await stage.open();
    const { sessionId, accountId } = await stage.signIn(node);
    const master = await stage.masterOf(sessionId);
    const replica = await stage.cluster.replicaOf(master);
    const late = await stage.idOn(master);
    await away(node);
    for (const server of [master, replica]) await server.kill9();
    await waitFor("the outage to be known", () => node.levelOf(sessionId) === 4, 10_000);
    const failures = await Promise.all([
      failureOf(node.sessions.create(late, { auth: authOf(accountId) })),
      failureOf(node.sessions.write(sessionId, "csrf", "x")),
      failureOf(node.sessions.revoke(sessionId, accountId)),
    ]);
    for (const failure of failures) expect(failure).toBeInstanceOf(Outage);
    node.sessions.touch(sessionId);
    await waitFor(
      "the copy to be too old",
      async () => (await kindOf(node, sessionId)) === "emergency",
      1_500,
    );
    expect((await node.sessions.read(sessionId, "csrf")).kind).toBe("emergency");
    for (const category of ["activity", "preferences", "scratch"] as const) {
      expect((await node.sessions.read(sessionId, category)).kind).toBe("off");
    }
    await stage.heal();
    // Redis is back before DynamoDB: what it may have missed nobody can say.
    await waitFor("Redis to be found again", () => node.levelOf(sessionId) === 0, 15_000);
    expect(await kindOf(node, sessionId)).toBe("emergency");
    await back(node);
    await waitFor("it to be found", async () => (await kindOf(node, sessionId)) === "found", 5_000);
    expect(await kindOf(node, late)).toBe("absent");
  }, 40_000);

  test("[T2] Redis is back with the old value, and DynamoDB away: a node that cannot ask believes nothing", async () => {
    const way = await stage.dynamoWay();
    const [node, other] = [await stage.open(), await stage.open({ dynamo: stage.dynamoBy(way) })];
    const session = await stage.signIn(node);
    const master = await stage.masterOf(session.sessionId);
    const replica = await stage.cluster.replicaOf(master);
    for (const server of [master, replica]) await server.kill9();
    for (const each of [node, other]) {
      await waitFor("the outage to be known", () => each.levelOf(session.sessionId) > 0, 10_000);
    }
    expect(await node.sessions.revoke(session.sessionId, session.accountId)).toBe("durable");
    // Nobody is left who could tell Redis.
    await node.close();
    way.refuse();
    await stage.heal();
    await waitFor("Redis to be found again", () => other.levelOf(session.sessionId) === 0, 15_000);
    expect(await stage.raw({ sessionId: session.sessionId, category: "auth" })).toContain('"version":1');
    expect(await kindOf(other, session.sessionId)).toBe("emergency");
    way.pass();
    const isRevoked = async () => (await kindOf(other, session.sessionId)) === "revoked";
    await waitFor("the revocation to be known", isRevoked, 10_000);
  }, 40_000);

  test("[T2] a master that took over without an outage is not believed by a node that cannot ask", async () => {
    const way = await stage.dynamoWay();
    const [node, other] = [await stage.open(), await stage.open({ dynamo: stage.dynamoBy(way) })];
    const session = await stage.signIn(node);
    const master = await stage.masterOf(session.sessionId);
    const replica = await stage.cluster.replicaOf(master);
    await stage.cluster.cutReplication(replica);
    way.refuse();
    await waitFor("the outage to be known", () => other.isDatabaseAway, 10_000);
    expect(await node.sessions.revoke(session.sessionId, session.accountId)).toBe("durable");
    await node.close();
    await stage.cluster.failover(replica, "takeover");
    const hasMoved = () => other.redis?.shardOf(session.sessionId) === replica.address;
    await waitFor("the new master to be known", hasMoved, 10_000);
    expect(await stage.raw({ sessionId: session.sessionId, category: "auth" })).toContain('"version":1');
    expect(await kindOf(other, session.sessionId)).toBe("emergency");
    way.pass();
    const isRevoked = async () => (await kindOf(other, session.sessionId)) === "revoked";
    await waitFor("the revocation to be known", isRevoked, 10_000);
  }, 40_000);

  test("[T2] a restore that a revocation overtakes brings nothing back, even if Redis forgot the revocation", async () => {
    const way = await stage.dynamoWay();
    const slow = await stage.open({ dynamo: stage.dynamoBy(way), isDeaf: true });
    const node = await stage.open();
    const { sessionId, accountId } = await stage.signIn(node);
    await stage.wipe();
    const { misses } = slow.sessions.figures().stores.redis;
    way.holdAnswers();
    const read = slow.sessions.read(sessionId, "auth");
    // The database is asked and says that the session stands, and the node does not know yet.
    const isAsked = () => slow.sessions.figures().stores.redis.misses > misses && way.heldAnswerBytes > 0;
    await waitFor("the answer to be on its way", isAsked);
    await node.sessions.revoke(sessionId, accountId);
    await stage.wipe();
    way.pass();
    expect((await read).kind).toBe("revoked");
    // It had brought the old value to Redis before it looked again.
    expect(slow.sessions.figures().stores.redis.restores).toBe(1);
    const isTombstone = async () => (await stage.raw({ sessionId, category: "auth" }))?.includes('"revoked"');
    await waitFor("Redis to be told", isTombstone, 2_000);
    expect(await kindOf(slow, sessionId)).toBe("revoked");
  }, 30_000);

  test("[T2] restores and revocations at the same time, many times: what is revoked is revoked", async () => {
    const [node, other] = [await stage.open({ copies: 1 }), await stage.open({ copies: 1, isDeaf: true })];
    const sessions = await Promise.all(Array.from({ length: 40 }, () => stage.signIn(node)));
    await stage.wipe();
    await Promise.all(
      sessions.flatMap(({ sessionId, accountId }) => [
        other.sessions.read(sessionId, "auth"),
        node.sessions.revoke(sessionId, accountId),
        other.sessions.read(sessionId, "csrf"),
      ]),
    );
    for (const { sessionId } of sessions) {
      const isOut = async () => (await kindOf(other, sessionId)) === "revoked";
      await waitFor("the session to be out", isOut, 1_100);
      for (const category of CATEGORIES) {
        const key = sessionKey({ sessionId, category });
        expect(await (await stage.masterOf(sessionId)).redis.get(key)).toContain('"revoked"');
      }
    }
  }, 30_000);
});
