import { setTimeout as pause } from "node:timers/promises";

/** Short against everything that is waited for here, long against the cost of asking (ms). */
const INTERVAL_MS = 20;

/** Thrown by what is asked when it will never be true: the waiting ends at once. */
export class Hopeless extends Error {}

/**
 * Asks again and again until the answer is neither `null` nor `false`, and returns it. A thrown error, `Hopeless`
 * aside, counts as "not yet"; after `timeoutMs` it is part of the error that is thrown then.
 */
export async function waitUntil<Answer>(
  what: string,
  ask: () => Promise<Answer | null | false> | Answer | null | false,
  timeoutMs = 15_000,
): Promise<Answer> {
  const deadline = performance.now() + timeoutMs;
  let reason = "";
  while (true) {
    try {
      const answer = await ask();
      if (answer !== null && answer !== false) return answer;
      reason = "";
    } catch (error) {
      if (error instanceof Hopeless) throw error;
      reason = ` (${error instanceof Error ? error.message : error})`;
    }
    if (performance.now() > deadline) throw new Error(`Not within ${timeoutMs} ms: ${what}${reason}`);
    await pause(INTERVAL_MS);
  }
}
