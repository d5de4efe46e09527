import { afterAll, beforeAll, describe, expect, spyOn, test } from "bun:test";
import type { RedisCluster } from "../../infra/local/redis-cluster.ts";
import { askTopology, type RedisSettings } from "../../server/store/redis/connect-redis.ts";
import { pollKeys } from "../../server/store/redis/keys.ts";
import { aclUser, NEEDED_COMMANDS } from "../../server/store/redis/least-rights.ts";
import { RedisSessions } from "../../server/store/redis/redis-sessions.ts";
import { TierConnection } from "../../server/store/redis/tier-connection.ts";
import { newPollId, type PollId } from "../../shared/ids.ts";
import { startTestCluster } from "../support/redis-cluster.ts";
import { waitFor } from "../support/wait-for.ts";
import { EveryRedisVerb } from "./every-redis-verb.ts";
import { pollStoreContract } from "./poll-store-contract.ts";
import { redisHarness } from "./redis-harness.ts";
import { tierBallotRules } from "./redis-tier-ballot-rules.ts";
import { HandBreakers } from "./redis-tier-bench.ts";
import { tierControlRules } from "./redis-tier-control-rules.ts";
import { TierStage } from "./redis-tier-stage.ts";
import { newSessionId } from "./session-tier-bench.ts";
import { sessionTierContract } from "./session-tier-contract.ts";

const PASSWORD = "let-the-node-in";
const ACCESS = { username: "pollcast", password: PASSWORD };
/** Users tried at once: each opens some twenty connections, and what is slow would be taken for missing. */
const AT_ONCE = 8;
const userWithout = (command: string) => `without-${command.replace("|", "-")}`;

/** Of a server: who was denied which command, once for each. */
async function deniedAt(cluster: RedisCluster): Promise<Set<string>> {
  const logs = await Promise.all(
    cluster.nodes.map(({ redis }) => redis.call("ACL", "LOG", "1000") as Promise<string[][]>),
  );
  const said = (entry: readonly string[], name: string) => entry[entry.indexOf(name) + 1];
  // Not those who were not let in at all.
  const denied = logs.flat().filter((entry) => said(entry, "reason") !== "auth");
  return new Set(denied.map((entry) => `${said(entry, "username")} ${said(entry, "object")}`));
}

/** From now on a key of this poll, which must not be there, is asked for at the master that takes over its slot. */
async function moveSlotOf(cluster: RedisCluster, pollId: PollId): Promise<void> {
  const slot = await cluster.slotOf(pollKeys(pollId).poll);
  const from = await cluster.masterOf(slot);
  const to = cluster.nodes.find((node) => node !== from) ?? from;
  await to.redis.cluster("SETSLOT", slot, "IMPORTING", from.id);
  await from.redis.cluster("SETSLOT", slot, "MIGRATING", to.id);
}

describe("Redis that knows its users", () => {
  let cluster: RedisCluster;
  let settings: RedisSettings;
  const moving = newPollId();

  beforeAll(async () => {
    cluster = await startTestCluster({
      masters: 2,
      acl: [
        aclUser("pollcast", PASSWORD),
        ...NEEDED_COMMANDS.map((command) => `${aclUser(userWithout(command), PASSWORD)} -${command}`),
      ],
      settings: { "acllog-max-len": "1000" },
    });
    settings = { ...ACCESS, nodes: cluster.nodes.map(({ host, port }) => ({ host, port })) };
    await moveSlotOf(cluster, moving);
  }, 30_000);
  afterAll(() => cluster?.stop());

  test("[S36] the least rights are enough: nothing fails, and nothing is denied", async () => {
    const verbs = new EveryRedisVerb(settings, moving);
    await verbs.run();
    expect(verbs.troubles).toEqual([]);
    expect([...(await deniedAt(cluster))].filter((line) => line.startsWith("pollcast "))).toEqual([]);
  }, 20_000);

  test("[S36] with any one command less, that command is missed", async () => {
    // The client says so itself where it may not ask INFO.
    using _quiet = spyOn(console, "warn").mockImplementation(() => {});
    for (let from = 0; from < NEEDED_COMMANDS.length; from += AT_ONCE) {
      const users = NEEDED_COMMANDS.slice(from, from + AT_ONCE).map(userWithout);
      await Promise.all(users.map((username) => new EveryRedisVerb({ ...settings, username }, moving).run()));
    }
    const denied = await deniedAt(cluster);
    const missed = NEEDED_COMMANDS.filter((command) => denied.has(`${userWithout(command)} ${command}`));
    expect(missed).toEqual([...NEEDED_COMMANDS]);
  }, 60_000);

  test("[S37] a wrong or missing user or password is one line that says what to do", async () => {
    const [first] = settings.nodes;
    const problemWith = (access: Partial<RedisSettings>) =>
      askTopology({ ...settings, nodes: first ? [first] : [], ...access }).catch(({ message }) => message);
    const at = `Redis ${first?.host}:${first?.port}:`;
    const wrong = `${at} wrong user or password: check REDIS_USERNAME and REDIS_PASSWORD (WRONGPASS`;
    expect(await problemWith({ password: "guess" })).toStartWith(wrong);
    expect(await problemWith({ username: "nobody" })).toStartWith(wrong);
    expect(await problemWith({ username: undefined, password: undefined })).toStartWith(
      `${at} it asks for a password: set REDIS_PASSWORD`,
    );
    expect(await problemWith({})).toBe("cluster");
    expect(await problemWith({ password: "guess" })).not.toContain("guess");
  });
});

describe("a poll store with the least rights", () => {
  let cluster: RedisCluster | undefined;
  /** A test that runs out of time takes every child process with it: the next one gets a cluster of its own. */
  const runningCluster = async () => {
    if (cluster?.nodes.every((node) => node.answers)) return cluster;
    await cluster?.stop();
    cluster = await startTestCluster({ acl: [aclUser("pollcast", PASSWORD)] });
    return cluster;
  };
  beforeAll(async () => {
    await runningCluster();
  }, 30_000);
  afterAll(() => cluster?.stop());

  pollStoreContract("Redis Cluster with the least rights", async () => {
    const nodes = (await runningCluster()).nodes.map(({ host, port }) => ({ host, port }));
    return redisHarness({ ...ACCESS, nodes }, "cluster");
  });
});

describe("Redis above a ledger with the least rights", () => {
  const stage = new TierStage({ acl: [aclUser("pollcast", PASSWORD)] }, ACCESS);
  describe("ballots", () => tierBallotRules(stage));
  describe("control", () => tierControlRules(stage));

  describe("sessions", () => {
    const connections: TierConnection[] = [];
    beforeAll(async () => {
      const nodes = stage.cluster.nodes.map(({ host, port }) => ({ host, port }));
      for (let count = 0; count < 2; count += 1) {
        connections.push(
          new TierConnection({
            settings: { ...ACCESS, nodes },
            breakers: new HandBreakers(),
            onTrouble: () => {},
            onError: () => {},
          }),
        );
      }
      const away = () =>
        connections.some((connection) => new RedisSessions(connection, Date.now).isAway(newSessionId()));
      await waitFor("the shards to be found", () => !away());
    });
    afterAll(() => Promise.all(connections.map((connection) => connection.close())));

    sessionTierContract("Redis with the least rights", ({ now }) => {
      const [one, other] = connections;
      if (!one || !other) throw new Error("There are connections only while tests run.");
      return [new RedisSessions(one, now), new RedisSessions(other, now)];
    });
  });
});
