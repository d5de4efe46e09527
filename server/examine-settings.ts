/** What may be taken and is yet not what a deployment should have, for `bun run doctor`. */
import type { Config, RedisConfig } from "./config.ts";
import { type Finding, judge } from "./ops/finding.ts";

/** 128 bits, as hexadecimal digits. */
const GOOD_SECRET_LENGTH = 32;
/** A word repeated is no secret. */
const FEWEST_CHARACTERS = 10;
const LOOPBACK = /^(localhost|127\.|\[?::1)/;

export function examineSettings(config: Config): Finding[] {
  const isProduction = config.environment === "production";
  return [
    judgeSecrets(config),
    judgeOrigin(config, isProduction),
    ...(config.redis && isProduction ? judgeWay(config.redis) : []),
    ...(isProduction ? judgeLedger(config) : []),
  ];
}

function judgeSecrets({ sessionSecrets, dataDir }: Config): Finding {
  const subject = "SESSION_SECRET";
  if (!sessionSecrets) return { subject, state: "ok", said: `not set: made once and kept in ${dataDir}` };
  const weak = sessionSecrets.filter(
    (secret) => secret.length < GOOD_SECRET_LENGTH || new Set(secret).size < FEWEST_CHARACTERS,
  );
  const count =
    sessionSecrets.length === 1 ? "1 secret" : `${sessionSecrets.length} secrets, the first signs`;
  const said =
    weak.length === 0 ? count : `${count}; ${weak.length} shorter than 32 characters, or easy to guess`;
  const action = "put a new one in front of the list, made by: openssl rand -hex 32";
  return judge(subject, weak.length === 0, said, action);
}

function judgeOrigin({ publicOrigin, trustProxy }: Config, isProduction: boolean): Finding {
  const subject = "PUBLIC_ORIGIN";
  if (!publicOrigin) {
    const action = "set it to the address that browsers use: forms of other sites are told from ours by it";
    return judge(subject, !isProduction, "not set: taken from each request", action);
  }
  const { protocol, hostname } = new URL(publicOrigin);
  const isLocal = LOOPBACK.test(hostname);
  if (protocol === "http:" && !isLocal) {
    const said = `${publicOrigin} is not encrypted: cookies can be read on the way`;
    return {
      subject,
      state: "warning",
      said,
      action: "serve it over HTTPS, and set PUBLIC_ORIGIN=https://…",
    };
  }
  if (isLocal && isProduction) {
    const said = `${publicOrigin} can be reached from this machine only`;
    return { subject, state: "warning", said, action: "set it to the address that browsers use" };
  }
  const isBehindNobody = protocol === "https:" && trustProxy === 0;
  const said = isBehindNobody
    ? `${publicOrigin}, and TRUST_PROXY is 0: all visitors seem to be the proxy`
    : publicOrigin;
  return judge(
    subject,
    !isBehindNobody,
    said,
    "set TRUST_PROXY to the number of proxies that end HTTPS before us",
  );
}

function judgeWay({ tls, password, nodes }: RedisConfig): Finding[] {
  const isLocal = nodes.every(({ host }) => LOOPBACK.test(host));
  const encrypted = judge(
    "REDIS_TLS",
    tls !== null || isLocal,
    tls ? "on: certificates and names are checked" : isLocal ? "off, and Redis is on this machine" : "off",
    "set REDIS_TLS=on, and REDIS_TLS_CA where the CA is your own",
  );
  const known = judge(
    "REDIS_PASSWORD",
    Boolean(password),
    password ? "set" : "not set",
    "make a user with no more rights than needed: bun run doctor --redis-user",
  );
  return [encrypted, known];
}

function judgeLedger({ redis, ledger }: Config): Finding[] {
  if (!redis || ledger) return [];
  const said = "not set: what only Redis has is lost with it";
  return [
    { subject: "DYNAMODB_TABLE", state: "warning", said, action: "name a table; `bun run tables` makes it" },
  ];
}
