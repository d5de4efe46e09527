import { createHash } from "node:crypto";
import type { PollId, VoterId } from "../../../shared/ids.ts";
import { PUBLISH_TICK_MS } from "./ballot-pipeline.ts";
import { pollChannels, pollKeys } from "./keys.ts";
import type { RedisClient } from "./scripts.ts";

/** A node that has not said for this long how many viewers it has, has none (ms). */
const VIEWERS_BELIEVED_MS = 15_000;

/**
 * Sets the viewers of one node, and counts who joined: at most some hundreds a call. Returns when a flush is due (ms; 0:
 * none) of which version; `null`: no such poll.
 */
export async function setViewers(
  redis: RedisClient,
  pollId: PollId,
  node: string,
  count: number,
  joined: readonly VoterId[],
): Promise<{ dueInMs: number; version: number } | null> {
  const { state, votes, participants, viewers, joined: joinedKey } = pollKeys(pollId);
  const keys = [state, votes, participants, viewers, joinedKey];
  const parameters = [node, count, VIEWERS_BELIEVED_MS, pollChannels(pollId).updates, PUBLISH_TICK_MS];
  const names = joined.map((voter) => nameFor(pollId, voter));
  const [dueInMs, version] = await redis.pollViewers(...keys, ...parameters, ...names);
  return dueInMs === undefined ? null : { dueInMs, version: Number(version) };
}

/**
 * What stands for a voter who has cast nothing: where commands are written down (append-only file, MONITOR, replication)
 * nobody reads who looked on at which polls.
 */
function nameFor(pollId: PollId, voter: VoterId): string {
  return createHash("sha256").update(`${pollId} ${voter}`).digest("base64url").slice(0, 22);
}
