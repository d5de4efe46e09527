/** The only reader of the environment. What comes out is checked, complete and frozen; everybody else is given values. */
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
  readonly logLevel: "fatal" | "error" | "warn" | "info" | "debug" | "trace" | "silent";
  /** Frames a socket may send per second; 0: no limit. */
  readonly framesPerSecond: number;
}

export interface RedisConfig {
  readonly nodes: readonly { readonly host: string; readonly port: number }[];
  readonly username: string | undefined;
  readonly password: string | undefined;
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
    redis: data.REDIS_NODES
      ? { nodes: data.REDIS_NODES, username: data.REDIS_USERNAME, password: data.REDIS_PASSWORD }
      : null,
    ledger,
    opsToken: data.OPS_TOKEN ?? null,
    ballotRetentionDays: data.BALLOT_RETENTION_DAYS,
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

/** An empty variable counts as absent. */
function givenIn(env: Environment): Environment {
  return Object.fromEntries(
    Object.keys(variables.shape).map((name) => [name, env[name]?.trim() || undefined]),
  );
}

function missing(name: keyof typeof variables.shape, when: string): ConfigError {
  return {
    problem: `${name} is required ${when}. Example: ${name}=${helpOf(variables.shape[name]).example}`,
  };
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
