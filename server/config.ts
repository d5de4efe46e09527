/** The only reader of the environment. What comes out is checked, complete and frozen; everybody else is given values. */
import { hostname } from "node:os";
import { z } from "zod";

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

/** Why the node does not start. */
export interface ConfigError {
  /** One line: the variable, what is wrong with it, an example. */
  readonly problem: string;
}

export function isConfigError(result: Config | ConfigError): result is ConfigError {
  return "problem" in result;
}

/** What `--help` says beside the schema. `secret`: the value is never repeated in an error. */
interface Help {
  readonly description: string;
  readonly example: string;
  /** Shown instead of the schema's default, where that depends on the machine or is none. */
  readonly otherwise?: string;
  readonly secret?: boolean;
}

const help = (text: Help) => ({ ...text });

const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .refine(
      (text) => /^\d{1,15}$/.test(text) && Number(text) >= min && Number(text) <= max,
      `must be a whole number from ${min} to ${max}`,
    )
    .transform(Number);

const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z.enum(values, `must be one of ${values.join(", ")}`);

const origin = z
  .string()
  .refine((text) => {
    const url = URL.parse(text);
    return url !== null && /^https?:$/.test(url.protocol) && `${url.origin}/` === url.href;
  }, "must be http:// or https:// and a host, without a path")
  .transform((text) => new URL(text).origin);

const MIN_SECRET_LENGTH = 16;
const secrets = z
  .string()
  .transform((list) => list.split(",").map((secret) => secret.trim()))
  .refine(
    (list) => list.every((secret) => secret.length >= MIN_SECRET_LENGTH),
    `must be a comma-separated list of secrets of at least ${MIN_SECRET_LENGTH} characters each`,
  );

const redisNodes = z
  .string()
  .transform((list) => list.split(",").map((entry) => /^\s*\[?([^\s\]]+?)\]?:(\d{1,5})\s*$/.exec(entry)))
  .refine(
    (entries) =>
      entries.every((entry) => entry !== null && Number(entry[2]) > 0 && Number(entry[2]) < 65_536),
    "must be a comma-separated list of host:port",
  )
  .transform((entries) => entries.map((entry) => ({ host: entry?.[1] ?? "", port: Number(entry?.[2]) })));

