/** Time as something that is waited for. A port so that tests need not wait. */
export interface Timers {
  /** Monotonic, ms. */
  now(): number;
  /** Calls `job` once after `ms`; the returned function calls it off. */
  after(ms: number, job: () => void): () => void;
}

/** The waiting keeps no process alive. */
export const realTimers: Timers = {
  now: () => performance.now(),
  after(ms, job) {
    const timer = setTimeout(job, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
