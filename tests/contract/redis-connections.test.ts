import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Cluster, type Redis } from "ioredis";
import { freePorts } from "../../infra/local/free-ports.ts";
import type { RedisCluster } from "../../infra/local/redis-cluster.ts";
import { RedisNode } from "../../infra/local/redis-node.ts";
import {
  askTopology,
  connectReader,
  connectRedis,
  type RedisSettings,
  whenReady,
} from "../../server/store/redis/connect-redis.ts";
import { CONNECTION_PROFILES, CONNECTIONS_PER_SERVER } from "../../server/store/redis/connection-profile.ts";
import { ReaderOfCluster } from "../../server/store/redis/connection-trouble.ts";
import { ShardProbes } from "../../server/store/redis/shard-probes.ts";
import { slotOwner } from "../../server/store/redis/slot-owner.ts";
import { OneOfMany } from "../support/one-of-many.ts";
import { startTestCluster } from "../support/redis-cluster.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";
import { waitFor } from "../support/wait-for.ts";
import { redisHarness } from "./redis-harness.ts";
import { TierBench } from "./redis-tier-bench.ts";
import { voteAndHear } from "./vote-and-hear.ts";

describe("connections to a cluster", () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await startTestCluster();
  }, 30_000);
  afterAll(() => cluster?.stop());

  const settingsWith = (more: Partial<RedisSettings> = {}): RedisSettings => ({
    nodes: cluster.nodes.map(({ host, port }) => ({ host, port })),
    ...more,
  });

  test("[S34] however much is asked, a node has no more connections to a server than are named", async () => {
    const tier = new TierBench(cluster.nodes);
    const { definition } = await tier.open();
    const bus = await tier.follow(definition.pollId);
    await tier.vote(definition.pollId, ...Array.from({ length: 2_000 }, () => 1));
    await Promise.all(tier.tier.shards().flatMap((shard) => [shard.probe(), shard.probeReplica()]));
    for (const node of cluster.nodes) {
      const list = String(await node.redis.client("LIST"));
      const ours = list.match(/name=\S*pollcast-/g)?.length ?? 0;
      expect(ours).toBeGreaterThanOrEqual(2);
      expect(ours).toBeLessThanOrEqual(CONNECTIONS_PER_SERVER);
    }
    bus.stop();
    await tier.tier.close();
  }, 20_000);

  test("[S33] one address for many servers leads to all of them, some of which may be away", async () => {
    const [dead] = await freePorts(1);
    await using endpoint = await OneOfMany.start([{ host: "127.0.0.1", port: dead ?? 0 }, ...cluster.nodes]);
    const settings: RedisSettings = { nodes: [{ host: "localhost", port: endpoint.port }] };
    await waitFor("a server to answer", () => askTopology(settings).catch(() => null));
    const harness = await redisHarness(settings, "cluster");
    await voteAndHear(harness);
    await harness.dispose();
  }, 20_000);

  test("[S31] a reader beside a cluster is refused: a cluster names its replicas itself", async () => {
    const settings = settingsWith({ reader: { host: "127.0.0.1", port: 1 } });
    await expect(askTopology(settings)).rejects.toBeInstanceOf(ReaderOfCluster);
    expect(connectReader(settings, "cluster")).toBeNull();
  });

  test("[S35] each environment has its patience, and none lets a command outlive who asked", () => {
    for (const profile of Object.values(CONNECTION_PROFILES)) {
      expect(profile.connectMs).toBeLessThanOrEqual(profile.commands.commandMs);
      expect(profile.connectMs - profile.besideLedger.commandMs).toBeLessThanOrEqual(200);
    }
    expect(CONNECTION_PROFILES.production.listenerConnectMs).toBe(5_000);
    expect(CONNECTION_PROFILES.staging).toEqual(CONNECTION_PROFILES.production);
  });
});

