import { setTimeout as pause } from "node:timers/promises";
import { relearnTopology } from "./connect-redis.ts";
import { isPassing } from "./passing-error.ts";
import type { RedisClient } from "./scripts.ts";

/** What met a passing error is sent again this often (ms) … */
export const TRY_AGAIN_EVERY_MS = 50;
/**
 * … for so long (ms). Enough for a slot that has moved, a connection that is being made, a failover that somebody asked
 * for; a dead master takes longer, and whoever asked had better know.
 */
export const TRY_AGAIN_FOR_MS = 1_000;

/** Asks until there is an answer. `ask` may be carried out any number of times. Rejects in an outage. */
export async function tryAgain<Answer>(client: RedisClient, ask: () => Promise<Answer>): Promise<Answer> {
  const giveUpAt = performance.now() + TRY_AGAIN_FOR_MS;
  for (;;) {
    try {
      return await ask();
    } catch (trouble) {
      if (!(trouble instanceof Error)) throw trouble;
      // The client hangs the command on its errors, arguments and all: voters and polls, which no log may have.
      Reflect.deleteProperty(trouble, "command");
      if (!isPassing(trouble) || performance.now() > giveUpAt) throw trouble;
    }
    relearnTopology(client);
    await pause(TRY_AGAIN_EVERY_MS);
  }
}
