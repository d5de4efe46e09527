/** `bun run doctor`, as an operator starts it, with stores that are there and stores that are not. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, freePorts } from "../../infra/local/free-ports.ts";
import type { RedisCluster } from "../../infra/local/redis-cluster.ts";
import { RedisNode } from "../../infra/local/redis-node.ts";
import type { Finding } from "../../server/ops/finding.ts";
import { aclUser } from "../../server/store/redis/least-rights.ts";
import { startDynamo, type TestDynamo } from "../support/dynalite.ts";
import { startTestCluster } from "../support/redis-cluster.ts";
import { waitFor } from "../support/wait-for.ts";

const DOCTOR = new URL("../../server/doctor.ts", import.meta.url).pathname;
const PASSWORD = "let-the-node-in";
const SESSION_SECRET = "0123456789abcdef".repeat(4);

let folder: string;
let cluster: RedisCluster;
let dynamo: TestDynamo;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pollcast-doctor-"));
  [cluster, dynamo] = await Promise.all([
    startTestCluster({ tls: true, acl: [aclUser("pollcast", PASSWORD)] }),
    startDynamo(),
  ]);
}, 30_000);
afterAll(async () => {
  await cluster?.stop();
  await dynamo?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const textOf = (stream: ReadableStream) => new Response(stream).text();

/** Only with these variables. */
async function run(args: readonly string[], env: Record<string, string>) {
  const { PATH = "", HOME = "" } = process.env;
  const started = Bun.spawn([process.execPath, "--no-env-file", DOCTOR, ...args], {
    cwd: folder,
    env: { PATH, HOME, AWS_EC2_METADATA_DISABLED: "true", ...env },
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, error, code] = await Promise.all([
    textOf(started.stdout),
    textOf(started.stderr),
    started.exited,
  ]);
  return { out, error, code };
}

async function findings(env: Record<string, string>) {
  const { out, error, code } = await run(["--json"], env);
  expect(error).toBe("");
  const { works, findings } = JSON.parse(out) as { works: boolean; findings: Finding[] };
  expect([works, code]).toEqual(works ? [true, 0] : [false, 1]);
  const of = (subject: string) => findings.find((finding) => finding.subject === subject);
  return { works, findings, of };
}

const atCluster = () => ({
  REDIS_NODES: cluster.addresses,
  REDIS_USERNAME: "pollcast",
  REDIS_PASSWORD: PASSWORD,
  REDIS_TLS: "on",
  REDIS_TLS_CA: cluster.certificates.ca,
  SESSION_SECRET,
});

test("[S40] with every store there, each is reachable, how fast, and set as it should be", async () => {
  const {
    works,
    findings: all,
    of,
  } = await findings({
    ...atCluster(),
    DYNAMODB_TABLE: dynamo.settings.table,
    DYNAMODB_ENDPOINT: dynamo.endpoint,
  });
  expect(works).toBe(true);
  expect(all.filter(({ state }) => state === "warning" || state === "failed")).toEqual([]);
  expect(of("Redis cluster")?.said).toBe("3 masters, 3 replicas, 16384 of 16384 slots served");
  for (const node of cluster.nodes) {
    const { said, p50Ms } = of(`Redis ${node.address}`) ?? {};
    expect(said).toMatch(/^(master|replica), version \d+\.\d+\.\d+$/);
    expect(p50Ms).toBeGreaterThan(0);
  }
  const shards = all.filter(({ subject }) => subject.startsWith("Redis shard "));
  expect(shards.map(({ said }) => said)).toEqual(
    Array.from({ length: 3 }, () => "takes writes; 1 of 1 replicas confirm them"),
  );
  for (const subject of ["maxmemory-policy", "appendonly", "Redis clock"])
    expect(of(subject)?.state).toBe("ok");
  expect(of("DynamoDB")).toMatchObject({ state: "ok", p50Ms: expect.any(Number) });
  expect(of("DynamoDB TTL")?.state).toBe("ok");
  // The least rights do not let it ask.
  expect(of("cluster-require-full-coverage")?.state).toBe("unknown");
}, 20_000);

test("[S40] Redis that is away, or keeps us out, fails with what to do", async () => {
  const nobody = `127.0.0.1:${await freePort()}`;
  const away = await findings({ SESSION_SECRET, REDIS_NODES: nobody });
  expect(away.works).toBe(false);
  expect(away.of(`Redis ${nobody}`)).toMatchObject({
    state: "failed",
    said: expect.stringContaining("nobody listens there"),
    action: expect.stringContaining("see that it runs"),
  });
  const [first] = cluster.nodes;
  const subject = `Redis ${first?.address}`;
  const saidWith = async (env: Record<string, string>) =>
    (await findings({ ...atCluster(), ...env })).of(subject)?.said;
  expect(await saidWith({ REDIS_PASSWORD: "guess" })).toContain("wrong user or password");
  expect(await saidWith({ REDIS_TLS: "off", REDIS_TLS_CA: "" })).toContain("set REDIS_TLS=on");
  expect(await saidWith({ REDIS_TLS_CA: "" })).toContain("name the CA with REDIS_TLS_CA");
}, 20_000);

test("[S40] a shard without its replica, and rights that do not suffice, are seen", async () => {
  await using bare = await startTestCluster({
    masters: 1,
    replicasPerMaster: 0,
    acl: [`user pollcast on >${PASSWORD} ~* &* +ping +time +info +cluster +config|get`],
    settings: { "maxmemory-policy": "allkeys-lru", appendonly: "no", "cluster-require-full-coverage": "yes" },
  });
  const env = { REDIS_USERNAME: "pollcast", REDIS_PASSWORD: PASSWORD, SESSION_SECRET };
  const { works, of } = await findings({ ...env, REDIS_NODES: bare.addresses });
  expect(works).toBe(false);
  expect(of("Redis cluster")).toMatchObject({
    state: "warning",
    said: expect.stringContaining("no replica:"),
  });
  expect(of(`Redis shard ${bare.addresses}`)).toMatchObject({
    state: "failed",
    said: expect.stringContaining("the user may not do what is needed"),
  });
  for (const subject of ["maxmemory-policy", "appendonly", "cluster-require-full-coverage"]) {
    expect(of(subject)).toMatchObject({ state: "warning", action: expect.stringContaining("set ") });
  }
}, 20_000);

test("[S40] a reader is a replica that answers; without one that is said, and beside a cluster refused", async () => {
  const [port = 0, otherPort = 0, bus = 0, otherBus = 0] = await freePorts(4);
  const single = (name: string, at: number, busPort: number) =>
    new RedisNode({
      ...{ name, port: at, busPort, id: "0".repeat(40), folder: join(folder, name) },
      settings: { "cluster-enabled": "no" },
    });
  const [primary, replica] = [single("primary", port, bus), single("replica", otherPort, otherBus)];
  try {
    await Promise.all([primary.start(), replica.start()]);
    await replica.redis.replicaof(primary.host, primary.port);
    await waitFor("the replica to follow", async () =>
      (await replica.redis.info("replication")).includes("master_link_status:up"),
    );
    const env = { SESSION_SECRET, REDIS_NODES: primary.address };
    expect((await findings(env)).of("REDIS_READER_URL")?.said).toBe("not set: the primary serves all reads");
    const withReader = await findings({ ...env, REDIS_READER_URL: `redis://${replica.address}` });
    expect(withReader.works).toBe(true);
    expect(withReader.of(`Redis reader ${replica.address}`)?.said).toStartWith("replica, ");
    const swapped = await findings({ SESSION_SECRET, REDIS_NODES: replica.address });
    expect(swapped.of("Redis")).toMatchObject({
      state: "failed",
      said: expect.stringContaining("a replica"),
    });
    await replica.kill9();
    const without = await findings({ ...env, REDIS_READER_URL: `redis://${replica.address}` });
    expect(without.of(`Redis reader ${replica.address}`)?.state).toBe("failed");
  } finally {
    await Promise.all([primary.kill9(), replica.kill9()]);
  }
  const [one] = cluster.nodes;
  const beside = {
    ...atCluster(),
    REDIS_NODES: one?.address ?? "",
    REDIS_READER_URL: "rediss://127.0.0.1:1",
  };
  expect((await findings(beside)).of("REDIS_READER_URL")?.said).toContain("is for cluster mode off");
}, 30_000);

test("[S40] a table that is missing, and DynamoDB that is away, fail with what to do", async () => {
  const env = { SESSION_SECRET, DYNAMODB_TABLE: "not-there", DYNAMODB_ENDPOINT: dynamo.endpoint };
  expect((await findings({ ...env, CREATE_TABLES: "0" })).of("DynamoDB")).toMatchObject({
    state: "failed",
    action: "make it: DYNAMODB_TABLE=not-there bun run tables",
  });
  expect((await findings(env)).of("DynamoDB")).toMatchObject({
    state: "warning",
    action: "nothing: a node makes it when it starts",
  });
  const nobody = `http://127.0.0.1:${await freePort()}`;
  const away = await findings({ ...env, DYNAMODB_ENDPOINT: nobody });
  expect(away.of("DynamoDB")).toMatchObject({
    state: "failed",
    said: expect.stringContaining(`nobody answers at ${nobody}`),
  });
});

test("[S41] the data folder is tried and left as it was", async () => {
  const DATA_DIR = join(folder, "data");
  expect((await findings({ DATA_DIR })).of("DATA_DIR")).toMatchObject({
    state: "ok",
    p50Ms: expect.any(Number),
  });
  expect(existsSync(DATA_DIR)).toBe(false);
  const file = join(folder, "file");
  await writeFile(file, "");
  expect((await findings({ DATA_DIR: join(file, "data") })).of("DATA_DIR")).toMatchObject({
    state: "failed",
    action: expect.stringContaining("make it writable"),
  });
});

test("[S41] settings that may be taken and yet are not good for production are told, and no secret is repeated", async () => {
  const weak = "sixteen letters!";
  const bad = await findings({
    ...atCluster(),
    ENVIRONMENT: "production",
    SESSION_SECRET: weak,
    PUBLIC_ORIGIN: "https://vote.example.org",
  });
  expect(bad.of("SESSION_SECRET")?.state).toBe("warning");
  expect(bad.of("PUBLIC_ORIGIN")?.said).toContain("TRUST_PROXY is 0");
  expect(bad.of("DYNAMODB_TABLE")?.state).toBe("warning");
  expect(bad.of("REDIS_TLS")?.state).toBe("ok");
  expect(bad.of("REDIS_PASSWORD")?.state).toBe("ok");
  for (const secret of [weak, PASSWORD]) expect(JSON.stringify(bad.findings)).not.toContain(secret);
  const wrong = await findings({ PORT: "http" });
  expect(wrong.findings).toEqual([
    {
      subject: "PORT",
      state: "failed",
      said: 'PORT must be a whole number from 0 to 65535, not "http".',
      action: "for example PORT=8080",
    },
  ]);
}, 20_000);

test("[S40] for a person it is a table that ends with the verdict; the ACL user is printed to be copied", async () => {
  const table = await run([], { DATA_DIR: join(folder, "data") });
  expect(table.code).toBe(0);
  expect(table.out).toMatch(/^state +what +p50 of 20 +seen\nok +SESSION_SECRET /);
  expect(table.out).toEndWith("\nEverything works.\n");
  const nobody = `127.0.0.1:${await freePort()}`;
  const broken = await run([], { REDIS_NODES: nobody, SESSION_SECRET });
  expect(broken.code).toBe(1);
  expect(broken.out).toContain("\nFAILED ");
  expect(broken.out).toMatch(/\n +→ see that it runs.*\n/);
  expect(broken.out).toEndWith("\n1 of what is configured does not work.\n");
  const user = await run(["--redis-user"], {});
  expect(user).toEqual({ out: `${aclUser("pollcast", "PASSWORD")}\n`, error: "", code: 0 });
  expect(await run(["--all"], {})).toMatchObject({ code: 1, out: expect.stringContaining("Usage:") });
});
