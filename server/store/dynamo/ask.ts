/** Asking DynamoDB one thing: tried again while that can help, given up in time, and then an `Outage`. */
import { setTimeout as pause } from "node:timers/promises";
import { Outage } from "../../app/outage.ts";
import { LEDGER } from "../tiers/health.ts";
import { causeOf, isConditionFailure, isPassing } from "./dynamo-errors.ts";

export interface AskTimes {
  /** How long one attempt may take (ms). */
  readonly attemptMs: number;
  /** How long all attempts may take, with the pauses and the waiting for a lane (ms). */
  readonly deadlineMs: number;
}

/** A request must not live longer than 2 s (`docs/ballots.md`, section 4), and somebody waits for the answer. */
export const LEDGER_TIMES: AskTimes = { attemptMs: 500, deadlineMs: 800 };

/** The options that make an attempt really end. */
export interface AttemptOptions {
  readonly abortSignal: AbortSignal;
  readonly requestTimeout: number;
}

/** The first pause is up to this (ms), each one after up to twice the one before, and none is longer than the second. */
const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 200;
/** With less time left (ms) an attempt would be given up before it is answered: it would be sent in vain. */
const SHORTEST_ATTEMPT_MS = 50;
/** When asking again is likely to help (ms). */
const RETRY_AFTER_MS = 1_000;

/**
 * Answers what `attempt` answers. A failed condition is passed on as it is; everything else that is not passing, or has
 * not passed in time, rejects with an `Outage`: then it may have been done.
 */
export async function ask<Answer>(
  { attemptMs, deadlineMs }: AskTimes,
  attempt: (options: AttemptOptions) => Promise<Answer>,
): Promise<Answer> {
  const endsAt = performance.now() + deadlineMs;
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(new Error(`no answer within ${deadlineMs} ms`)), deadlineMs);
  const { signal } = deadline;
  try {
    for (let tries = 0; ; tries += 1) {
      const left = endsAt - performance.now();
      const options = { abortSignal: signal, requestTimeout: Math.max(1, Math.min(attemptMs, left)) };
      try {
        return await beforeAbort(signal, attempt(options));
      } catch (trouble) {
        if (isConditionFailure(trouble)) throw trouble;
        const wait = Math.random() * Math.min(FIRST_PAUSE_MS * 2 ** tries, LONGEST_PAUSE_MS);
        const isTooLate = endsAt - performance.now() < wait + SHORTEST_ATTEMPT_MS;
        if (isTooLate || !isPassing(trouble)) throw new Outage(LEDGER, RETRY_AFTER_MS, causeOf(trouble));
        await pause(wait);
      }
    }
  } finally {
    clearTimeout(timer);
  }
}

/** The client's own limit ends with the head of an answer; its body may still never come. */
async function beforeAbort<Answer>(signal: AbortSignal, answer: Promise<Answer>): Promise<Answer> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([answer, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
