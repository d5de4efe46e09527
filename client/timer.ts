/** Time as the socket and the ballots need it; a port, so that tests do not wait. */
export interface Timer {
  /** This machine's clock, epoch ms. */
  now(): number;
  /** Runs `act` once after `ms`; the answer cancels it. */
  after(ms: number, act: () => void): Cancel;
}

export type Cancel = () => void;

export const browserTimer: Timer = {
  now: () => Date.now(),
  after(ms, act) {
    const id = setTimeout(act, ms);
    return () => clearTimeout(id);
  },
};
