import type { Ballot, Choice } from "../../server/app/ballot.ts";
import type { PollControl } from "../../server/app/poll.ts";
import { openedControl } from "./poll-under-test.ts";

export interface Meta {
  readonly control: PollControl;
  /** `closing`: no more ballots by the ledger way, but the result is not final yet. */
  readonly phase: "open" | "closing" | "closed" | "removed";
  readonly seq: number;
}

export interface Lease {
  /** When it was first taken; a renewal keeps it. */
  readonly since: number;
  readonly expiresAt: number;
  readonly released: boolean;
}

/** The ledger's items of one poll. Every method is one conditional call: atomic, strongly consistent. */
export class Ledger {
  up = true;
  meta: Meta = { control: openedControl(), phase: "open", seq: 1 };
  readonly ballots = new Map<string, Choice>();
  /** `DIRTY`: this node puts ballots past Redis. Kept after its release until a rebuild that began later. */
  readonly dirty = new Map<string, Lease>();
  /** `HOLDS`: this node has acknowledged ballots that the ledger may not have yet. */
  readonly holds = new Map<string, Lease>();
  final: ReadonlyMap<string, Choice> | null = null;
  rebuilder: { readonly node: string; readonly expiresAt: number } | null = null;

  /** Puts a ballot if it is newer; else returns the one that stands. */
  put({ voter, optionIds, revision }: Ballot, ignoreRevision = false): Choice | null {
    const standing = this.ballots.get(voter);
    if (standing && standing.revision >= revision && !ignoreRevision) return standing;
    this.ballots.set(voter, { optionIds, revision });
    return null;
  }

  /** Compare-and-set of META. */
  swap(expectedSeq: number, change: Partial<Omit<Meta, "seq">>): boolean {
    if (this.meta.seq !== expectedSeq) return false;
    this.meta = { ...this.meta, ...change, seq: expectedSeq + 1 };
    return true;
  }

  /** Whether nobody can hold such a lease any more. */
  static areOver(leases: ReadonlyMap<string, Lease>, now: number): boolean {
    return [...leases.values()].every((lease) => lease.released || lease.expiresAt <= now);
  }
}
