import { setTimeout as pause } from "node:timers/promises";
import { Outage } from "../../app/outage.ts";
import { relearnTopology } from "./connect-redis.ts";
import { isPassing, withoutCommand } from "./passing-error.ts";
import type { RedisClient } from "./scripts.ts";

/**
 * What met a passing error is sent again for so long (ms). Enough for a slot that has moved, a connection that is being
 * made, a failover that somebody asked for; a dead master takes longer, and whoever asked had better know.
 */
export const TRY_AGAIN_FOR_MS = 1_000;
/** The first time after this (ms), then after twice as long each time: in an outage everybody tries. */
const FIRST_AFTER_MS = 25;

/**
 * Asks until there is an answer. `ask` may be carried out any number of times; it hears how long (ms) it is still waited
 * for. Rejects with an `Outage`.
 */
export async function tryAgain<Answer>(
  client: RedisClient,
  ask: (leftMs: number) => Promise<Answer>,
  forMs = TRY_AGAIN_FOR_MS,
): Promise<Answer> {
  const giveUpAt = performance.now() + forMs;
  for (let waitMs = FIRST_AFTER_MS; ; waitMs *= 2) {
    try {
      return await ask(giveUpAt - performance.now());
    } catch (trouble) {
      if (!(trouble instanceof Error)) throw trouble;
      const isLate = performance.now() + waitMs > giveUpAt;
      if (!isPassing(trouble)) throw withoutCommand(trouble);
      if (isLate) throw new Outage("Redis", TRY_AGAIN_FOR_MS, withoutCommand(trouble));
    }
    relearnTopology(client);
    await pause(waitMs);
  }
}
