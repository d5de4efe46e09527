import type { SessionId } from "../../../shared/ids.ts";

/** Sessions used within this time (ms) are live: as long as a local copy is kept. */
export const CENSUS_WINDOW_MS = 30 * 60 * 1_000;
const PARTS = 6;
const PART_MS = CENSUS_WINDOW_MS / PARTS;
/** 2^12 registers of a byte: an error of 1.04 / √4096 = 1.6 %, and 24 KiB for all parts, however many sessions. */
const REGISTERS = 4_096;
const BIAS = 0.7213 / (1 + 1.079 / REGISTERS);

/**
 * How many different sessions this node has seen in the last half hour, nearly: a HyperLogLog for each five minutes. Exact
 * counting would keep every id; asking Redis would scan its keys.
 */
export class SessionCensus {
  /** By five minutes; the oldest is overwritten. */
  readonly #parts = Array.from({ length: PARTS }, () => ({ of: -1, registers: new Uint8Array(REGISTERS) }));
  readonly #now: () => number;

  /** `now`: monotonic ms. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** A session id is a SHA-256: as good as random, so it is its own hash. */
  saw(sessionId: SessionId): void {
    const of = Math.floor(this.#now() / PART_MS);
    const part = this.#parts[of % PARTS];
    if (!part) return;
    if (part.of !== of) {
      part.registers.fill(0);
      part.of = of;
    }
    const register = Number.parseInt(sessionId.slice(0, 3), 16);
    const rank = Math.clz32(Number.parseInt(sessionId.slice(3, 11), 16)) + 1;
    if (rank > (part.registers[register] ?? 0)) part.registers[register] = rank;
  }

  count(): number {
    const oldest = Math.floor(this.#now() / PART_MS) - PARTS;
    const recent = this.#parts.filter(({ of }) => of > oldest && of >= 0);
    let [sum, empty] = [0, 0];
    for (let index = 0; index < REGISTERS; index += 1) {
      const rank = recent.reduce((most, { registers }) => Math.max(most, registers[index] ?? 0), 0);
      sum += 2 ** -rank;
      if (rank === 0) empty += 1;
    }
    const raw = (BIAS * REGISTERS ** 2) / sum;
    // Few sessions leave most registers empty: then how many are empty tells more.
    const isSmall = raw <= 2.5 * REGISTERS && empty > 0;
    return Math.round(isSmall ? REGISTERS * Math.log(REGISTERS / empty) : raw);
  }
}
