import type { PollId, VoterId } from "../../../shared/ids.ts";
import { mergeInto, type RegisteredBallot, supersedes } from "../../app/register.ts";

/** A ballot that is put under a condition, on its way to the ledger and then to Redis. */
export interface OwedPut {
  readonly ballot: RegisteredBallot;
  /** What must still stand in the voter's item. */
  readonly expected: RegisteredBallot | null;
  /** `unknown`: nobody can tell whether the ledger took it, so the put is repeated until somebody can. */
  state: "putting" | "unknown" | "inLedger";
}

/** Ballots by what is known of them in Redis. */
export interface Sorted {
  /** By the entry of the outbox that one script wrote together with them. */
  readonly byEntry: ReadonlyMap<string, readonly RegisteredBallot[]>;
  /** Those of which this node knows no entry: counted by another node, or past Redis. */
  readonly loose: readonly RegisteredBallot[];
}

/** What this node vouches for, taken out to be appended to the ledger. */
export interface Batch extends Sorted {
  /** At most one ballot a voter. */
  readonly ballots: readonly RegisteredBallot[];
  /** When the oldest of them came; monotonic ms. */
  readonly since: number;
}

/** About what a ballot takes in memory: for the bound, not for accounts. */
const BYTES_A_BALLOT = 200;

class Pile {
  readonly byEntry = new Map<string, RegisteredBallot[]>();
  /** At most one a voter: whoever merges it has merged those before. */
  readonly loose = new Map<VoterId, RegisteredBallot>();

  add({ byEntry, loose }: Sorted): void {
    for (const [entry, ballots] of byEntry) this.byEntry.set(entry, [...ballots]);
    mergeInto(this.loose, loose);
  }

  remove({ byEntry, loose }: Sorted): void {
    for (const entry of byEntry.keys()) this.byEntry.delete(entry);
    for (const ballot of loose) {
      if (this.loose.get(ballot.voter) === ballot) this.loose.delete(ballot.voter);
    }
  }

  get isEmpty(): boolean {
    return this.byEntry.size + this.loose.size === 0;
  }

  get sorted(): Sorted {
    return { byEntry: new Map(this.byEntry), loose: [...this.loose.values()] };
  }
}

interface KeptPoll {
  /** What the ledger is still to get. */
  waiting: Pile;
  /** How many, and when the oldest came; monotonic ms. */
  count: number;
  since: number;
  /** Taken out, and not yet known to be in the ledger. */
  underWay: Batch[];
  /** In the ledger, and still in the outbox or not surely in Redis. */
  readonly unconfirmed: Pile;
  readonly puts: Set<OwedPut>;
  /** The greatest ballot of each voter of whom anything is kept. */
  readonly standing: Map<VoterId, RegisteredBallot>;
}

/**
 * What only this node's memory says: who acknowledges a ballot keeps it until the ledger has it, and what came past Redis
 * until Redis has it too.
 */
export class KeptBallots {
  readonly #polls = new Map<PollId, KeptPoll>();
  #waiting = 0;

  /** A ballot that this node vouches for; `entry` is its entry in the outbox, `null` if this node knows of none. */
  keep(pollId: PollId, ballot: RegisteredBallot, entry: string | null): void {
    const kept = this.#of(pollId);
    if (kept.count === 0) kept.since = performance.now();
    kept.count += 1;
    this.#waiting += 1;
    mergeInto(kept.standing, [ballot]);
    if (entry === null) {
      mergeInto(kept.waiting.loose, [ballot]);
      return;
    }
    const together = kept.waiting.byEntry.get(entry);
    if (together) together.push(ballot);
    else kept.waiting.byEntry.set(entry, [ballot]);
  }

  /** Takes out what is to be appended now; `null` if there is nothing. */
  take(pollId: PollId): Batch | null {
    const kept = this.#polls.get(pollId);
    if (!kept || kept.waiting.isEmpty) return null;
    const { byEntry, loose } = kept.waiting;
    const ballots = new Map(loose);
    for (const together of byEntry.values()) mergeInto(ballots, together);
    const sorted = { byEntry, loose: [...loose.values()] };
    const batch = { ...sorted, ballots: [...ballots.values()], since: kept.since };
    kept.waiting = new Pile();
    this.#waiting -= kept.count;
    kept.count = 0;
    kept.underWay.push(batch);
    return batch;
  }

  /** The ledger has the batch; Redis is still to confirm it. */
  taken(pollId: PollId, batch: Batch): void {
    const kept = this.#polls.get(pollId);
    if (!kept) return;
    kept.underWay = kept.underWay.filter((other) => other !== batch);
    kept.unconfirmed.add(batch);
  }

