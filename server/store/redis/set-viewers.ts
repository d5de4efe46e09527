import type { PollId } from "../../../shared/ids.ts";
import { PUBLISH_TICK_MS } from "./ballot-pipeline.ts";
import { pollChannels, pollKeys } from "./keys.ts";
import type { RedisClient } from "./scripts.ts";

/** A node that has not said for this long how many viewers it has, has none (ms). */
const VIEWERS_BELIEVED_MS = 15_000;

/** Sets the viewers of one node. Returns when a flush is due (ms; 0: none) of which version; `null`: no such poll. */
export async function setViewers(
  redis: RedisClient,
  pollId: PollId,
  node: string,
  count: number,
): Promise<{ dueInMs: number; version: number } | null> {
  const { state, votes, participants, viewers } = pollKeys(pollId);
  const parameters = [node, count, VIEWERS_BELIEVED_MS, pollChannels(pollId).updates, PUBLISH_TICK_MS];
  const [dueInMs, version] = await redis.pollViewers(state, votes, participants, viewers, ...parameters);
  return dueInMs === undefined ? null : { dueInMs, version: Number(version) };
}
