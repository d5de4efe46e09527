/**
 * The durable record, as the tiers use it: one table, many items, each call atomic for its item and strongly consistent.
 * `store/dynamo/` provides it. Every method rejects with an `Outage` when the answer is not known in time: what was asked
 * may have been done, or may still be. Items and rules: `docs/ballots.md`.
 */
import { createHash } from "node:crypto";
import type { PollId, VoterId } from "../../../shared/ids.ts";
import type { PollControl, PollDefinition } from "../../app/poll.ts";
import type { AuditEntry } from "../../app/ports.ts";
import type { RegisteredBallot } from "../../app/register.ts";

/** `POLL#id` / `META`: what the host and the clock made of a poll. */
export interface Meta {
  readonly definition: PollDefinition;
  readonly control: PollControl;
  /** Only grows. Whoever takes the next one owes Redis a newer one. */
  readonly epoch: number;
  /** Partitions over which the ballots are spread. */
  readonly shards: number;
  /** Whether Redis was ever told of the poll: then a close waits for Redis. */
  readonly inRedis: boolean;
  readonly audit: readonly AuditEntry[];
}

/** A poll that was removed keeps its id, and nothing else. */
export type MetaRead = Meta | "removed" | null;

/** `POLL#id` / `TALLY`: the count that one node writes while Redis is away and the others show. */
export interface LedgerTally {
  readonly epoch: number;
  readonly version: number;
  /** In the order of the options. */
  readonly votes: readonly number[];
  readonly participantCount: number;
}

/** `POLL#id` / `FINAL`: put once, never changed. */
export interface Final extends LedgerTally {
  /** SHA-256, hex, of the roll: see `checksumOf`. */
  readonly checksum: string;
  /** Which roll it counts. */
  readonly generation: string;
  /** When its ballots were cast: see `app/timeline.ts`. Absent in results of a release before. */
  readonly timeline?: readonly number[];
}

/** Everything in the partition `POLL#id`, read at one go. */
export interface LedgerRecord {
  readonly meta: MetaRead;
  readonly tally: LedgerTally | null;
  readonly final: Final | null;
  /** Of nodes whose count is still believed, added up. */
  readonly viewerCount: number;
}

/** A step of the host or the clock. Sent again with the same `id` it is taken once and answered the same. */
export interface LedgerStep {
  readonly id: string;
  readonly pollId: PollId;
  readonly expectedSeq: number;
  readonly control: PollControl | "removed";
  readonly definition?: PollDefinition;
  readonly audit: AuditEntry;
}

/** `OPEN#k` / `id`: somebody has something left to do for this poll. */
export interface OpenPoll {
  readonly pollId: PollId;
  /** Epoch ms. */
  readonly closesAt: number;
  /** META says closed or removed; what is left is the final result, or the deletion. */
  readonly ending: boolean;
}

/** `OPEN#k` / `id#DIRTY#mark`: `run` puts, or put, what Redis may lack. */
export interface OpenMark {
  readonly pollId: PollId;
  /** `run/n`: never used again once it was taken back. */
  readonly mark: string;
}

export interface OpenPartition {
  readonly polls: readonly OpenPoll[];
  readonly marks: readonly OpenMark[];
}

export interface Ledger {
  /** `OPEN` first where the poll is not a draft, then META if the id was never used. */
  create(
    poll: Pick<Meta, "definition" | "control" | "inRedis">,
    audit: AuditEntry,
  ): Promise<"created" | "taken">;

  meta(pollId: PollId): Promise<MetaRead>;
  record(pollId: PollId): Promise<LedgerRecord>;

  /** Compare-and-set of the control. `removed` leaves the tombstone; `erase` deletes the rest. */
  steer(step: LedgerStep): Promise<"done" | "conflict" | "absent">;
  /** Takes the next epoch of a poll that is there. */
  claimEpoch(pollId: PollId): Promise<number>;
  /** Says that Redis is about to be told of the poll. */
  noteInRedis(pollId: PollId): Promise<void>;

  /**
   * Appends ballots that were counted in Redis, blindly: whoever reads merges. `pack` names the ballots: sent again
   * under the same name they are there once. They expire with the poll's ballots.
   */
  append(meta: Meta, pack: string, ballots: readonly RegisteredBallot[]): Promise<void>;
  /** Puts a ballot that was judged past Redis, if `expected` still stands in the voter's item; else what stands there. */
  put(
    meta: Meta,
    ballot: RegisteredBallot,
    expected: RegisteredBallot | null,
  ): Promise<"put" | RegisteredBallot | null>;
  /** All ballots of one shard, merged: at most one for each voter. */
  ballots(meta: Meta, shard: number): Promise<RegisteredBallot[]>;

  /** Puts TALLY if `expectedVersion` (0: none) is still what stands. */
  putTally(pollId: PollId, tally: LedgerTally, expectedVersion: number): Promise<boolean>;
  /** Believed for 15 s. */
  reportViewers(pollId: PollId, node: string, count: number): Promise<void>;

  /** Writes one part of a roll, under a generation of its own. */
  putRoll(
    pollId: PollId,
    generation: string,
    shard: number,
    ballots: readonly RegisteredBallot[],
  ): Promise<void>;
  /** One part of a roll. */
  roll(pollId: PollId, generation: string, shard: number): Promise<RegisteredBallot[]>;
  /** Puts FINAL if there is none. Answers the one that stands. */
  putFinal(pollId: PollId, final: Final): Promise<Final>;
  /**
   * Deletes ballots, rolls, results and viewers of a poll that was removed; how many shards it had the tombstone knows.
   * May be called again and again, also by whoever never saw the poll.
   */
  erase(pollId: PollId): Promise<void>;

  /** How many partitions `OPEN` is spread over; `openPartition` takes 0 to one less. */
  readonly openPartitions: number;
  openPartition(index: number): Promise<OpenPartition>;
  /** Puts or changes the poll's item. */
  putOpen(open: OpenPoll): Promise<void>;
  deleteOpen(pollId: PollId): Promise<void>;

  putMark(mark: OpenMark): Promise<void>;
  deleteMark(mark: OpenMark): Promise<void>;
  /** A beat of `run`, each greater than the last; the first makes the item. `false`: the run was buried. */
  beat(run: string, first: boolean): Promise<boolean>;
  /** Beats by run; one that is not there was buried, or never was. */
  beats(runs: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Ends a run that has not beaten since, so that it never beats again. `false`: it has. */
  bury(run: string, lastBeat: number | null): Promise<boolean>;

  /** Writes and reads back an item of this node's own. */
  probe(node: string): Promise<void>;
  close(): Promise<void>;
}

/** The part of a poll's ballots in which a voter's is, 0 to `shards - 1`. */
export function ballotShard(voter: VoterId, shards: number): number {
  let hash = 2_166_136_261; // FNV-1a
  for (let index = 0; index < voter.length; index += 1) {
    hash = Math.imul(hash ^ voter.charCodeAt(index), 16_777_619);
  }
  return (hash >>> 0) % shards;
}

/** Checksum of a roll: of its ballots in the order of their voters, a line each. */
export function checksumOf(ballots: readonly RegisteredBallot[]): string {
  const lines = ballots.map(({ voter, revision, choice }) => `${voter} ${revision} ${choice}\n`).sort();
  return lines.reduce((hash, line) => hash.update(line), createHash("sha256")).digest("hex");
}
