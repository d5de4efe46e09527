/** The only reader of the environment. What comes out is checked, complete and frozen; everybody else is given values. */
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { z } from "zod";
import { helpOf, variables } from "./config-variables.ts";

export interface Config {
  /** 0: any free port. */
  readonly port: number;
  readonly host: string;
  /** `https://vote.example.org`, without a path; `null`: taken from each request. */
  readonly publicOrigin: string | null;
  /** How many proxies stand in front: that many entries of `X-Forwarded-For` are believed. */
  readonly trustProxy: number;
  readonly nodeName: string;
  readonly environment: "production" | "staging" | "development";
  readonly dataDir: string;
  /** The first signs, all verify; `null`: one is made and kept in the data folder. */
  readonly sessionSecrets: readonly string[] | null;
  /** Cluster, configuration endpoint or single server; `null`: the embedded store. */
  readonly redis: RedisConfig | null;
  /** Where ballots are kept for good; `null`: there is no ledger. */
  readonly ledger: LedgerConfig | null;
  /** `null`: metrics and figures are for loopback only. */
  readonly opsToken: string | null;
  readonly ballotRetentionDays: number;
  /** Parts of sessions (`SessionKey`) kept in memory, at the most. */
  readonly localCacheSize: number;
  readonly logLevel: "fatal" | "error" | "warn" | "info" | "debug" | "trace" | "silent";
  /** Frames a socket may send per second; 0: no limit. */
  readonly framesPerSecond: number;
}

export interface RedisConfig {
  readonly nodes: readonly { readonly host: string; readonly port: number }[];
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** Every server's certificate and name are checked; `ca`: PEM, `null`: what the system trusts. `null`: not encrypted. */
  readonly tls: { readonly ca: string | null } | null;
  /** Where replicas of a single server are read; `null`: its primary serves all reads. */
  readonly reader: { readonly host: string; readonly port: number } | null;
  /** Whose timeouts and retries apply. */
  readonly environment: Config["environment"];
}

export interface LedgerConfig {
  readonly table: string;
  /** `http://127.0.0.1:8000`; `null`: AWS itself. */
  readonly endpoint: string | null;
  /** `null`: as the SDK finds it. */
  readonly region: string | null;
  /** Whether this node makes the table if it is not there. */
  readonly createTable: boolean;
}

/** Why the node does not start. */
export interface ConfigError {
  /** One line: the variable, what is wrong with it, an example. */
  readonly problem: string;
}

