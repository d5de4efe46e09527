import type { Timers } from "../../app/timers.ts";

/**
 * The answer, or a rejection after `ms`. The request goes on all the same. A process that stood still finds its timers
 * due before it has read what had arrived: an answer that is already there is taken first.
 */
export function answerWithin(timers: Timers, ms: number, ask: () => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    let callOff = timers.after(ms, () => {
      callOff = timers.after(0, () => reject(new Error(`no answer within ${ms} ms`)));
    });
    ask()
      .then(resolve, reject)
      .finally(() => callOff());
  });
}
