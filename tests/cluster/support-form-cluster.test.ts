import { afterEach, expect, test } from "bun:test";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePorts } from "../../infra/local/free-ports.ts";
import { RedisNode } from "../../infra/local/redis-node.ts";
import { waitUntil } from "../../infra/local/wait-until.ts";

const SCRIPT = fileURLToPath(new URL("../../infra/local/form-cluster.sh", import.meta.url));

const toEnd: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const end of toEnd.splice(0).reverse()) await end();
});

/** Six nodes that know nobody, as the containers of docker-compose.yml before their first start. */
async function strangers(): Promise<{ nodes: RedisNode[]; folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), "pollcast-form-"));
  toEnd.push(() => rm(folder, { recursive: true }));
  const ports = await freePorts(12);
  const nodes = [1, 2, 3, 4, 5, 6].map((number, index) => {
    const name = `valkey-${number}`;
    const [port = 0, busPort = 0] = ports.slice(2 * index);
    const settings = { "cluster-announce-hostname": name, "cluster-preferred-endpoint-type": "hostname" };
    return new RedisNode({ name, id: "", port, busPort, folder: join(folder, name), settings });
  });
  toEnd.push(() => Promise.all(nodes.map((node) => node.kill9())));
  await Promise.all(nodes.map((node) => node.start()));
  return { nodes, folder };
}

/** Runs the script as its container does; Debian's redis-cli stands in for valkey-cli. */
async function form(nodes: readonly RedisNode[], folder: string) {
  const programs = await mkdtemp(join(folder, "programs-"));
  await symlink(Bun.which("redis-cli") ?? "", join(programs, "valkey-cli"));
  const run = Bun.spawn(["sh", SCRIPT, ...nodes.map((node) => node.address)], {
    env: { PATH: `${programs}:${process.env.PATH}` },
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err] = await Promise.all([new Response(run.stdout).text(), new Response(run.stderr).text()]);
  return { code: await run.exited, out, err };
}

test("[X7] the cluster is formed once, and recognised at every later start", async () => {
  const { nodes, folder } = await strangers();
  const first = await form(nodes, folder);
  expect([first.code, first.err]).toEqual([0, ""]);
  const [node] = nodes;
  if (!node) throw new Error("no nodes");
  const shards = await node.redis.cluster("SLOTS");
  expect(shards.map(([from, to, master]) => [from, to, master?.[0]])).toEqual([
    [0, 5460, "valkey-1"],
    [5461, 10922, "valkey-2"],
    [10923, 16383, "valkey-3"],
  ]);
  await waitUntil("each master has a replica", async () =>
    (await node.redis.cluster("SLOTS")).every((shard) => shard.length === 4),
  );
  await Promise.all(nodes.map((one) => one.kill9()));
  await Promise.all(nodes.map((one) => one.start()));
  const again = await form(nodes, folder);
  expect([again.code, again.out]).toEqual([0, "The cluster of 6 nodes is ready.\n"]);
});

test("[X7] a node that remembers others without an address is not mixed in", async () => {
  const { nodes, folder } = await strangers();
  const [first] = nodes;
  if (!first) throw new Error("no nodes");
  await first.kill9();
  const stranger = "f".repeat(40);
  const self = "e".repeat(40);
  await first.knowCluster(
    [
      `${self} ${first.address}@${first.busPort} myself,master - 0 0 1 connected 0-100`,
      `${stranger} :0@0 master,noaddr - 0 0 2 disconnected 101-200`,
    ],
    2,
  );
  await first.start();
  const { code, err } = await form(nodes, folder);
  expect(code).toBe(1);
  expect(err).toContain("remembers nodes without an address");
});
