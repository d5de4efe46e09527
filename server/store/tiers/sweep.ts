import type { PollId } from "../../../shared/ids.ts";
import { GRACE_MS } from "../../../shared/limits.ts";
import { Outage } from "../../app/outage.ts";
import type { Clock } from "../../app/ports.ts";
import { repeat } from "../../app/repeat.ts";
import type { Ledger, OpenMark, OpenPoll } from "./ledger.ts";
import type { Marks } from "./marks.ts";
import type { RedisSide } from "./redis-side.ts";
import { SharedRounds } from "./shared-rounds.ts";
import { STALE_MS, type Tender } from "./tend.ts";

/** How often a node looks through all polls that are not done (ms, spread at random), and how much rest that leaves. */
const SWEEP_EVERY_MS = { least: 750, most: 1_250 };
const REST = 10;
/** Polls that nobody needs at once are looked at by turns, so many a pass: one read of Redis each. */
const LOOKED_AT = 50;
/** Polls that end are tended by turns too, so many a pass: while Redis is away they only wait for it. */
const TENDED = 100;

export interface SweepPorts {
  readonly ledger: Pick<Ledger, "openPartitions" | "openPartition">;
  readonly redis: Pick<RedisSide, "isAway" | "read"> | null;
  readonly marks: Pick<Marks, "dead">;
  readonly tender: Pick<Tender, "tend">;
  /** Wall clock: ends are told by it. */
  readonly clock: Clock;
  /** Told of what is no outage. */
  readonly onTrouble: (doing: string, trouble: unknown) => void;
}

/** For the operations page, as the last pass saw it. */
export interface SweepFigures {
  /** Polls in which something is still to be done. */
  readonly openPolls: number;
  readonly marks: number;
  readonly deadMarks: number;
  /** Of the outboxes seen (entries, ms). */
  readonly biggestOutbox: number;
  readonly oldestOutboxMs: number;
}

interface Outbox {
  readonly entries: number;
  readonly ageMs: number;
}

/** What every node does for polls that nobody watches here: finds what is left to do in any of them, and has it done. */
export class Sweep {
  readonly #ports: SweepPorts;
  readonly #queries = new SharedRounds(() => this.#query());
  #stop: (() => void) | null = null;
  /** As `OPEN` listed them last. The first have waited longest. */
  readonly #open = new Map<PollId, OpenPoll>();
  #marks: readonly OpenMark[] = [];
  #dead: readonly OpenMark[] = [];
  #queriedAt = Number.NEGATIVE_INFINITY;
  #cost = 0;
  readonly #outboxes = new Map<PollId, Outbox>();

  constructor(ports: SweepPorts) {
    this.#ports = ports;
  }

  /** Looks again and again, until `stop`. */
  start(): void {
    this.#stop ??= repeat(
      () => Math.max(between(SWEEP_EVERY_MS), REST * this.#cost),
      () => this.pass(),
      (trouble) => this.#tellTrouble(trouble),
    );
  }

  stop(): void {
    this.#stop?.();
    this.#stop = null;
  }

