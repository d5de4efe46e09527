/** A store did not answer in time. What was asked may or may not have been done; it may be asked again. */
export class Outage extends Error {
  /** When asking again is likely to help (ms). */
  readonly retryAfterMs: number;

  constructor(store: string, retryAfterMs: number, cause: unknown) {
    super(`${store} did not answer`, { cause });
    this.name = "Outage";
    this.retryAfterMs = retryAfterMs;
  }
}
