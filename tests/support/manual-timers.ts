import type { Timers } from "../../server/app/timers.ts";

export interface ManualTimers extends Timers {
  /** Lets so much time pass, timer by timer; what they set going is let finish, as far as it does not wait for more. */
  pass(ms: number): Promise<void>;
}

export function manualTimers(): ManualTimers {
  let now = 0;
  const waiting = new Set<{ readonly at: number; readonly job: () => void }>();
  const earliest = () => [...waiting].sort((one, other) => one.at - other.at)[0];
  return {
    now: () => now,
    after(ms, job) {
      const timer = { at: now + ms, job };
      waiting.add(timer);
      return () => waiting.delete(timer);
    },
    async pass(ms) {
      const end = now + ms;
      await settled();
      for (let timer = earliest(); timer && timer.at <= end; timer = earliest()) {
        waiting.delete(timer);
        now = timer.at;
        timer.job();
        await settled();
      }
      now = end;
    },
  };
}

/** All promises that can settle without time have. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
