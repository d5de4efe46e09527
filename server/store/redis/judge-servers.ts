/** How the servers of Redis should be set, and what it costs if they are not. */
import { type Finding, judge } from "../../ops/finding.ts";
import type { ServerFacts } from "./server-facts.ts";

/** Sharded channels, and scripts that may say so. */
const OLDEST_MAJOR = 7;
/** A poll takes ballots for a second after its end, judged by two clocks. */
const CLOCK_LIMIT_MS = 500;
/** As the alarms have it: above this a voter begins to notice. */
const SLOW_MS = 50;

type Check = (servers: readonly ServerFacts[]) => Finding | null;

const CHECKS: readonly Check[] = [
  (servers) =>
    each(servers, "Redis version", ({ version }) => Number.parseInt(version, 10) >= OLDEST_MAJOR, {
      well: `${OLDEST_MAJOR} or later`,
      ill: `older than ${OLDEST_MAJOR}`,
      action: `update to Redis ${OLDEST_MAJOR} or later, or Valkey`,
      state: "failed",
    }),
  (servers) =>
    each(servers, "Redis latency", ({ p50Ms }) => p50Ms < SLOW_MS, {
      well: `below ${SLOW_MS} ms`,
      ill: `${SLOW_MS} ms or more`,
      action: "put nodes and Redis in the same region, and see what else these servers are busy with",
    }),
  (servers) =>
    each(servers, "Redis clock", ({ clockMs }) => Math.abs(clockMs) < CLOCK_LIMIT_MS, {
      well: `within ${CLOCK_LIMIT_MS} ms of this machine's`,
      ill: `more than ${CLOCK_LIMIT_MS} ms away from this machine's`,
      action: "keep all clocks by NTP: polls end by them",
    }),
  (servers) =>
    each(servers, "maxmemory-policy", ({ maxmemoryPolicy }) => maxmemoryPolicy === "noeviction", {
      well: "noeviction",
      ill: "not noeviction",
      action: "set maxmemory-policy noeviction: an evicted ballot or session is a silent loss",
    }),
  (servers) =>
    each(servers, "appendonly", ({ hasAppendOnlyFile }) => hasAppendOnlyFile, {
      well: "yes",
      ill: "no",
      action: "set appendonly yes where you run Redis yourself: a master restarted empty empties its replica",
    }),
  (servers) =>
    setting(servers, "cluster-require-full-coverage", "no", "or the loss of one shard stops all polls"),
  (servers) =>
    setting(servers, "cluster-allow-reads-when-down", "yes", "or replicas cannot be read in a failover"),
];

export function judgeServers(servers: readonly ServerFacts[]): Finding[] {
  return CHECKS.flatMap((check) => check(servers) ?? []);
}

interface Words {
  readonly well: string;
  readonly ill: string;
  readonly action: string;
  readonly state?: "failed" | "warning";
}

function each(
  servers: readonly ServerFacts[],
  subject: string,
  isWell: (server: ServerFacts) => boolean,
  { well, ill, action, state = "warning" }: Words,
): Finding {
  const bad = servers.filter((server) => !isWell(server)).map(({ address }) => address);
  return judge(
    subject,
    bad.length === 0,
    bad.length === 0 ? well : `${ill} at ${bad.join(", ")}`,
    action,
    state,
  );
}

/** Of servers in a cluster. */
function setting(servers: readonly ServerFacts[], name: string, value: string, why: string): Finding | null {
  if (!servers.some(({ isCluster }) => isCluster)) return null;
  if (servers.some(({ settings }) => settings === null)) {
    const said = "this user may not ask for it (CONFIG GET), or the service does not tell";
    return { subject: name, state: "unknown", said, action: `see that it is ${value}, ${why}` };
  }
  return each(servers, name, ({ settings }) => settings?.get(name) === value, {
    well: value,
    ill: `not ${value}`,
    action: `set ${name} ${value}, ${why}`,
  });
}