  /** One look through all polls: has those tended that need it, and some of the others looked at. */
  async pass(): Promise<void> {
    const startedAt = performance.now();
    await this.#queries.ask();
    this.#dead = await this.#ports.marks.dead(this.#marks);
    this.#cost = performance.now() - startedAt;
    const tended = this.#tendUrgent();
    if (this.#ports.redis) await this.#lookAtOthers(this.#ports.redis, tended);
  }

  /** Open polls whose time and grace have passed at `now` (epoch ms), at most `limit`, by turns. Rejects with an `Outage`. */
  async due(now: number, limit: number): Promise<readonly PollId[]> {
    const knownForMs = performance.now() - this.#queriedAt;
    if (knownForMs > Math.max(SWEEP_EVERY_MS.most, 2 * REST * this.#cost)) await this.#queries.ask();
    const due = [...this.#open.values()].filter((open) => isDue(open, now)).slice(0, limit);
    for (const open of due) this.#toTheEnd(open);
    return due.map(({ pollId }) => pollId);
  }

  get figures(): SweepFigures {
    const outboxes = [...this.#outboxes.values()];
    return {
      openPolls: this.#open.size,
      marks: this.#marks.length,
      deadMarks: this.#dead.length,
      biggestOutbox: outboxes.reduce((most, { entries }) => Math.max(most, entries), 0),
      oldestOutboxMs: outboxes.reduce((most, { ageMs }) => Math.max(most, ageMs), 0),
    };
  }

  async #query(): Promise<void> {
    const { ledger } = this.#ports;
    const startedAt = performance.now();
    const partitions = await Promise.all(
      Array.from({ length: ledger.openPartitions }, (_, index) => ledger.openPartition(index)),
    );
    const listed = new Map(partitions.flatMap(({ polls }) => polls).map((open) => [open.pollId, open]));
    for (const pollId of this.#open.keys()) if (!listed.has(pollId)) this.#open.delete(pollId);
    // Setting what is there already keeps its turn.
    for (const [pollId, open] of listed) this.#open.set(pollId, open);
    this.#marks = partitions.flatMap(({ marks }) => marks);
    this.#queriedAt = startedAt;
    for (const pollId of this.#outboxes.keys()) if (!listed.has(pollId)) this.#outboxes.delete(pollId);
  }

  /** Polls with dead marks, listed or not; and, by turns, those that end, or whose time has passed. */
  #tendUrgent(): ReadonlySet<PollId> {
    const now = this.#ports.clock();
    const dead = Map.groupBy(this.#dead, ({ pollId }) => pollId);
    const ending = [...this.#open.values()].filter((open) => open.ending || isDue(open, now));
    for (const open of ending.slice(0, TENDED)) {
      this.#toTheEnd(open);
      this.#tend(open.pollId, dead.get(open.pollId));
    }
    for (const [pollId, marks] of dead) {
      // A mark asks for something to be done in Redis; where that is away it waits.
      if (!this.#ports.redis?.isAway(pollId)) this.#tend(pollId, marks);
    }
    return new Set([...dead.keys(), ...ending.map(({ pollId }) => pollId)]);
  }

  async #lookAtOthers(redis: Pick<RedisSide, "isAway" | "read">, tended: ReadonlySet<PollId>): Promise<void> {
    const others = [...this.#open.values()].filter(
      ({ pollId }) => !tended.has(pollId) && !redis.isAway(pollId),
    );
    await Promise.all(
      others.slice(0, LOOKED_AT).map(async (open) => {
        this.#toTheEnd(open);
        await this.#lookAt(redis, open.pollId);
      }),
    );
  }

  /** What nobody can trust, and what nobody drains, is tended. */
  async #lookAt(redis: Pick<RedisSide, "read">, pollId: PollId): Promise<void> {
    try {
      const view = await redis.read(pollId);
      if (view !== "cold" && view !== "removed") {
        this.#outboxes.set(pollId, { entries: view.outboxLength, ageMs: view.outboxAgeMs });
        if (view.outboxAgeMs <= STALE_MS) return;
      }
      this.#tend(pollId);
    } catch (trouble) {
      this.#tellTrouble(trouble);
    }
  }

  #tend(pollId: PollId, dead: readonly OpenMark[] = []): void {
    void this.#ports.tender.tend(pollId, dead, this.#open.get(pollId) ?? null);
  }

  #toTheEnd(open: OpenPoll): void {
    if (this.#open.delete(open.pollId)) this.#open.set(open.pollId, open);
  }

  #tellTrouble(trouble: unknown): void {
    if (!(trouble instanceof Outage)) this.#ports.onTrouble("look through the open polls", trouble);
  }
}

/** The item says when the poll ends, not whether it was closed: whoever ends it reads META. */
function isDue({ closesAt, ending }: OpenPoll, now: number): boolean {
  return !ending && now >= closesAt + GRACE_MS;
}

function between({ least, most }: { readonly least: number; readonly most: number }): number {
  return least + Math.random() * (most - least);
}