const variables = z.object({
  PORT: wholeNumber(0, 65_535)
    .prefault("3000")
    .meta(help({ description: "Port to listen on; 0 takes any free one.", example: "8080" })),
  HOST: z
    .string()
    .regex(/^[\w.:-]+$/, "must be an address or host name to listen on")
    .prefault("0.0.0.0")
    .meta(help({ description: "Address to listen on; 127.0.0.1 hides the node.", example: "127.0.0.1" })),
  PUBLIC_ORIGIN: origin.optional().meta(
    help({
      description: "Where browsers reach this service; needed behind a proxy that speaks HTTPS.",
      example: "https://vote.example.org",
      otherwise: "scheme and Host of each request",
    }),
  ),
  TRUST_PROXY: wholeNumber(0, 10)
    .prefault("0")
    .meta(
      help({
        description: "Proxies in front of this node; so many entries of X-Forwarded-For are believed.",
        example: "1",
      }),
    ),
  NODE_NAME: z
    .string()
    .regex(/^[\w.-]{1,64}$/, "must be 1 to 64 letters, digits, dots, dashes or underscores")
    .optional()
    .meta(
      help({
        description: "Name of this node in logs, metrics and HELLO; no two nodes may share one.",
        example: "node-1",
        otherwise: "host name and process id",
      }),
    ),
  ENVIRONMENT: oneOf(["production", "staging", "development"])
    .prefault("development")
    .meta(help({ description: "Which deployment this is, for logs and figures.", example: "production" })),
  DATA_DIR: z
    .string()
    .prefault("./data")
    .meta(
      help({ description: "Folder of the embedded store; one node at a time.", example: "/var/pollcast" }),
    ),
  SESSION_SECRET: secrets.optional().meta(
    help({
      description: "Secrets for cookies, comma-separated: the first signs, all verify.",
      example: "$(openssl rand -hex 32)",
      otherwise: "made once, kept in DATA_DIR",
      secret: true,
    }),
  ),
  REDIS_NODES: redisNodes.optional().meta(
    help({
      description: "Redis Cluster, configuration endpoint or single server, as host:port,host:port.",
      example: "10.0.0.1:6379,10.0.0.2:6379",
      otherwise: "none: the embedded store",
    }),
  ),
  REDIS_USERNAME: z
    .string()
    .optional()
    .meta(help({ description: "ACL user at Redis.", example: "pollcast" })),
  REDIS_PASSWORD: z
    .string()
    .optional()
    .meta(help({ description: "Password at Redis.", example: "…", secret: true })),
  OPS_TOKEN: z
    .string()
    .regex(/^[\w.~+/-]{8,}=*$/, "must be at least 8 letters, digits or . _ ~ + / -")
    .optional()
    .meta(
      help({
        description: "Bearer token for /metrics and /api/ops.",
        example: "$(openssl rand -hex 32)",
        otherwise: "none: loopback only",
        secret: true,
      }),
    ),
  BALLOT_RETENTION_DAYS: wholeNumber(1, 3650)
    .prefault("30")
    .meta(
      help({ description: "Days after the close until ballots are deleted; results stay.", example: "7" }),
    ),
  LOG_LEVEL: oneOf(["fatal", "error", "warn", "info", "debug", "trace", "silent"])
    .prefault("info")
    .meta(help({ description: "Least important log line written.", example: "debug" })),
  FRAMES_PER_SECOND: wholeNumber(0, 100_000)
    .prefault("100")
    .meta(
      help({
        description: "Frames a socket may send per second, twice that in a burst; 0: no limit.",
        example: "20",
      }),
    ),
});

/** A later release reads these. Ignoring one now would keep votes in a place the operator does not expect. */
const NOT_IN_THIS_RELEASE = ["DYNAMODB_TABLE"];

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads and checks the configuration. An empty variable counts as absent. */
export function readConfig(env: Environment = process.env): Config | ConfigError {
  const early = NOT_IN_THIS_RELEASE.find((name) => env[name]);
  if (early) {
    return {
      problem: `${early} is set, but this release has no ledger yet. Unset it: unset ${early}`,
    };
  }
  const given = Object.fromEntries(
    Object.keys(variables.shape).map((name) => [name, env[name]?.trim() || undefined]),
  );
  const { success, data, error } = variables.safeParse(given);
  if (!success) return explain(error, given);
  if (data.REDIS_NODES && !data.SESSION_SECRET) {
    const { example } = helpOf(variables.shape.SESSION_SECRET);
    const why = "is required with REDIS_NODES: every node must know the cookies of the others";
    return { problem: `SESSION_SECRET ${why}. Example: SESSION_SECRET=${example}` };
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
    opsToken: data.OPS_TOKEN ?? null,
    ballotRetentionDays: data.BALLOT_RETENTION_DAYS,
    logLevel: data.LOG_LEVEL,
    framesPerSecond: data.FRAMES_PER_SECOND,
  });
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

function explain(error: z.ZodError, given: Environment): ConfigError {
  const issue = error.issues[0];
  const name = String(issue?.path[0]) as keyof typeof variables.shape;
  const { example, secret } = helpOf(variables.shape[name]);
  const got = secret ? "" : `, not ${JSON.stringify(given[name]?.slice(0, 80))}`;
  return { problem: `${name} ${issue?.message}${got}. Example: ${name}=${example}` };
}

function helpOf(schema: z.ZodType): Help {
  return schema.meta() as unknown as Help; // every variable above is given one by `help`
}

/** Several nodes may run on one machine, hence the process id. */
function ownName(): string {
  const machine = hostname()
    .replace(/[^\w.-]/g, "-")
    .slice(0, 50);
  return `${machine || "node"}-${process.pid}`;
}
