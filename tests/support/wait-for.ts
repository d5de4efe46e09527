/** Waiting in tests: always for a state, never for a time. Their only timers are here. */
import { setTimeout as pause } from "node:timers/promises";

const TIMEOUT_MS = 5_000;
const LOOK_MS = 5;

type Truthy<Value> = Exclude<Value, false | null | undefined | 0 | "">;

/** Looks until `look` gives something truthy, and returns it. What `look` throws ends the wait. */
export async function waitFor<Value>(
  what: string,
  look: () => Value | Promise<Value>,
  timeoutMs = TIMEOUT_MS,
): Promise<Truthy<Value>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await look();
    if (value) return value as Truthy<Value>; // just seen to be
    if (performance.now() >= deadline) throw tooLate(what, timeoutMs);
    await pause(LOOK_MS);
  }
}

/** The promise's own outcome, or an error that says what did not happen in time. */
export async function inTime<Value>(
  what: string,
  promise: Promise<Value>,
  timeoutMs = TIMEOUT_MS,
): Promise<Value> {
  const settled = new AbortController();
  const late = pause(timeoutMs, undefined, { signal: settled.signal }).then(() => {
    throw tooLate(what, timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    late.catch(() => undefined);
    settled.abort();
  }
}

function tooLate(what: string, timeoutMs: number): Error {
  return new Error(`Waited ${timeoutMs} ms for ${what}.`);
}
