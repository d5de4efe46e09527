/** What must hold of all that is not the fault itself: the count at every moment, the other processes, their logs. */
import { readFileSync } from "node:fs";
import type { MadePoll } from "../support/poll-calls.ts";
import type { TestCluster } from "../support/start-cluster.ts";
import { readStoredPoll, tallyTrouble } from "../support/stored-poll.ts";
import type { Crowd } from "./crowd.ts";

const AUDIT_EVERY_MS = 100;
/** Of all nodes, for everything that breaks: a few kinds of trouble each. */
const MOST_LOG_LINES = 60;

/** Looks at Redis again and again: V3 holds at every moment. */
export function auditTally(cluster: TestCluster, polls: readonly MadePoll[]) {
  const found: string[] = [];
  let looking: Promise<void> | null = null;
  const look = async () => {
    for (const { pollId } of polls) {
      // During a fault the one who has the poll may not answer.
      const stored = await readStoredPoll(cluster.redis, pollId).catch(() => null);
      if (stored) found.push(...tallyTrouble(stored));
    }
    looking = null;
  };
  const beat = setInterval(() => {
    looking ??= look();
  }, AUDIT_EVERY_MS);
  return {
    async stop() {
      clearInterval(beat);
      await looking;
      return found;
    },
  };
}

/** Browsers that were shown anything older than before, and nodes that ended without the fault: in words. */
export function harmTo(
  crowds: readonly Crowd[],
  cluster: TestCluster,
  pids: readonly number[],
  lost: number,
): string[] {
  const turnedBack = crowds.flatMap(({ phones }) => phones).flatMap((phone) => phone.turnedBack);
  const running = cluster.nodes.filter(({ state }) => state === "running");
  const strangers = running.filter(({ pid }) => !pids.includes(pid));
  return [
    ...turnedBack,
    ...(running.length === cluster.nodes.length - lost ? [] : [`${running.length} nodes run`]),
    ...strangers.map(({ name }) => `${name} was started anew`),
  ];
}

/** An outage is no storm, and no line tells who voted or how to steer (H16): what is wrong with the logs, in words. */
export function logTroubles(
  cluster: TestCluster,
  polls: readonly MadePoll[],
  crowds: readonly Crowd[],
  timesBroken = 1,
): string[] {
  const text = logsOf(cluster).join("\n");
  const voters = crowds.flatMap(({ phones }) => phones.map(({ visitor }) => visitor.voter));
  const told = [...polls.map(({ hostKey }) => hostKey), ...voters].filter((secret) => text.includes(secret));
  const lines = logLinesOf(cluster);
  return [
    ...told.map((secret) => `a log tells ${secret}`),
    ...(lines.length < timesBroken * MOST_LOG_LINES
      ? []
      : [`${lines.length} lines in the logs, the last: ${lines.at(-1)}`]),
  ];
}

/** What all nodes wrote. */
export function logLinesOf(cluster: TestCluster): string[] {
  return logsOf(cluster).flatMap((log) => log.split("\n").filter((line) => line.startsWith("{")));
}

function logsOf({ nodes }: TestCluster): string[] {
  return nodes.map(({ logFile }) => readFileSync(logFile, "utf8"));
}
