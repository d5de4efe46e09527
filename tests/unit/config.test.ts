import { expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { type Config, helpText, isConfigError, readConfig, readLedgerConfig } from "../../server/config.ts";

function configOf(environment: Record<string, string>): Config {
  const config = readConfig(environment);
  if (isConfigError(config)) throw new Error(config.problem);
  return config;
}

function problemOf(environment: Record<string, string>): string {
  const config = readConfig(environment);
  if (!isConfigError(config)) throw new Error("was taken");
  return config.problem;
}

test("[S1] with nothing set a node listens on every address with the embedded store", () => {
  expect(configOf({})).toEqual({
    port: 3000,
    host: "0.0.0.0",
    publicOrigin: null,
    trustProxy: 0,
    nodeName: expect.stringMatching(/^[\w.-]{1,64}$/),
    environment: "development",
    dataDir: "./data",
    sessionSecrets: null,
    redis: null,
    ledger: null,
    opsToken: null,
    ballotRetentionDays: 30,
    localCacheSize: 1_000,
    logLevel: "info",
    framesPerSecond: 100,
  });
});

test("[S1] what is set is taken, an empty variable is as if absent, and the result is frozen", () => {
  const config = configOf({
    PORT: "0",
    HOST: "::1",
    PUBLIC_ORIGIN: "https://Vote.Example.org:443/",
    TRUST_PROXY: "2",
    NODE_NAME: "node-1",
    ENVIRONMENT: "production",
    SESSION_SECRET: "sixteen letters!, sixteen letters?",
    OPS_TOKEN: "",
    LOG_LEVEL: " debug ",
    FRAMES_PER_SECOND: "0",
  });
  expect(config).toMatchObject({
    port: 0,
    host: "::1",
    publicOrigin: "https://vote.example.org",
    trustProxy: 2,
    nodeName: "node-1",
    environment: "production",
    sessionSecrets: ["sixteen letters!", "sixteen letters?"],
    opsToken: null,
    logLevel: "debug",
    framesPerSecond: 0,
  });
  expect(Object.isFrozen(config)).toBe(true);
  expect(Object.isFrozen(config.sessionSecrets)).toBe(true);
});

test("[S2] a bad value stops the start with one line: the variable, what is wrong, an example", () => {
  expect(problemOf({ PORT: "http" })).toBe(
    'PORT must be a whole number from 0 to 65535, not "http". Example: PORT=8080',
  );
  const bad: Record<string, readonly string[]> = {
    PORT: ["65536", "-1", "3000.5", "0x10", "9".repeat(400)],
    HOST: ["two words", "http://x"],
    PUBLIC_ORIGIN: ["vote.example.org", "https://x.org/path", "ftp://x.org", "https://u:p@x.org", "null"],
    TRUST_PROXY: ["true", "11"],
    NODE_NAME: ["nöde", "x".repeat(65), "a\nb"],
    ENVIRONMENT: ["prod", "Production"],
    SESSION_SECRET: ["short", "sixteen letters!,short", "sixteen letters!,"],
    DYNAMODB_TABLE: ["ab", "two words", "x".repeat(256)],
    DYNAMODB_ENDPOINT: ["127.0.0.1:8000", "http://x.org/path"],
    AWS_REGION: ["EU", "eu central 1"],
    CREATE_TABLES: ["yes", "2"],
    OPS_TOKEN: ["short", "with spaces in it"],
    BALLOT_RETENTION_DAYS: ["0", "thirty"],
    REDIS_TLS: ["yes", "1", "ON"],
    REDIS_READER_URL: [
      "reader:6379",
      "http://x:1",
      "redis://x",
      "redis://u:p@x:1",
      "redis://x:1/2",
      "rediss://:1",
    ],
    LOCAL_CACHE_SIZE: ["0", "many"],
    LOG_LEVEL: ["verbose"],
    FRAMES_PER_SECOND: ["-1", "many"],
  };
  for (const [variable, values] of Object.entries(bad)) {
    for (const value of values) {
      const problem = problemOf({ [variable]: value });
      expect(problem).toStartWith(`${variable} must be `);
      expect(problem).toContain(`Example: ${variable}=`);
      expect(problem).not.toContain("\n");
      expect(problem.length).toBeLessThan(300);
    }
  }
});

test("[S2] a bad secret is not repeated in the error", () => {
  expect(problemOf({ SESSION_SECRET: "hunter2" })).not.toContain("hunter2");
  expect(problemOf({ OPS_TOKEN: "hunter2" })).not.toContain("hunter2");
});

test("[S3] --help has name, default, meaning and a valid example of every setting, from the schema", () => {
  const [head = "", ...rows] = helpText().split("\n");
  expect(head).toMatch(/^variable +default +meaning/);
  expect(rows.map((row) => row.split(" ")[0])).toEqual([
    "PORT",
    "HOST",
    "PUBLIC_ORIGIN",
    "TRUST_PROXY",
    "NODE_NAME",
    "ENVIRONMENT",
    "DATA_DIR",
    "SESSION_SECRET",
    "REDIS_NODES",
    "REDIS_USERNAME",
    "REDIS_PASSWORD",
    "REDIS_TLS",
    "REDIS_TLS_CA",
    "REDIS_READER_URL",
    "DYNAMODB_TABLE",
    "DYNAMODB_ENDPOINT",
    "AWS_REGION",
    "CREATE_TABLES",
    "OPS_TOKEN",
    "BALLOT_RETENTION_DAYS",
    "LOCAL_CACHE_SIZE",
    "LOG_LEVEL",
    "FRAMES_PER_SECOND",
  ]);
  for (const row of rows) {
    const [, name = "", example = ""] = /\((\w+)=(.+)\)$/.exec(row) ?? [];
    expect(row).toStartWith(name);
    // The shell makes a random text of it.
    const made = example === "$(openssl rand -hex 32)" ? "0123456789abcdef".repeat(4) : example;
    // What several nodes share asks for the secret beside it, and a table for where it is.
    const isShared = ["REDIS_NODES", "DYNAMODB_TABLE"].includes(name);
    const shared = isShared ? { SESSION_SECRET: "0123456789abcdef", AWS_REGION: "eu-central-1" } : {};
    // Beside what it is about; and the example's file is not there.
    const encrypted = { REDIS_NODES: "a:1", REDIS_TLS: "on", SESSION_SECRET: "0123456789abcdef" };
    const beside = name === "REDIS_READER_URL" ? encrypted : {};
    if (name === "REDIS_TLS_CA") continue;
    expect(readConfig({ ...shared, ...beside, [name]: made })).toHaveProperty("port");
  }
});

test("[S5] REDIS_NODES names servers, and asks for the secret that all nodes share", () => {
  const SESSION_SECRET = "sixteen letters!";
  const { redis } = configOf({
    REDIS_NODES: "a.example:6379, [::1]:7001",
    REDIS_USERNAME: "me",
    SESSION_SECRET,
  });
  expect(redis).toEqual({
    nodes: [
      { host: "a.example", port: 6379 },
      { host: "::1", port: 7001 },
    ],
    username: "me",
    password: undefined,
    tls: null,
    reader: null,
    environment: "development",
  });
  expect(problemOf({ REDIS_NODES: "a:1" })).toStartWith("SESSION_SECRET is required with REDIS_NODES");
  for (const wrong of ["a", "a:", "a:0", "a:70000", "a:1,", "redis://a:1/x"]) {
    expect(problemOf({ REDIS_NODES: wrong, SESSION_SECRET })).toStartWith("REDIS_NODES must be");
  }
});

const SINGLE = { REDIS_NODES: "redis.example:6379", SESSION_SECRET: "sixteen letters!" };

test("[S30] REDIS_TLS encrypts, with the system's trust or a CA that is read at the start", async () => {
  const folder = await mkdtemp(join(tmpdir(), "pollcast-config-"));
  try {
    const ca = join(folder, "ca.pem");
    await writeFile(ca, rootCertificates[0] ?? "");
    const REDIS_TLS = "on";
    expect(configOf({ ...SINGLE, REDIS_TLS }).redis?.tls).toEqual({ ca: null });
    expect(configOf({ ...SINGLE, REDIS_TLS: "off" }).redis?.tls).toBeNull();
    const withCa = configOf({ ...SINGLE, REDIS_TLS, REDIS_TLS_CA: ca });
    expect(withCa.redis?.tls?.ca).toStartWith("-----BEGIN CERTIFICATE-----");
    const nowhere = join(folder, "nowhere.pem");
    expect(problemOf({ ...SINGLE, REDIS_TLS, REDIS_TLS_CA: nowhere })).toBe(
      `REDIS_TLS_CA ${JSON.stringify(nowhere)} cannot be read (ENOENT). Example: REDIS_TLS_CA=/etc/ssl/redis-ca.pem`,
    );
    const broken = join(folder, "broken.pem");
    await writeFile(broken, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    expect(problemOf({ ...SINGLE, REDIS_TLS, REDIS_TLS_CA: broken })).toContain(
      "is no certificate in PEM form",
    );
    expect(problemOf({ ...SINGLE, REDIS_TLS_CA: ca })).toStartWith("REDIS_TLS is required with REDIS_TLS_CA");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("[S31] REDIS_READER_URL is an address beside one server, encrypted as that is", () => {
  const { redis } = configOf({ ...SINGLE, REDIS_READER_URL: "redis://[::1]:6380" });
  expect(redis?.reader).toEqual({ host: "::1", port: 6380 });
  expect(configOf(SINGLE).redis?.reader).toBeNull();
  const reader = { REDIS_READER_URL: "redis://reader.example:6379" };
  expect(problemOf(reader)).toStartWith("REDIS_NODES is required with REDIS_READER_URL");
  expect(problemOf({ ...SINGLE, ...reader, REDIS_NODES: "a:1,b:1" })).toStartWith(
    "REDIS_READER_URL is for one server with cluster mode off.",
  );
  expect(problemOf({ ...SINGLE, ...reader, REDIS_TLS: "on" })).toStartWith(
    "REDIS_READER_URL must begin with rediss://, as REDIS_TLS says.",
  );
});

test("[S20] DYNAMODB_TABLE alone is a ledger; it asks for a region or an endpoint, and for the secret", () => {
  const SESSION_SECRET = "sixteen letters!";
  const atHome = { DYNAMODB_TABLE: "polls", DYNAMODB_ENDPOINT: "http://127.0.0.1:8000", SESSION_SECRET };
  const { redis, ledger } = configOf(atHome);
  expect(redis).toBeNull();
  expect(ledger).toEqual({
    table: "polls",
    endpoint: "http://127.0.0.1:8000",
    region: null,
    createTable: true,
  });
  const { DYNAMODB_ENDPOINT: _, ...nowhere } = atHome;
  expect(problemOf(nowhere)).toBe(
    "AWS_REGION is required with DYNAMODB_TABLE, unless DYNAMODB_ENDPOINT names another DynamoDB. Example: AWS_REGION=eu-central-1",
  );
  const { SESSION_SECRET: __, ...forgetful } = atHome;
  expect(problemOf(forgetful)).toStartWith("SESSION_SECRET is required with DYNAMODB_TABLE");
});

test("[S20] a node makes a missing table of a stand-in, and at AWS only if it is told to", () => {
  const atAws = { DYNAMODB_TABLE: "polls", AWS_REGION: "eu-central-1", SESSION_SECRET: "sixteen letters!" };
  const made = (more: Record<string, string>) => configOf({ ...atAws, ...more }).ledger?.createTable;
  expect(configOf(atAws).ledger).toEqual({
    table: "polls",
    endpoint: null,
    region: "eu-central-1",
    createTable: false,
  });
  expect(made({ CREATE_TABLES: "1" })).toBe(true);
  expect(made({ CREATE_TABLES: "0" })).toBe(false);
  expect(made({ DYNAMODB_ENDPOINT: "http://127.0.0.1:8000" })).toBe(true);
  expect(made({ DYNAMODB_ENDPOINT: "http://127.0.0.1:8000", CREATE_TABLES: "0" })).toBe(false);
});

test("[S20] whoever needs the table only is asked for no more than where it is", () => {
  expect(readLedgerConfig({})).toEqual({
    problem: "DYNAMODB_TABLE is required to name the table. Example: DYNAMODB_TABLE=pollcast",
  });
  expect(readLedgerConfig({ DYNAMODB_TABLE: "polls" })).toHaveProperty(
    "problem",
    expect.stringMatching(/^AWS_REGION is required /),
  );
  const DYNAMODB_ENDPOINT = "http://127.0.0.1:8000";
  expect(readLedgerConfig({ DYNAMODB_TABLE: "polls", DYNAMODB_ENDPOINT, PORT: "http" })).toMatchObject({
    table: "polls",
    endpoint: DYNAMODB_ENDPOINT,
  });
});
