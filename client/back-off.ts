/** First ceiling; doubles with every failure (ms). */
const BASE_MS = 500;
const CAP_MS = 10_000;
/** Added after the server shut this browser out for what it did (ms). */
const PENALTY_MS = 10_000;

/**
 * How long to wait before the next attempt (ms). Full jitter: anywhere between nothing and the ceiling, so that a hall of
 * phones that lost one server does not come back in step. `random` is 0 to 1.
 */
export function backOff(failures: number, random: number, penalised = false): number {
  const ceiling = Math.min(CAP_MS, BASE_MS * 2 ** failures);
  return (penalised ? PENALTY_MS : 0) + random * ceiling;
}
