/** Looks after how the poll is doing: how soon the server answers, and how well it can keep votes. */
import type { ClientFrame, ServerMessage } from "../shared/messages.ts";
import type { PollHealth } from "../shared/poll-health.ts";
import { call, isFailure } from "./api.ts";
import type { HostEvent } from "./host-state.ts";

const PING_EVERY_MS = 5_000;
const ASK_EVERY_MS = 10_000;
/** One slow answer is no news; the middle of so many is shown. */
const REMEMBERED = 5;
const PING_ID = "round-trip";

export interface HealthPorts {
  readonly hostKey: string | null;
  /** `false` while there is no connection. */
  readonly send: (frame: ClientFrame) => boolean;
  /** The poll that is shown and steered; `null`: none. */
  readonly pollId: () => string | null;
  readonly onEvent: (event: HostEvent) => void;
}

export class HealthWatch {
  readonly #ports: HealthPorts;
  #pingedAt = 0;
  #trips: number[] = [];

  constructor(ports: HealthPorts) {
    this.#ports = ports;
  }

  start(): void {
    setInterval(() => document.hidden || this.ping(), PING_EVERY_MS);
    setInterval(() => document.hidden || this.ask(), ASK_EVERY_MS);
  }

  ping(): void {
    if (this.#ports.send({ type: "PING", data: {}, id: PING_ID })) this.#pingedAt = performance.now();
  }

  heard({ type, id }: ServerMessage): void {
    if (type !== "PONG" || id !== PING_ID || this.#pingedAt === 0) return;
    this.#trips = [...this.#trips.slice(1 - REMEMBERED), performance.now() - this.#pingedAt];
    this.#pingedAt = 0;
    this.#ports.onEvent({ type: "roundTrip", ms: middleOf(this.#trips) });
  }

  async ask(): Promise<void> {
    const { pollId, hostKey, onEvent } = this.#ports;
    const asked = pollId();
    if (asked === null) return;
    const health = await call<PollHealth>("GET", `/api/polls/${asked}/health`, undefined, hostKey);
    if (pollId() === asked) onEvent({ type: "health", health: isFailure(health) ? null : health });
  }
}

/** Whole milliseconds, one at least: "0 ms" is no answer to how long. */
export function middleOf(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b);
  return Math.max(1, Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0));
}
