/** What keeps a connection from being made, as one line that says what to do. */
import type { RedisSettings } from "./connect-redis.ts";

/** A reader was named beside a cluster. */
export class ReaderOfCluster extends Error {
  constructor() {
    super("REDIS_READER_URL is for cluster mode off; a cluster names its replicas itself. Remove it");
    this.name = "ReaderOfCluster";
  }
}

type Advice = (settings: RedisSettings) => string;

/** By what the client, TLS or the server says; the first that fits. */
const ADVICE: readonly (readonly [RegExp, Advice])[] = [
  [
    /WRONGPASS|invalid username-password|invalid password/i,
    () => "wrong user or password: check REDIS_USERNAME and REDIS_PASSWORD",
  ],
  [
    /NOAUTH|Authentication required/i,
    () => "it asks for a password: set REDIS_PASSWORD, and REDIS_USERNAME for a user",
  ],
  [/NOPERM|no permissions/i, () => "the user may not do what is needed: see the ACL user in docs/redis.md"],
  [
    /ALTNAME_INVALID|does not match certificate/i,
    () => "its certificate is for another name: REDIS_NODES must use a name or address that it has",
  ],
  [/CERT_HAS_EXPIRED|expired/i, () => "its certificate has expired"],
  [
    /self.signed|unable to (get|verify)|SELF_SIGNED|UNABLE_TO|CERT_/i,
    ({ tls }) =>
      tls?.ca
        ? "its certificate was not signed by REDIS_TLS_CA"
        : "nobody this machine trusts signed its certificate: name the CA with REDIS_TLS_CA",
  ],
  [/ECONNREFUSED/, () => "nobody listens there"],
  [/ENOTFOUND|EAI_AGAIN|getaddrinfo/, () => "there is no such host name"],
  [
    /ETIMEDOUT|timed? ?out/i,
    ({ tls }) =>
      tls
        ? "no answer; a firewall, or a server that does not speak TLS (REDIS_TLS=off)"
        : "no answer; a firewall, or a server that stands still",
  ],
  [
    /ECONNRESET|EPIPE|closed|hang up|wrong version/i,
    ({ tls }) =>
      tls
        ? "it hung up; it may not speak TLS (REDIS_TLS=off)"
        : "it hung up; if it speaks TLS only, set REDIS_TLS=on",
  ],
];

/** One line: the server, what to do, what was said. `address` is `host:port`. */
export function connectionTrouble(trouble: unknown, address: string, settings: RedisSettings): Error {
  if (trouble instanceof ReaderOfCluster) return trouble;
  const said = trouble instanceof Error ? trouble : new Error(String(trouble));
  const code = "code" in said && !said.message.includes(String(said.code)) ? `${said.code} ` : "";
  const text = `${code}${said.message.split("\n")[0]}`.trim();
  const advice = ADVICE.find(([pattern]) => pattern.test(text))?.[1](settings);
  return new Error(advice ? `Redis ${address}: ${advice} (${text})` : `Redis ${address}: ${text}`, {
    cause: said,
  });
}