export function isConfigError(result: Config | LedgerConfig | ConfigError): result is ConfigError {
  return "problem" in result;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads and checks the configuration. */
export function readConfig(env: Environment = process.env): Config | ConfigError {
  const given = givenIn(env);
  const { success, data, error } = variables.safeParse(given);
  if (!success) return explain(error, given);
  const ledger = data.DYNAMODB_TABLE ? ledgerOf(data, data.DYNAMODB_TABLE) : null;
  if (ledger && "problem" in ledger) return ledger;
  const redis = redisOf(data);
  if (redis && "problem" in redis) return redis;
  const shared = (["REDIS_NODES", "DYNAMODB_TABLE"] as const).find((name) => data[name]);
  if (shared && !data.SESSION_SECRET) {
    return missing("SESSION_SECRET", `with ${shared}: every node must know the cookies of the others`);
  }
  return Object.freeze({
    port: data.PORT,
    host: data.HOST,
    publicOrigin: data.PUBLIC_ORIGIN ?? null,
    trustProxy: data.TRUST_PROXY,
    nodeName: data.NODE_NAME ?? ownName(),
    environment: data.ENVIRONMENT,
    dataDir: data.DATA_DIR,
    sessionSecrets: data.SESSION_SECRET ? Object.freeze(data.SESSION_SECRET) : null,
    redis,
    ledger,
    opsToken: data.OPS_TOKEN ?? null,
    ballotRetentionDays: data.BALLOT_RETENTION_DAYS,
    localCacheSize: data.LOCAL_CACHE_SIZE,
    logLevel: data.LOG_LEVEL,
    framesPerSecond: data.FRAMES_PER_SECOND,
  });
}

/** The ledger that the environment names, for whoever needs nothing else of it. */
export function readLedgerConfig(env: Environment = process.env): LedgerConfig | ConfigError {
  const given = givenIn(env);
  const { success, data, error } = ledgerVariables.safeParse(given);
  if (!success) return explain(error, given);
  if (!data.DYNAMODB_TABLE) return missing("DYNAMODB_TABLE", "to name the table");
  return ledgerOf(data, data.DYNAMODB_TABLE);
}

/** The table of `--help`: name, default, meaning, example. */
export function helpText(): string {
  const rows = Object.entries(variables.shape).map(([name, schema]) => {
    const { description, example, otherwise } = helpOf(schema);
    const fallback =
      schema instanceof z.ZodPrefault ? String(schema.def.defaultValue) : (otherwise ?? "none");
    return { name, fallback, meaning: `${description} (${name}=${example})` };
  });
  const width = (column: "name" | "fallback") => Math.max(...rows.map((row) => row[column].length)) + 2;
  const [names, fallbacks] = [width("name"), width("fallback")];
  const head = { name: "variable", fallback: "default", meaning: "meaning (example)" };
  return [head, ...rows]
    .map(({ name, fallback, meaning }) => `${name.padEnd(names)}${fallback.padEnd(fallbacks)}${meaning}`)
    .join("\n");
}

const ledgerVariables = variables.pick({
  DYNAMODB_TABLE: true,
  DYNAMODB_ENDPOINT: true,
  AWS_REGION: true,
  CREATE_TABLES: true,
});

function ledgerOf(data: z.infer<typeof ledgerVariables>, table: string): LedgerConfig | ConfigError {
  const { DYNAMODB_ENDPOINT: endpoint = null, AWS_REGION: region = null, CREATE_TABLES } = data;
  if (!endpoint && !region) {
    return missing("AWS_REGION", "with DYNAMODB_TABLE, unless DYNAMODB_ENDPOINT names another DynamoDB");
  }
  const createTable = CREATE_TABLES ? CREATE_TABLES === "1" : endpoint !== null;
  return Object.freeze({ table, endpoint, region, createTable });
}

function redisOf(data: z.infer<typeof variables>): RedisConfig | ConfigError | null {
  const { REDIS_NODES: nodes, REDIS_READER_URL: reader, REDIS_TLS_CA: file } = data;
  if (!nodes) return reader ? missing("REDIS_NODES", "with REDIS_READER_URL") : null;
  const isEncrypted = data.REDIS_TLS === "on";
  if (file && !isEncrypted) return missing("REDIS_TLS", "with REDIS_TLS_CA");
  if (reader && nodes.length > 1)
    return refused("REDIS_READER_URL", "is for one server with cluster mode off");
  if (reader && reader.tls !== isEncrypted) {
    return refused(
      "REDIS_READER_URL",
      `must begin with ${isEncrypted ? "rediss" : "redis"}://, as REDIS_TLS says`,
    );
  }
  const ca = file ? readCa(file) : null;
  if (ca && "problem" in ca) return ca;
  return Object.freeze({
    nodes,
    username: data.REDIS_USERNAME,
    password: data.REDIS_PASSWORD,
    tls: isEncrypted ? { ca: ca?.pem ?? null } : null,
    reader: reader ? { host: reader.host, port: reader.port } : null,
    environment: data.ENVIRONMENT,
  });
}

/** Once, at the start: a file that cannot be read later must not be what cuts a node off. */
function readCa(path: string): { readonly pem: string } | ConfigError {
  try {
    const pem = readFileSync(path, "utf8");
    new X509Certificate(pem); // throws where there is none, or one that is broken
    return { pem };
  } catch (trouble) {
    const code = trouble instanceof Error && "syscall" in trouble && "code" in trouble ? trouble.code : null;
    const why = code ? `cannot be read (${code})` : "is no certificate in PEM form";
    return refused("REDIS_TLS_CA", `${JSON.stringify(path.slice(0, 80))} ${why}`);
  }
}

/** An empty variable counts as absent. */
function givenIn(env: Environment): Environment {
  return Object.fromEntries(
    Object.keys(variables.shape).map((name) => [name, env[name]?.trim() || undefined]),
  );
}

function missing(name: keyof typeof variables.shape, when: string): ConfigError {
  return refused(name, `is required ${when}`);
}

function refused(name: keyof typeof variables.shape, why: string): ConfigError {
  return { problem: `${name} ${why}. Example: ${name}=${helpOf(variables.shape[name]).example}` };
}

function explain(error: z.ZodError, given: Environment): ConfigError {
  const issue = error.issues[0];
  const name = String(issue?.path[0]) as keyof typeof variables.shape;
  const { example, secret } = helpOf(variables.shape[name]);
  const got = secret ? "" : `, not ${JSON.stringify(given[name]?.slice(0, 80))}`;
  return { problem: `${name} ${issue?.message}${got}. Example: ${name}=${example}` };
}

/** Several nodes may run on one machine, hence the process id. */
function ownName(): string {
  const machine = hostname()
    .replace(/[^\w.-]/g, "-")
    .slice(0, 50);
  return `${machine || "node"}-${process.pid}`;
}
