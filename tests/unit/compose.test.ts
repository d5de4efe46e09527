/** What can be known of docker-compose.yml without docker: that it fits together, and that servers accept it. */
import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import { helpText, readConfig } from "../../server/config.ts";

const health = z.strictObject({
  test: z.tuple([z.enum(["CMD", "CMD-SHELL"])], z.string()),
  interval: z.string().regex(/^\d+s$/),
  timeout: z.string().regex(/^\d+s$/),
  retries: z.int().positive(),
});
const service = z.strictObject({
  image: z.string(),
  build: z.literal(".").optional(),
  restart: z.enum(["no", "unless-stopped"]),
  user: z.string().optional(),
  entrypoint: z.array(z.string()).optional(),
  command: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  networks: z.strictObject({ default: z.strictObject({ ipv4_address: z.ipv4() }) }).optional(),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.string() })).default({}),
  stop_grace_period: z.string().optional(),
  stop_signal: z.string().optional(),
  healthcheck: health.optional(),
});
const file = z.strictObject({
  name: z.literal("pollcast"),
  "x-valkey": z.unknown(),
  "x-server": z.unknown(),
  "x-server-environment": z.unknown(),
  services: z.record(z.string(), service),
  networks: z.strictObject({
    default: z.strictObject({
      ipam: z.strictObject({ config: z.tuple([z.strictObject({ subnet: z.cidrv4() })]) }),
    }),
  }),
  volumes: z.record(z.string(), z.null()),
});
type Service = z.infer<typeof service>;

const compose = file.parse(parse(read("docker-compose.yml"), { merge: true }));
const VALKEYS = [1, 2, 3, 4, 5, 6].map((number) => `valkey-${number}`);
const SERVERS = ["node-1", "node-2", "node-3"];

function read(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
}

function serviceOf(name: string): Service {
  const found = compose.services[name];
  if (!found) throw new Error(`no service ${name}`);
  return found;
}

/** The value that follows an option on a command line. */
function optionOf({ command }: Service, option: string): string | undefined {
  return command[command.indexOf(option) + 1];
}

/** As compose hands it to the container of a person who has set a secret. */
function environmentOf(name: string): Record<string, string> {
  const { environment } = serviceOf(name);
  const secret = "0123456789abcdef0123456789abcdef";
  return Object.fromEntries(
    Object.entries(environment).map(([variable, value]) => [
      variable,
      value.replace(/\$\{SESSION_SECRET:\?[^}]+\}/, secret),
    ]),
  );
}

test("[X8] the services are those of the production shape, of fixed versions", () => {
  expect(Object.keys(compose.services).sort()).toEqual(
    [...VALKEYS, ...SERVERS, "balancer", "dynamodb", "form-cluster"].sort(),
  );
  for (const { image } of Object.values(compose.services)) {
    expect(image).toMatch(/^[a-z-]+(\/[a-z-]+)?:\d+\.\d+[\w.-]*$/);
  }
  expect(serviceOf("valkey-1").image).toMatch(/^valkey\/valkey:9\./);
  for (const name of SERVERS) expect(serviceOf(name).build).toBe(".");
  expect(existsSync(new URL("../../Dockerfile", import.meta.url))).toBe(true);
});

test("[X8] everything that runs says whether it is well; what runs once is waited for", () => {
  for (const [name, { healthcheck, restart }] of Object.entries(compose.services)) {
    const runsOnce = name === "form-cluster";
    expect([name, restart, healthcheck !== undefined]).toEqual([
      name,
      runsOnce ? "no" : "unless-stopped",
      !runsOnce,
    ]);
  }
  const waitsFor = (name: string) =>
    Object.entries(serviceOf(name).depends_on).map(([other, { condition }]) => `${other} ${condition}`);
  const healthy = (names: readonly string[]) => names.map((name) => `${name} service_healthy`);
  expect(waitsFor("form-cluster")).toEqual(healthy(VALKEYS));
  for (const name of SERVERS) {
    expect(waitsFor(name)).toEqual([
      "form-cluster service_completed_successfully",
      "dynamodb service_healthy",
    ]);
  }
  expect(waitsFor("balancer")).toEqual(healthy(SERVERS));
});

test("[X8] every server accepts its variables, and there is none that it does not know", () => {
  const known = helpText()
    .split("\n")
    .map((line) => line.split(" ")[0]);
  for (const name of SERVERS) {
    const environment = environmentOf(name);
    expect(Object.keys(environment).filter((variable) => !known.includes(variable))).toEqual([]);
    expect(readConfig(environment)).toMatchObject({
      nodeName: name,
      port: 3000,
      host: "0.0.0.0",
      trustProxy: 1,
      environment: "production",
      redis: { nodes: VALKEYS.map((host) => ({ host, port: 6379 })) },
      ledger: { table: "pollcast", endpoint: "http://dynamodb:8000", createTable: true },
    });
    expect(serviceOf(name).healthcheck?.test.join(" ")).toContain("http://127.0.0.1:3000/ready");
  }
});

