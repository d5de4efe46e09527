import { type Ballot, type Choice, judgeBallot, type Verdict } from "../../server/app/ballot.ts";
import type { PollControl } from "../../server/app/poll.ts";
import { DEFINITION } from "./poll-under-test.ts";

/** What one Redis server has of the poll. */
export interface RedisState {
  /** The master this state was rebuilt for; another one that finds it here has perhaps lost a tail. 0: COLD. */
  warmFor: number;
  control: PollControl | "removed" | null;
  readonly ballots: Map<string, Choice>;
  readonly votes: Map<string, number>;
  /** Ballots the ledger may not have yet. */
  outbox: Ballot[];
}

type Write = (state: RedisState) => void;

export interface CastReply {
  readonly verdict: Verdict | "COLD" | "REMOVED";
  readonly standing: Choice | null;
  /** Whether this master's state is known to be whole. */
  readonly trusted: boolean;
  readonly offset: Offset;
}

/** A place in one master's stream of writes. */
export interface Offset {
  readonly master: number;
  readonly writes: number;
}

function emptyState(): RedisState {
  return { warmFor: 0, control: null, ballots: new Map(), votes: new Map(), outbox: [] };
}

function copyOf(state: RedisState): RedisState {
  return {
    ...state,
    ballots: new Map(state.ballots),
    votes: new Map(state.votes),
    outbox: [...state.outbox],
  };
}

/** A master and its replica, with asynchronous replication: what only the master has is lost with it. */
export class RedisShard {
  master: RedisState = emptyState();
  /** Which master this is: another one after every failover or wipe. */
  incarnation = 1;
  /** A master that was replaced but still answers whoever has an old map. */
  deposed: RedisState | null = null;
  up = true;
  lagging = false;
  /** Any two copies of Redis were lost since the start: what only Redis had may be gone. */
  wipes = 0;
  #replica: RedisState | null = emptyState();
  #unreplicated: Write[] = [];
  #written = 0;
  #applied = 0;

  get hasReplica(): boolean {
    return this.#replica !== null;
  }

  /** The cast script: judged, written and put into the outbox as one step, here or on a deposed master. */
  cast(ballot: Ballot, now: number, onDeposed: boolean): CastReply {
    const state = onDeposed && this.deposed ? this.deposed : this.master;
    const deposed = state !== this.master;
    const standing = state.ballots.get(ballot.voter) ?? null;
    const trusted = !deposed && state.warmFor === this.incarnation;
    const verdict = judge(state, standing, ballot, now);
    if (verdict === "count" || verdict === "advance") {
      this.#write((target) => apply(target, ballot, true), deposed);
    } else if (!deposed) this.#write(() => {}, false);
    return {
      verdict,
      standing,
      trusted,
      offset: { master: deposed ? -1 : this.incarnation, writes: this.#written },
    };
  }

  /** Any other script. */
  write(write: Write): Offset {
    this.#write(write, false);
    return { master: this.incarnation, writes: this.#written };
  }

  /** What WAIT says: the replica has everything up to the offset. */
  isReplicated({ master, writes }: Offset): boolean {
    return this.#replica !== null && master === this.incarnation && this.#applied >= writes;
  }

  /** The replica takes the next writes of the stream. */
  replicate(count: number): void {
    if (this.lagging || !this.#replica) return;
    for (const write of this.#unreplicated.splice(0, count)) {
      write(this.#replica);
      this.#applied += 1;
    }
  }

  /** The replica becomes the master with what it has. */
  failover(keepDeposed: boolean): boolean {
    if (!this.#replica) return false;
    this.deposed = keepDeposed ? this.master : null;
    this.#become(this.#replica);
    return true;
  }

  /** Master and replica come back with nothing. */
  wipe(): void {
    this.deposed = null;
    this.wipes += 1;
    this.#become(emptyState());
  }

  /** A full synchronisation: the shard has a replica again. */
  resync(): void {
    this.deposed = null;
    this.#replica = copyOf(this.master);
    this.#unreplicated = [];
    this.#applied = this.#written;
  }

  #become(state: RedisState): void {
    this.master = state;
    this.incarnation += 1;
    this.#replica = null;
    this.#unreplicated = [];
    this.#written = this.#applied = 0;
  }

  #write(write: Write, deposed: boolean): void {
    if (deposed) {
      if (this.deposed) write(this.deposed);
      return;
    }
    write(this.master);
    this.#written += 1;
    if (this.#replica) this.#unreplicated.push(write);
  }
}

function judge(
  state: RedisState,
  standing: Choice | null,
  ballot: Ballot,
  now: number,
): CastReply["verdict"] {
  if (state.control === null) return "COLD";
  if (state.control === "removed") return "REMOVED";
  return judgeBallot({ definition: DEFINITION, control: state.control }, standing, ballot, now);
}

/** Counts a ballot if it is newer than the one that stands: votes move, they are never added. */
export function apply(state: RedisState, ballot: Ballot, intoOutbox: boolean): void {
  const standing = state.ballots.get(ballot.voter);
  if (standing && standing.revision >= ballot.revision) return;
  const change = (option: string, amount: number) =>
    state.votes.set(option, (state.votes.get(option) ?? 0) + amount);
  for (const option of standing?.optionIds ?? []) change(option, -1);
  for (const option of ballot.optionIds) change(option, 1);
  state.ballots.set(ballot.voter, { optionIds: ballot.optionIds, revision: ballot.revision });
  if (intoOutbox) state.outbox = [...state.outbox, ballot];
}
