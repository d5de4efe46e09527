import type { Choice } from "../../server/app/ballot.ts";
import type { PollControl } from "../../server/app/poll.ts";
import type { Cast } from "./redis-state.ts";
import { supersedes } from "./the-poll.ts";
import type { Variant } from "./variants.ts";

/** `POLL#id` / `META`. */
export interface Meta {
  readonly control: PollControl;
  readonly removed: boolean;
  readonly epoch: number;
  /** Whether Redis may ever have counted for this poll: then a close waits for Redis. */
  readonly inRedis: boolean;
}

/** `POLL#id` / `FINAL`, and the roll: the ballots it counts. */
export interface Final {
  readonly votes: readonly number[];
  readonly participants: number;
  readonly roll: readonly (Choice | null)[];
  readonly epoch: number;
}

/** `POLL#id` / `TALLY`: the count while Redis is away. */
export interface Tally {
  readonly epoch: number;
  readonly version: number;
  readonly votes: readonly number[];
  readonly participants: number;
}

/** A step of the host or the clock. Sent again under the same id it is taken once and answered the same. */
export interface Step {
  readonly id: string;
  readonly expectedSeq: number;
  readonly change: PollControl | "removed";
}

/** Over how many partitions the ballots are spread. */
export const SHARDS = 2;
export const shardOf = (voter: number): number => voter % SHARDS;

/** The items of one poll. Every method is one call: atomic for its item, strongly consistent. */
export class Ledger {
  reachable = true;
  meta: Meta;
  /** `BALLOT#id#shard` / `voter#…`: ballots that were judged past Redis. */
  items: readonly (Choice | null)[] = [];
  /** `BALLOT#id#shard` / `pack#NAME`: ballots that Redis has counted, appended blindly. */
  readonly packs = new Map<string, { readonly shard: number; readonly ballots: readonly Cast[] }>();
  /** `OPEN#k` / `id`: somebody has something left to do for this poll. */
  open = true;
  /** `OPEN#k` / `id#DIRTY#mark`: somebody puts what Redis may lack. */
  readonly dirty = new Set<string>();
  /** `NODE` / `run`: its beat. */
  readonly beats = new Map<string, number>();
  final: Final | null = null;
  tally: Tally | null = null;
  /** Which steps META has taken. */
  readonly taken = new Set<string>();
  readonly #variant: Variant;
  readonly #hear: (arrival: Cast) => void;

  /** `hear` is told of each ballot that comes here. */
  constructor(meta: Pick<Meta, "control" | "inRedis">, variant: Variant, hear: (arrival: Cast) => void) {
    this.meta = { ...meta, removed: false, epoch: 1 };
    this.#variant = variant;
    this.#hear = hear;
  }

  /** Appends a pack. Nothing is asked of what is there; the same name is the same pack. */
  append(name: string, shard: number, ballots: readonly Cast[]): void {
    this.packs.set(`${shard}#${name}`, { shard, ballots });
    for (const ballot of ballots) this.#hear(ballot);
  }

  /** Puts a voter's item if `expected` still stands in it. Returns what stands there otherwise. */
  put({ voter, choice }: Cast, expected: Choice | null): Choice | null | "PUT" {
    const standing = this.items[voter] ?? null;
    if (standing !== expected && !this.#variant.noRevisionOrder) return standing;
    const items = this.items.slice();
    items[voter] = choice;
    this.items = items;
    this.#hear({ voter, choice });
    return "PUT";
  }

  /** A query of one partition reads the packs, and later the items: two moments. */
  packsOf(shard: number): readonly Cast[] {
    return [...this.packs.values()].filter((pack) => pack.shard === shard).flatMap(({ ballots }) => ballots);
  }

  itemsOf(shard: number): readonly Cast[] {
    return [...this.items].flatMap((choice, voter) =>
      choice && shardOf(voter) === shard ? [{ voter, choice }] : [],
    );
  }

  /** What stands, for the checker. */
  get ballots(): readonly (Choice | null)[] {
    const shards = Array.from({ length: SHARDS }, (_, shard) => shard);
    return this.merged(shards.flatMap((shard) => [...this.packsOf(shard), ...this.itemsOf(shard)]));
  }

  /** What whoever reads makes of packs and items. */
  merged(read: readonly Cast[]): readonly (Choice | null)[] {
    const { noRevisionOrder, tiesByArrival } = this.#variant;
    const ballots: (Choice | null)[] = [];
    for (const { voter, choice } of read) {
      const standing = ballots[voter] ?? null;
      const wins = tiesByArrival
        ? choice.revision > (standing?.revision ?? -1)
        : noRevisionOrder || supersedes(choice, standing);
      if (wins) ballots[voter] = choice;
    }
    return ballots;
  }

  /** Compare-and-set of the control. */
  steer({ id, expectedSeq, change }: Step): boolean {
    if (this.taken.has(id) && !this.#variant.stepsWithoutId) return true;
    if (this.meta.removed || this.meta.control.seq !== expectedSeq) return false;
    this.meta = change === "removed" ? { ...this.meta, removed: true } : { ...this.meta, control: change };
    this.taken.add(id);
    return true;
  }

  claimEpoch(): number {
    this.meta = { ...this.meta, epoch: this.meta.epoch + 1 };
    return this.meta.epoch;
  }

  noteInRedis(): void {
    this.meta = { ...this.meta, inRedis: true };
  }

  /** A beat; the first of a run makes its item. `false`: the run was buried. */
  beat(run: string, first: boolean): boolean {
    const beats = this.beats.get(run);
    if (beats === undefined && !first) return false;
    this.beats.set(run, (beats ?? 0) + 1);
    return true;
  }

  /** Ends a run that has not beaten since, so that it can never beat again. */
  bury(run: string, lastBeat: number): boolean {
    if ((this.beats.get(run) ?? lastBeat) !== lastBeat) return false;
    this.beats.delete(run);
    return true;
  }

  putFinal(final: Final): void {
    this.final ??= final;
  }

  putTally(tally: Tally, expectedVersion: number): boolean {
    if ((this.tally?.version ?? 0) !== expectedVersion) return false;
    this.tally = tally;
    return true;
  }
}
