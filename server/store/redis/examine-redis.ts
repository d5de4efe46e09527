/** Examines Redis as it is configured, for `bun run doctor`: who is there, how fast, set as it should be. */
import { type Finding, judge } from "../../ops/finding.ts";
import type { RedisAddress, RedisSettings } from "./connect-redis.ts";
import { ReaderOfCluster } from "./connection-trouble.ts";
import { examineShards } from "./examine-shards.ts";
import { judgeServers } from "./judge-servers.ts";
import { askServer, type ServerFacts } from "./server-facts.ts";

const REDIS = "Redis";

/** Never rejects: what does not answer is a finding. */
export async function examineRedis(settings: RedisSettings): Promise<Finding[]> {
  const asked = await Promise.all(settings.nodes.map((address) => examineServer(settings, address)));
  const facts = asked.flatMap(({ facts }) => facts ?? []);
  const findings = asked.flatMap(({ finding }) => finding);
  const [first] = facts;
  if (!first) return findings;
  if (!first.isCluster)
    return [...findings, ...(await examineSingle(settings, first)), ...judgeServers(facts)];
  if (settings.reader) {
    const said = new ReaderOfCluster().message;
    findings.push({ subject: "REDIS_READER_URL", state: "failed", said, action: "remove REDIS_READER_URL" });
  }
  const shards = await examineShards(settings, first.address);
  const known = new Set(facts.map(({ address }) => address));
  const others = shards.servers.filter(({ host, port }) => !known.has(`${host}:${port}`));
  const more = await Promise.all(others.map((address) => examineServer(settings, address)));
  const all = [...facts, ...more.flatMap(({ facts }) => facts ?? [])];
  return [...findings, ...more.map(({ finding }) => finding), ...shards.findings, ...judgeServers(all)];
}

interface Examined {
  readonly finding: Finding;
  readonly facts: ServerFacts | null;
}

async function examineServer(
  settings: RedisSettings,
  address: RedisAddress,
  subject = REDIS,
): Promise<Examined> {
  const named = `${subject} ${address.host}:${address.port}`;
  try {
    const facts = await askServer(settings, address);
    const { role, isLinked, version, p50Ms } = facts;
    const isCutOff = role === "replica" && !isLinked;
    const said = `${role}, version ${version}${isCutOff ? ", cut off from its master" : ""}`;
    const action = "see the log of that server; it is refilled once it reaches its master";
    return { finding: { ...judge(named, !isCutOff, said, action), p50Ms }, facts };
  } catch (trouble) {
    const said = trouble instanceof Error ? trouble.message : String(trouble);
    const action =
      "see that it runs, that this machine may reach it, and that the settings REDIS_… are its own";
    return { finding: { subject: named, state: "failed", said, action }, facts: null };
  }
}

/** One server without cluster mode, and its reader. */
async function examineSingle(settings: RedisSettings, { role }: ServerFacts): Promise<Finding[]> {
  const findings = [
    judge(
      REDIS,
      role === "master",
      role === "master" ? "single server, cluster mode off" : "the server takes no writes: it is a replica",
      "name the primary in REDIS_NODES, and this one in REDIS_READER_URL",
      "failed",
    ),
  ];
  if (!settings.reader) {
    return [
      ...findings,
      { subject: "REDIS_READER_URL", state: "ok", said: "not set: the primary serves all reads" },
    ];
  }
  const { finding, facts } = await examineServer(settings, settings.reader, "Redis reader");
  findings.push(finding);
  if (facts?.role === "master") {
    const said = "the reader is the primary itself: it is of no help when that fails";
    findings.push({ subject: "REDIS_READER_URL", state: "warning", said, action: "add a replica" });
  }
  return findings;
}
