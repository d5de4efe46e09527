/** The faults of the shape with the ledger, each with what it needs. Each is played while people vote. */
import * as cutOff from "./cut-off-node.ts";
import type { LedgerStage } from "./ledger-stage.ts";
import * as weather from "./ledger-weather-faults.ts";
import { nodeKilled } from "./node-faults.ts";
import type { LedgerFault } from "./play-ledger-fault.ts";
import * as redis from "./redis-faults.ts";
import * as loss from "./redis-loss.ts";

/** A dead node's mark is believed for 4 s, and looked for every second (ms): until then Redis may lack its ballots. */
const DEAD_MARK_MS = 8_000;

/** Failovers one after the other in one system. */
const LOOP = 20;

/** Faults of single masters and replicas. */
export const MASTER_FAULTS = {
  killed: { name: "master killed", play: redis.masterKilled },
  killedTwentyTimes: { name: `master killed ${LOOP} times`, play: masterKilledAgain, times: LOOP },
  frozen: { name: "master frozen and thawed", play: redis.masterFrozen },
  lags: { name: "replica lags, master killed", play: redis.replicaLags },
  restarted: { name: "master restarted at once", play: redis.masterRestarted },
  restartedEmpty: {
    name: "master restarted without AOF",
    play: redis.masterRestarted,
    redisSettings: { appendonly: "no" },
  },
  clockBehind: {
    name: "clock 5 s behind",
    play: redis.masterKilled,
    prepare: redis.clockBehind,
  },
  migrated: { name: "the poll's slot migrates", play: redis.pollMigrates },
} satisfies Record<string, LedgerFault>;

/** Polls with more ballots than the crowd has voters: what a loss of all costs. */
export function rebuildFault(ballots: number): LedgerFault {
  return { name: `wiped with ${ballots} ballots`, play: (stage) => loss.rebuilt(stage, ballots) };
}

/** All of Redis, and the loss of what it had. */
export const REDIS_FAULTS = {
  allKilled: { name: "all of Redis killed", play: (stage) => loss.allGone(stage, "kept") },
  allEmpty: { name: "all of Redis comes back empty", play: (stage) => loss.allGone(stage, "lost") },
  shardLost: { name: "a whole shard killed", play: loss.shardGone },
  wiped: { name: "all of Redis wiped", play: loss.wiped },
  wipedAndNode: {
    name: "wiped, and a node killed",
    play: loss.wipedAndNode,
    nodesLost: 1,
    convergesMs: DEAD_MARK_MS,
    notPromised: ["replicated"],
  },
} satisfies Record<string, LedgerFault>;

/** The ledger in bad weather. */
export const WEATHER_FAULTS = {
  away: { name: "DynamoDB away", play: (stage) => weather.ledgerGone(stage, { kind: "away" }) },
  silent: { name: "DynamoDB silent", play: (stage) => weather.ledgerGone(stage, { kind: "silent" }) },
  throttling: {
    name: "DynamoDB throttles",
    play: (stage) => weather.ledgerPoorly(stage, { kind: "throttling", share: 0.3 }),
  },
  cutting: {
    name: "DynamoDB cuts replies",
    play: (stage) => weather.ledgerPoorly(stage, { kind: "cutting", share: 0.3 }),
  },
  cuttingWhileWiped: { name: "replies cut, Redis wiped", play: weather.cuttingWhileWiped },
  slow: {
    name: "DynamoDB 1.5 s late",
    play: (stage) => weather.ledgerGone(stage, { kind: "slow", ms: 1_500 }),
  },
  bothRedisFirst: { name: "both away, Redis first back", play: (stage) => weather.bothAway(stage, "redis") },
  bothLedgerFirst: {
    name: "both away, ledger first back",
    play: (stage) => weather.bothAway(stage, "ledger"),
  },
} satisfies Record<string, LedgerFault>;

/** One node dies, or sees less than the others. */
export const NODE_FAULTS = {
  killed: { name: "node killed", play: nodeKilled, nodesLost: 1, convergesMs: DEAD_MARK_MS },
  killedAfterYes: {
    name: "node killed after the ledger's yes",
    play: cutOff.killedAfterYes,
    roads: true,
    nodesLost: 1,
    convergesMs: DEAD_MARK_MS,
  },
  killedBeforeDrain: {
    name: "node killed before the drain",
    play: cutOff.killedBeforeDrain,
    nodesLost: 1,
    convergesMs: DEAD_MARK_MS,
  },
  partition: { name: "one node does not see Redis", play: cutOff.partition, roads: true },
  partitionRefused: { name: "one node is refused by Redis", play: cutOff.refused, roads: true },
  partitionDies: {
    name: "cut off from Redis, it dies",
    play: cutOff.partitionDies,
    roads: true,
    nodesLost: 1,
    convergesMs: DEAD_MARK_MS,
  },
} satisfies Record<string, LedgerFault>;

/** Who has the poll changes each time. */
async function masterKilledAgain(stage: LedgerStage): Promise<void> {
  const { cluster, key } = stage;
  for (let time = 0; time < LOOP; time++) {
    await redis.masterKilled({ ...stage, master: await cluster.redis.masterOf(key) });
  }
}
