/**
 * Redis, as the tiers use it: each verb is one script on the shard that has the poll. `store/redis/redis-tier.ts` provides
 * it. Every verb may run any number of times, late and on the wrong master. The verbs from `steer` on answer only once
 * their answer is **confirmed**: a replica has what they wrote, or a majority of the masters names this one as the owner of
 * the slot. All reject with an `Outage` when there is no (confirmed) answer in time. Rules: `docs/ballots.md`.
 */
import type { PollId, VoterId } from "../../../shared/ids.ts";
import type { SystemEvent } from "../../../shared/messages.ts";
import type { Ballot, CastOutcome, Choice } from "../../app/ballot.ts";
import type { Poll, PollControl, PollDefinition } from "../../app/poll.ts";
import type { RegisteredBallot } from "../../app/register.ts";

/** What Redis says to a ballot. */
export type RedisCast =
  | {
      readonly kind: "judged";
      /** As `cast-ballot` answers it; an acceptance says `replicated` or `primary`. */
      readonly outcome: Exclude<CastOutcome, { kind: "pending" }>;
      /** The voter's ballot after the verdict. */
      readonly standing: RegisteredBallot | null;
      /** Its entry in the outbox; `null` if this verdict made none. */
      readonly entry: string | null;
    }
  /** There is no state here that can be trusted. */
  | { readonly kind: "cold" }
  /** No answer, twice, or the shard is away: it may have been counted. */
  | { readonly kind: "unknown" };

export interface RedisView {
  readonly poll: Poll;
  readonly outboxLength: number;
  /** Of the oldest entry, by the clock of Redis; 0 without one. */
  readonly outboxAgeMs: number;
  /** It is what the final result counts, exactly. */
  readonly settled: boolean;
}

export interface OutboxEntry {
  readonly entry: string;
  readonly ballots: readonly RegisteredBallot[];
}

export interface Fenced {
  /** Nothing that was acknowledged from here can be missing here. */
  readonly whole: boolean;
  readonly outbox: readonly OutboxEntry[];
}

/** Control with the text it speaks of, and the epoch from which on browsers take it. */
export interface Told {
  readonly definition: PollDefinition;
  readonly control: PollControl;
  readonly epoch: number;
}

export interface RedisSide {
  /** Whether the shard of this poll is known to be away: whoever asks it all the same waits in vain. */
  isAway(pollId: PollId): boolean;

  /** Judges and counts, with an entry in the outbox. Never rejects. */
  cast(ballot: Ballot): Promise<RedisCast>;
  read(pollId: PollId): Promise<RedisView | "cold" | "removed">;
  /** The standing choice of each voter, from whatever state there is; at most 256 a call. */
  choicesOf(pollId: PollId, voters: readonly VoterId[]): Promise<(Choice | null)[]>;
  /** Sets this node's viewers and counts who joined; `false`, and nothing done, where there is no state. */
  reportViewers(pollId: PollId, node: string, count: number, joined?: readonly VoterId[]): Promise<boolean>;
  /** Parts of all ballots that stand here, warm or not. */
  ballots(pollId: PollId): AsyncIterable<readonly RegisteredBallot[]>;

  /** Makes the state of a new poll, trusted at once. Nothing where there is one already. */
  create(poll: Told): Promise<"created" | "removed">;
  /** Takes a newer control (by `seq`) and a newer epoch; tells followers of `event` and of the new state. */
  steer(poll: Told, event?: SystemEvent): Promise<"done" | "cold" | "removed">;
  /** Ends the counting, for good: also where there is no state, and whoever makes one whole at that moment fails. */
  fence(poll: Told, event?: SystemEvent): Promise<Fenced | "removed">;
  /** The oldest entries of the outbox, at most `limit`. */
  pending(pollId: PollId, limit: number): Promise<readonly OutboxEntry[]>;
  /** The ledger has these entries: they go. Answers those that were not there any more: their ballots need `merge`. */
  drained(pollId: PollId, entries: readonly string[]): Promise<readonly string[] | "cold" | "removed">;
  /** Merges ballots that the ledger has. `done` without doing anything once the poll is closed: then it is settled. */
  merge(pollId: PollId, ballots: readonly RegisteredBallot[]): Promise<"done" | "cold" | "removed">;

  /** Takes the token of whoever makes a state whole. `ended`: closed, and not `settling`. */
  begin(pollId: PollId, token: string, settling: boolean): Promise<"begun" | "busy" | "ended" | "removed">;
  /** Merges a part of the ledger's ballots, under the token. */
  bring(pollId: PollId, token: string, ballots: readonly RegisteredBallot[]): Promise<"done" | "lost">;
  /** The state is whole, for this master: newer control, newer epoch. */
  finish(poll: Told, token: string): Promise<"done" | "lost">;
  /** Sets ballots exactly, under the token: `null` for a voter who has none in the final result. */
  set(
    pollId: PollId,
    token: string,
    ballots: readonly (readonly [VoterId, RegisteredBallot | null])[],
  ): Promise<"done" | "lost">;
  /** What stands is what the final result counts. Tells followers. */
  settle(poll: Told, token: string): Promise<"done" | "lost">;
  /** Deletes everything of the poll; its id stays marked as used up. Tells followers. */
  drop(pollId: PollId): Promise<void>;

  close(): Promise<void>;
}
