/** Every variable that a node knows: what it may be, what it is unless set, and what `--help` says of it. */
import { z } from "zod";

/** What `--help` says beside the schema. `secret`: the value is never repeated in an error. */
export interface Help {
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

const readerUrl = z
  .string()
  .refine((text) => {
    const url = URL.parse(text);
    if (url === null || !/^rediss?:$/.test(url.protocol) || url.username || url.password) return false;
    return url.hostname !== "" && Number(url.port) > 0 && /^\/?$/.test(url.pathname) && !url.search;
  }, "must be redis://host:port or rediss://host:port")
  .transform((text) => {
    const { protocol, hostname, port } = new URL(text);
    return { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port), tls: protocol === "rediss:" };
  });

export const variables = z.object({
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
  REDIS_TLS: oneOf(["on", "off"])
    .prefault("off")
    .meta(
      help({
        description: "on: encrypted; the certificate and name of every server are checked.",
        example: "on",
      }),
    ),
  REDIS_TLS_CA: z
    .string()
    .optional()
    .meta(
      help({
        description: "PEM file of the CA that signed the certificates of Redis.",
        example: "/etc/ssl/redis-ca.pem",
        otherwise: "what the system trusts",
      }),
    ),
  REDIS_READER_URL: readerUrl.optional().meta(
    help({
      description: "Where replicas of a Redis without cluster mode are read.",
      example: "rediss://reader.example.org:6379",
      otherwise: "none: the primary serves all reads",
    }),
  ),
  DYNAMODB_TABLE: z
    .string()
    .regex(/^[\w.-]{3,255}$/, "must be 3 to 255 letters, digits, dots, dashes or underscores")
    .optional()
    .meta(
      help({
        description: "Table of the ledger; `bun run tables` makes it.",
        example: "pollcast",
        otherwise: "none: no ledger",
      }),
    ),
  DYNAMODB_ENDPOINT: origin.optional().meta(
    help({
      description: "A DynamoDB that is not AWS; a node makes a missing table there by itself.",
      example: "http://127.0.0.1:8000",
      otherwise: "AWS",
    }),
  ),
  AWS_REGION: z
    .string()
    .regex(/^[a-z]{2,}(-[a-z0-9]+)*$/, "must be the name of a region: letters, digits and dashes")
    .optional()
    .meta(
      help({
        description: "Region of the table.",
        example: "eu-central-1",
        otherwise: "as the SDK finds it",
      }),
    ),
  CREATE_TABLES: oneOf(["0", "1"])
    .optional()
    .meta(
      help({
        description: "1: a node makes a missing table at AWS too.",
        example: "1",
        otherwise: "only with DYNAMODB_ENDPOINT",
      }),
    ),
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
  LOCAL_CACHE_SIZE: wholeNumber(1, 1_000_000)
    .prefault("1000")
    .meta(help({ description: "Parts of sessions that a node keeps in memory.", example: "5000" })),
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

/** What `--help` says of a variable. */
export function helpOf(schema: z.ZodType): Help {
  return schema.meta() as unknown as Help; // every variable above is given one by `help`
}