test("[S35] a command that was given up is not carried out when its connection stands at last", async () => {
  // A server that stands still holds the handshake of TLS, not that of TCP.
  await using cluster = await startTestCluster({ masters: 3, replicasPerMaster: 0, tls: true });
  const key = "poll:{held}";
  const owner = await cluster.masterOf(key);
  await using way = await TcpProxy.start(owner, {});
  await owner.redis.config("SET", "cluster-announce-tls-port", `${way.port}`);
  const others = cluster.nodes.filter((node) => node !== owner);
  const ca = await readFile(cluster.certificates.ca, "utf8");
  const settings = { nodes: others.map(({ host, port }) => ({ host, port })), tls: { ca } };
  await waitFor("the others to know the way", async () => {
    const ranges = await others[0]?.redis.cluster("SLOTS");
    return ranges?.some((range) => String(range[2]).includes(`,${way.port},`));
  });
  const isOnItsWay = ({ options, status }: Redis) => options.port === way.port && status === "connecting";
  way.blackHole();
  const client = connectRedis(settings, "cluster", "test", { commandTimeout: 800, socketTimeout: 500 });
  client.on("error", () => {});
  if (!(client instanceof Cluster)) throw new Error("It is a cluster.");
  await waitFor(
    "the client to know the others, and to dial",
    () => client.status === "ready" && client.nodes("master").some(isOnItsWay),
  );
  // Sent to the server itself, as what must be confirmed is: it waits in the queue of that connection.
  const { connection } = slotOwner(client, key);
  expect(isOnItsWay(connection)).toBe(true);
  const failure = await connection.incr(key).catch(({ message }: Error) => message);
  expect(failure).toMatch(/timed out|closed/);
  // Not the connection that stands later: it is given up soon after the command.
  await waitFor("its connection to be given up", () => connection.status === "end", 1_000);
  way.pass();
  await whenReady(client);
  await waitFor("the way to be open", () =>
    client.get(key).then(
      () => true,
      () => false,
    ),
  );
  expect(await owner.redis.get(key)).toBeNull();
  client.disconnect();
}, 30_000);

describe("a reader beside a single server", () => {
  let folder: string;
  let primary: RedisNode;
  let replica: RedisNode;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "pollcast-reader-"));
    const [port = 0, otherPort = 0, bus = 0, otherBus = 0] = await freePorts(4);
    const single = (name: string, at: number, busPort: number) =>
      new RedisNode({
        ...{ name, port: at, busPort, id: "0".repeat(40), folder: join(folder, name) },
        settings: { "cluster-enabled": "no" },
      });
    primary = single("primary", port, bus);
    replica = single("replica", otherPort, otherBus);
    await Promise.all([primary.start(), replica.start()]);
    await replica.redis.replicaof(primary.host, primary.port);
    await waitFor("the replica to follow", async () =>
      (await replica.redis.info("replication")).includes("master_link_status:up"),
    );
  }, 30_000);
  afterAll(async () => {
    await Promise.all([primary?.kill9(), replica?.kill9()]);
    await rm(folder, { recursive: true, force: true });
  });

  test("[S31] what may be old is read there; without one there is no replica to read", async () => {
    const settings: RedisSettings = { nodes: [{ host: primary.host, port: primary.port }] };
    const withReader = { ...settings, reader: { host: replica.host, port: replica.port } };
    expect(await askTopology(withReader)).toBe("single");
    const client = connectRedis(settings, "single", "test").on("error", () => {});
    await whenReady(client);
    const reader = connectReader(withReader, "single");
    if (!reader) throw new Error("a reader was named");
    reader.on("error", () => {});
    await waitFor("the reader", () => reader.status === "ready");
    await client.set("poll:{r}", "1");
    await waitFor("the replica to have it", async () => (await reader.get("poll:{r}")) === "1");
    expect(await reader.info("replication")).toContain("role:slave");
    expect(connectReader(settings, "single")).toBeNull();

    const [here, alone] = [new ShardProbes(withReader, client), new ShardProbes(settings, client)];
    const [shard] = here.shards();
    const [bare] = alone.shards();
    await shard?.probe();
    await shard?.probeReplica();
    await expect(bare?.probeReplica()).rejects.toThrow();
    primary.freeze();
    await expect(shard?.probe()).rejects.toThrow();
    await shard?.probeReplica();
    expect(await reader.get("poll:{r}")).toBe("1");
    primary.thaw();
    for (const probes of [here, alone]) probes.close();
    reader.disconnect();
    client.disconnect();
  }, 20_000);
});
