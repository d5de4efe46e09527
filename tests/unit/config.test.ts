import { expect, test } from "bun:test";
import { type Config, helpText, isConfigError, readConfig } from "../../server/config.ts";

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
    opsToken: null,
    ballotRetentionDays: 30,
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
    OPS_TOKEN: ["short", "with spaces in it"],
    BALLOT_RETENTION_DAYS: ["0", "thirty"],
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

test("[S2] a store of a later release is not silently ignored", () => {
  for (const variable of ["DYNAMODB_TABLE"]) {
    const problem = problemOf({ [variable]: "somewhere", PORT: "http" });
    expect(problem).toStartWith(`${variable} is set`);
    expect(problem).toContain("no ledger yet");
    expect(readConfig({ [variable]: "" })).toHaveProperty("port");
  }
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
    "OPS_TOKEN",
    "BALLOT_RETENTION_DAYS",
    "LOG_LEVEL",
    "FRAMES_PER_SECOND",
  ]);
  for (const row of rows) {
    const [, name = "", example = ""] = /\((\w+)=(.+)\)$/.exec(row) ?? [];
    expect(row).toStartWith(name);
    // The shell makes a random text of it.
    const made = example === "$(openssl rand -hex 32)" ? "0123456789abcdef".repeat(4) : example;
    // Redis asks for the secret beside it.
    const shared = name === "REDIS_NODES" ? { SESSION_SECRET: "0123456789abcdef" } : {};
    expect(readConfig({ ...shared, [name]: made })).toHaveProperty("port");
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
  });
  expect(problemOf({ REDIS_NODES: "a:1" })).toStartWith("SESSION_SECRET is required with REDIS_NODES");
  for (const wrong of ["a", "a:", "a:0", "a:70000", "a:1,", "redis://a:1/x"]) {
    expect(problemOf({ REDIS_NODES: wrong, SESSION_SECRET })).toStartWith("REDIS_NODES must be");
  }
});