test("[X8] the secret is asked for, and nobody's default", () => {
  for (const name of SERVERS) {
    expect(serviceOf(name).environment.SESSION_SECRET).toMatch(/^\$\{SESSION_SECRET:\?[^}]+\}$/);
  }
});

test("[X8] all Valkey nodes run with the settings that `bun run cluster` runs with", () => {
  for (const name of VALKEYS) {
    const { command, volumes } = serviceOf(name);
    expect(command.slice(0, 2)).toEqual(["valkey-server", "/etc/valkey/valkey.conf"]);
    expect(volumes).toEqual([`./infra/local/redis.conf:/etc/valkey/valkey.conf:ro`, `${name}:/data`]);
    expect(optionOf(serviceOf(name), "--dir")).toBe("/data");
    const options = command.filter((word) => word.startsWith("--"));
    expect(options).toEqual([
      "--dir",
      "--protected-mode",
      "--cluster-preferred-endpoint-type",
      "--cluster-announce-hostname",
    ]);
  }
  const settings = read("infra/local/redis.conf")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  expect(settings).toEqual(
    expect.arrayContaining([
      "cluster-enabled yes",
      "cluster-node-timeout 5000",
      "cluster-require-full-coverage no",
      "cluster-allow-reads-when-down yes",
      "appendonly yes",
      "maxmemory-policy noeviction",
    ]),
  );
  expect(read("infra/local/redis-node.ts")).toContain('new URL("redis.conf", import.meta.url)');
});

test("[X8] Valkey nodes keep their addresses and tell clients their names", () => {
  const subnet = compose.networks.default.ipam.config[0].subnet.replace(/0\/24$/, "");
  const addresses = VALKEYS.map((name) => serviceOf(name).networks?.default.ipv4_address ?? "");
  expect(new Set(addresses).size).toBe(VALKEYS.length);
  for (const address of addresses) expect(address).toStartWith(subnet);
  for (const name of VALKEYS) {
    expect(optionOf(serviceOf(name), "--cluster-announce-hostname")).toBe(name);
    expect(optionOf(serviceOf(name), "--cluster-preferred-endpoint-type")).toBe("hostname");
  }
  const { command, entrypoint, image } = serviceOf("form-cluster");
  expect(command).toEqual(addresses.map((address) => `${address}:6379`));
  expect(entrypoint).toEqual(["sh", "/form-cluster.sh"]);
  expect(image).toBe(serviceOf("valkey-1").image);
});

test("[X8] the balancer is open on this machine, checks itself there, and knows every server", () => {
  const { command, environment, ports, healthcheck } = serviceOf("balancer");
  expect(environment).toEqual({ LISTEN: ":8080" });
  expect(ports).toEqual(["127.0.0.1:8080:8080"]);
  expect(healthcheck?.test).toContain("http://127.0.0.1:8080/ready");
  const configurations = command.filter((word) => word.endsWith(".cfg"));
  expect(serviceOf("balancer").volumes).toEqual(
    configurations.map((path) => `${path.replace("/etc/haproxy", "./infra/local")}:${path}:ro`),
  );
  const servers = read("infra/local/haproxy-compose.cfg").match(/^ +server .*$/gm);
  expect(servers?.map((line) => line.trim())).toEqual(SERVERS.map((name) => `server ${name} ${name}:3000`));
  const published = Object.entries(compose.services).filter(
    ([, { ports: published }]) => published.length > 0,
  );
  expect(published.map(([name]) => name)).toEqual(["balancer"]);
});

test("[X8] what is mounted exists, and every volume belongs to one service", () => {
  const mounts = Object.values(compose.services).flatMap(({ volumes }) => volumes);
  const sources = mounts.map((mount) => mount.split(":")[0] ?? "");
  for (const path of sources.filter((source) => source.startsWith("./"))) {
    expect([path, existsSync(new URL(`../../${path}`, import.meta.url))]).toEqual([path, true]);
  }
  const named = sources.filter((source) => !source.startsWith("./"));
  expect(named.sort()).toEqual(Object.keys(compose.volumes).sort());
});

test("[X8] the ledger keeps its data, and one that is asked without a signature answers", () => {
  const { command, volumes, user, healthcheck } = serviceOf("dynamodb");
  expect(command).toEqual(["-jar", "DynamoDBLocal.jar", "-sharedDb", "-dbPath", "/data"]);
  expect([volumes, user]).toEqual([["dynamodb:/data"], "root"]);
  expect(healthcheck?.test.join(" ")).toContain("http://127.0.0.1:8000 | grep -q 400");
});
