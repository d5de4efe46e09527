import type { PollId } from "../../../shared/ids.ts";
import { PUBLISH_TICK_MS } from "./ballot-pipeline.ts";
import { pollChannels, pollKeys } from "./keys.ts";
import type { RedisClient } from "./scripts.ts";

/** Publishes what is not yet published. Returns the ms until that may be done, 0 when nothing is left. */
export function flushSnapshot(redis: RedisClient, pollId: PollId): Promise<number> {
  const { state, votes, participants, viewers } = pollKeys(pollId);
  return redis.pollFlush(state, votes, participants, viewers, pollChannels(pollId).updates, PUBLISH_TICK_MS);
}
