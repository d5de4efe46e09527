import { expect, test } from "bun:test";
import { RedisCluster } from "../../infra/local/redis-cluster.ts";
import { startDynamo } from "../support/dynalite.ts";
import { waitFor } from "../support/wait-for.ts";
import { newAccountId, newSessionId } from "./session-tier-bench.ts";
import { authOf } from "./tiered-sessions-contract.ts";
import { SessionNode } from "./tiered-sessions-node.ts";

const TIME_MS = 60_000;

test(
  "[T2] Redis comes back with a snapshot from before the revocation that it had acknowledged: it stays revoked",
  async () => {
    await using dynamo = await startDynamo();
    await using cluster = await RedisCluster.start({
      masters: 1,
      replicasPerMaster: 0,
      settings: { appendonly: "no" },
    });
    const [server] = cluster.nodes;
    if (!server) throw new Error("there is no server");
    const redis = { nodes: [{ host: server.host, port: server.port }] };
    const nodes = [1, 2].map(() => new SessionNode({ redis, dynamo: dynamo.settings }));
    const [sessionId, accountId] = [newSessionId(), newAccountId()];
    const answers = (wanted: readonly SessionNode[]) =>
      Promise.all(wanted.map(({ sessions }) => sessions.read(sessionId, "auth")));
    try {
      await waitFor("Redis to be found", () => nodes.every((node) => node.levelOf(sessionId) === 0), TIME_MS);
      await nodes[0]?.sessions.create(sessionId, { auth: authOf(accountId) });
      const fromRedis = async () => (await answers(nodes)).every((answer) => answer.kind === "found");
      await waitFor("every node to know it", fromRedis, TIME_MS);
      await server.redis.save();
      expect(await nodes[0]?.sessions.revoke(sessionId, accountId)).toBe("durable");
      await server.kill9();
      await waitFor("it to be away", () => nodes.every((node) => node.levelOf(sessionId) > 0), TIME_MS);
      await cluster.restart(server);
      nodes.push(new SessionNode({ redis, dynamo: dynamo.settings }));
      await waitFor("it to be back", () => nodes.every((node) => node.levelOf(sessionId) === 0), TIME_MS);
      expect(await server.redis.get(`session:{${sessionId}}:auth`)).toContain("accountId");
      for (const { local } of nodes) local.drop(sessionId, "all");
      expect((await answers(nodes)).map(({ kind }) => kind)).toEqual(["revoked", "revoked", "revoked"]);
    } finally {
      await Promise.all(nodes.map((node) => node.close()));
    }
  },
  TIME_MS,
);
