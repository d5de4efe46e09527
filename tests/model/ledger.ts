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

/** The items of one poll. Every method is one call: atomic for its item, strongly consistent. */
export class Ledger {
  reachable = true;
  meta: Meta;
  ballots: readonly (Choice | null)[] = [];
  /** `OPEN#k` / `id`: somebody has something left to do for this poll. */
  open = true;
  /** `OPEN#k` / `id#DIRTY#run`: this run of a node puts what Redis may lack. */
  readonly dirty = new Set<string>();
  /** `NODE` / `run`: its beat. */
  readonly beats = new Map<string, number>();
  final: Final | null = null;
  tally: Tally | null = null;
  /** Which ballots have stood here, and since when (virtual ms), for the checker. */
  readonly arrivals: (Cast & { readonly at: number })[] = [];
  readonly #variant: Variant;
  readonly #now: () => number;

  constructor(control: PollControl, variant: Variant, now: () => number) {
    this.meta = { control, removed: false, epoch: 1 };
    this.#variant = variant;
    this.#now = now;
  }

  /** Puts a ballot if `expected` still stands. Returns what stands otherwise. */
  cast({ voter, choice }: Cast, expected: Choice | null): Choice | "PUT" {
    const standing = this.ballots[voter] ?? null;
    if (standing !== expected && !this.#variant.noRevisionOrder) return standing as Choice;
    this.#put(voter, choice);
    return "PUT";
  }

  /** Puts a ballot that was counted elsewhere, if it supersedes. Returns what stands. */
  merge({ voter, choice }: Cast): Choice {
    const standing = this.ballots[voter] ?? null;
    const { noRevisionOrder, tiesByArrival } = this.#variant;
    const wins = tiesByArrival
      ? choice.revision > (standing?.revision ?? -1)
      : noRevisionOrder || supersedes(choice, standing);
    if (wins) this.#put(voter, choice);
    return wins ? choice : (standing as Choice);
  }

  /** Compare-and-set of the control. */
  steer(expectedSeq: number, change: PollControl | "removed"): boolean {
    if (this.meta.removed || this.meta.control.seq !== expectedSeq) return false;
    this.meta = change === "removed" ? { ...this.meta, removed: true } : { ...this.meta, control: change };
    return true;
  }

  claimEpoch(): number {
    this.meta = { ...this.meta, epoch: this.meta.epoch + 1 };
    return this.meta.epoch;
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

  #put(voter: number, choice: Choice): void {
    const ballots = this.ballots.slice();
    ballots[voter] = choice;
    this.ballots = ballots;
    this.arrivals.push({ voter, choice, at: this.#now() });
  }
}