  /** The ledger may not have the batch: it is kept as before. */
  putBack(pollId: PollId, batch: Batch): void {
    const kept = this.#polls.get(pollId);
    if (!kept) return;
    kept.underWay = kept.underWay.filter((other) => other !== batch);
    kept.waiting.add(batch);
    kept.count += batch.ballots.length;
    this.#waiting += batch.ballots.length;
    kept.since = batch.since;
  }

  /** What the ledger has and Redis has not confirmed. */
  unconfirmed(pollId: PollId): Sorted {
    return this.#polls.get(pollId)?.unconfirmed.sorted ?? { byEntry: new Map(), loose: [] };
  }

  /** Redis has the ballots of these, and their entries no more. */
  confirmed(pollId: PollId, sorted: Sorted): void {
    const kept = this.#polls.get(pollId);
    if (!kept) return;
    kept.unconfirmed.remove(sorted);
    for (const ballots of sorted.byEntry.values()) for (const ballot of ballots) forgetIn(kept, ballot);
    for (const ballot of sorted.loose) forgetIn(kept, ballot);
    this.#dropIfEmpty(pollId, kept);
  }

  /** A ballot that is about to be put under a condition. */
  owe(pollId: PollId, ballot: RegisteredBallot, expected: RegisteredBallot | null): OwedPut {
    const owed: OwedPut = { ballot, expected, state: "putting" };
    this.#of(pollId).puts.add(owed);
    return owed;
  }

  /** The ledger has it. */
  put(pollId: PollId, owed: OwedPut): void {
    owed.state = "inLedger";
    mergeInto(this.#of(pollId).standing, [owed.ballot]);
  }

  /** Redis has it too, or another ballot stands where it was to be put. */
  absolve(pollId: PollId, owed: OwedPut): void {
    const kept = this.#polls.get(pollId);
    if (!kept) return;
    kept.puts.delete(owed);
    forgetIn(kept, owed.ballot);
    this.#dropIfEmpty(pollId, kept);
  }

  puts(pollId: PollId): OwedPut[] {
    return [...(this.#polls.get(pollId)?.puts ?? [])];
  }

  /** The greatest ballot of each voter of whom anything is kept. */
  of(pollId: PollId): Iterable<RegisteredBallot> {
    return this.#polls.get(pollId)?.standing.values() ?? [];
  }

  /** What this node itself knows to stand for a voter, if anything. */
  standing(pollId: PollId, voter: VoterId): RegisteredBallot | null {
    return this.#polls.get(pollId)?.standing.get(voter) ?? null;
  }

  has(pollId: PollId): boolean {
    return this.#polls.has(pollId);
  }

  /** Nothing of this poll counts any more: it has its final result, or was removed. */
  forget(pollId: PollId): void {
    this.#waiting -= this.#polls.get(pollId)?.count ?? 0;
    this.#polls.delete(pollId);
  }

  get polls(): PollId[] {
    return [...this.#polls.keys()];
  }

  /** Not yet known to be in the ledger. */
  get count(): number {
    let underWay = 0;
    for (const kept of this.#polls.values())
      for (const { ballots } of kept.underWay) underWay += ballots.length;
    return this.#waiting + underWay;
  }

  /** About how much memory the waiting ballots take. */
  get bytes(): number {
    return this.#waiting * BYTES_A_BALLOT;
  }

  /** How long the oldest ballot waits for the ledger (ms); 0 if none does. */
  oldestMs(now = performance.now()): number {
    let oldest = now;
    for (const { count, since, underWay } of this.#polls.values()) {
      if (count > 0) oldest = Math.min(oldest, since);
      for (const batch of underWay) oldest = Math.min(oldest, batch.since);
    }
    return now - oldest;
  }

  #of(pollId: PollId): KeptPoll {
    const known = this.#polls.get(pollId);
    if (known) return known;
    const kept: KeptPoll = {
      waiting: new Pile(),
      count: 0,
      since: 0,
      underWay: [],
      unconfirmed: new Pile(),
      puts: new Set(),
      standing: new Map(),
    };
    this.#polls.set(pollId, kept);
    return kept;
  }

  #dropIfEmpty(pollId: PollId, { waiting, underWay, unconfirmed, puts }: KeptPoll): void {
    if (waiting.isEmpty && underWay.length === 0 && unconfirmed.isEmpty && puts.size === 0) {
      this.#polls.delete(pollId);
    }
  }
}

/** Unless a greater one has come since. */
function forgetIn({ standing }: KeptPoll, ballot: RegisteredBallot): void {
  if (!supersedes(standing.get(ballot.voter) ?? ballot, ballot)) standing.delete(ballot.voter);
}
