/** What an examination found: one line of `bun run doctor`. */
export interface Finding {
  /** `Redis 10.0.0.1:6379`, `SESSION_SECRET`. */
  readonly subject: string;
  /** `failed`: something that is configured does not work. `unknown`: it does not tell, and works all the same. */
  readonly state: "ok" | "warning" | "unknown" | "failed";
  /** What was seen, one line. */
  readonly said: string;
  /** Median of 20 requests. */
  readonly p50Ms?: number;
  /** What to do, one line. */
  readonly action?: string;
}

/** A finding whose state is that of a judgement: `action` belongs to what is not well. */
export function judge(
  subject: string,
  isWell: boolean,
  said: string,
  action: string,
  otherwise: Exclude<Finding["state"], "ok"> = "warning",
): Finding {
  return isWell ? { subject, state: "ok", said } : { subject, state: otherwise, said, action };
}

const TIMES = 20;

/** How long `ask` takes, one after the other: the median of 20 (ms). */
export async function typicalMs(ask: () => Promise<unknown>): Promise<number> {
  const took: number[] = [];
  for (let time = 0; time < TIMES; time += 1) {
    const askedAt = performance.now();
    await ask();
    took.push(performance.now() - askedAt);
  }
  took.sort((one, other) => one - other);
  return took[TIMES / 2] ?? 0;
}
