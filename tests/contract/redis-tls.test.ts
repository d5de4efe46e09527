import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeCertificates } from "../../infra/local/certificates.ts";
import type { RedisCluster } from "../../infra/local/redis-cluster.ts";
import {
  askTopology,
  connectRedis,
  type RedisSettings,
  type Topology,
  whenReady,
} from "../../server/store/redis/connect-redis.ts";
import { ballotOf, newVoter } from "../support/fixtures.ts";
import { OneOfMany } from "../support/one-of-many.ts";
import { startTestCluster } from "../support/redis-cluster.ts";
import { inTime, waitFor } from "../support/wait-for.ts";
import { redisHarness } from "./redis-harness.ts";
import { TierBench } from "./redis-tier-bench.ts";
import { voteAndHear } from "./vote-and-hear.ts";

/** What is said to an operator, or the topology. */
function topologyOrTrouble(settings: RedisSettings): Promise<Topology | string> {
  return askTopology(settings).catch(({ message }: Error) => message);
}

async function settingsOf(cluster: RedisCluster): Promise<RedisSettings> {
  const ca = await readFile(cluster.certificates.ca, "utf8");
  return { nodes: cluster.nodes.map(({ host, port }) => ({ host, port })), tls: { ca } };
}

/** How many of our connections were let in, by all servers. */
async function connectionsTo(cluster: RedisCluster): Promise<number> {
  const lists = await Promise.all(cluster.nodes.map(({ redis }) => redis.client("LIST")));
  return lists.join("\n").match(/name=\S*pollcast-/g)?.length ?? 0;
}

describe("Redis over TLS, by address", () => {
  let cluster: RedisCluster;
  let settings: RedisSettings;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "pollcast-tls-"));
    cluster = await startTestCluster({ tls: true });
    settings = await settingsOf(cluster);
  }, 30_000);
  afterAll(async () => {
    await cluster?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test("[S32] with the right CA ballots, news, probes and a ledger's tier work, every connection encrypted", async () => {
    expect(await askTopology(settings)).toBe("cluster");
    const harness = await redisHarness(settings, "cluster");
    await voteAndHear(harness);
    const bench = new TierBench(settings.nodes, settings);
    const { definition } = await bench.open();
    const cast = await bench.tier.cast(ballotOf(definition.pollId, newVoter(), [1]));
    expect(cast).toMatchObject({ outcome: { kind: "accepted", durability: "replicated" } });
    await Promise.all(bench.tier.shards().flatMap((shard) => [shard.probe(), shard.probeReplica()]));
    expect(await connectionsTo(cluster)).toBeGreaterThan(cluster.nodes.length);
    // Nobody listens without TLS: what works is encrypted.
    const ports = await Promise.all(cluster.nodes.map(({ redis }) => redis.config("GET", "port")));
    expect(ports.flat().filter((value) => value !== "port")).toEqual(cluster.nodes.map(() => "0"));
    await Promise.all([harness.dispose(), bench.tier.close()]);
  }, 20_000);

  test("[S32] a CA that did not sign, or none, is refused with one line, and no connection stands", async () => {
    const { ca } = await makeCertificates(folder);
    const foreign: RedisSettings = { ...settings, tls: { ca: await readFile(ca, "utf8") } };
    expect(await topologyOrTrouble(foreign)).toContain("its certificate was not signed by REDIS_TLS_CA (");
    expect(await topologyOrTrouble({ ...settings, tls: { ca: null } })).toContain(
      "nobody this machine trusts signed its certificate: name the CA with REDIS_TLS_CA (",
    );
    await isNotLetIn(foreign);
  });

  test("[S32] without TLS the line says that it is asked for, and where it is not spoken, that", async () => {
    const [first] = settings.nodes;
    const plain: RedisSettings = { nodes: first ? [first] : [] };
    expect(await topologyOrTrouble(plain)).toStartWith(
      `Redis ${first?.host}:${first?.port}: it hung up; if it speaks TLS only, set REDIS_TLS=on (`,
    );
    await using mute = await OneOfMany.start([]);
    const hangsUp = { ...settings, nodes: [{ host: "127.0.0.1", port: mute.port }] };
    expect(await topologyOrTrouble(hangsUp)).toContain("it may not speak TLS (REDIS_TLS=off)");
  });

  /** A client that is made all the same gets nowhere: what it is asked fails, and no server has it in its list. */
  async function isNotLetIn(refused: RedisSettings): Promise<void> {
    const troubles: Error[] = [];
    const client = connectRedis(refused, "cluster", "test").on("error", (error) => troubles.push(error));
    await waitFor("the client to give up all servers", () => troubles.length > 0);
    expect(client.status).not.toBe("ready");
    expect(await connectionsTo(cluster)).toBe(0);
    client.disconnect();
  }
});

describe("Redis over TLS, by name", () => {
  let cluster: RedisCluster;
  let settings: RedisSettings;

  // As a managed cluster does it: the servers tell their names, and their certificate is for these alone.
  beforeAll(async () => {
    cluster = await startTestCluster({
      tls: { names: ["DNS:localhost"] },
      settings: { "cluster-announce-hostname": "localhost", "cluster-preferred-endpoint-type": "hostname" },
    });
    settings = await settingsOf(cluster);
    await waitFor("the servers to know their names", async () => {
      const slots = await cluster.someNode().redis.cluster("SLOTS");
      return slots
        .flatMap((range) => range.slice(2))
        .every((server) => String(server).startsWith("localhost,"));
    });
  }, 30_000);
  afterAll(() => cluster?.stop());

  test("[S33] a configuration endpoint, one name for all servers, leads to the cluster and its names", async () => {
    await using endpoint = await OneOfMany.start(cluster.nodes);
    const byName = { ...settings, nodes: [{ host: "localhost", port: endpoint.port }] };
    expect(await askTopology(byName)).toBe("cluster");
    const harness = await redisHarness(byName, "cluster");
    await voteAndHear(harness);
    const client = connectRedis(byName, "cluster", "test");
    await whenReady(client);
    expect("nodes" in client && client.nodes("master").map(({ options }) => options.host)).toEqual(
      Array.from({ length: 3 }, () => "localhost"),
    );
    client.disconnect();
    await harness.dispose();
  }, 20_000);

  test("[S32] a server whose certificate is for another name is refused with one line", async () => {
    expect(await topologyOrTrouble(settings)).toMatch(
      /^Redis 127\.0\.0\.1:\d+: its certificate is for another name: REDIS_NODES must use a name or address that it has/,
    );
    const client = connectRedis(settings, "cluster", "test");
    const trouble = new Promise<Error>((resolve) => client.once("error", resolve));
    await inTime("the client to give up", trouble);
    expect(client.status).not.toBe("ready");
    expect(await connectionsTo(cluster)).toBe(0);
    client.disconnect();
  });
});
