/** What the product needs from the world. Adapters in `store/` and `fanout/` provide it; `wiring.ts` connects them. */
import type { OptionId, PollId, VoterId } from "../../shared/ids.ts";
import type { SystemEvent } from "../../shared/messages.ts";
import type { Ballot, CastOutcome, Choice } from "./ballot.ts";
import type { Poll, PollControl, PollDefinition, Tally } from "./poll.ts";
import type { Timeline } from "./timeline.ts";

/** Wall clock, epoch ms. A port so that tests can end a poll without waiting for it. */
export type Clock = () => number;

/** One line of a poll's history of host actions. Never names a voter. */
export interface AuditEntry {
  /** Epoch ms. */
  readonly at: number;
  readonly action: SystemEvent | "created" | "rewritten";
  readonly by: "host" | "clock";
}

/** A change of control, applied only if the poll is still at `expectedSeq`. */
export interface ControlChange {
  readonly pollId: PollId;
  readonly expectedSeq: number;
  /** The next control, its `seq` one greater; `"removed"` deletes poll and ballots and leaves the id used up. */
  readonly control: PollControl | "removed";
  /** Rewritten text; only while the poll is a draft. */
  readonly definition?: PollDefinition;
  /** Told to whoever follows the poll. Absent for a rewrite, which has no event of its own. */
  readonly event?: SystemEvent;
  readonly audit: AuditEntry;
}

/**
 * Where polls, ballots and tallies live. One contract suite (`tests/contract/poll-store-contract.ts`) holds for every adapter.
 * Every method rejects only in an outage; what the product may meet in normal life is in the result.
 */
export interface PollStore {
  /** Keeps a new poll. `"taken"`: the id was used before, even if that poll was removed. */
  create(definition: PollDefinition, control: PollControl, audit: AuditEntry): Promise<"created" | "taken">;

  /** The poll as it stands, also after its end; `null` if there is none or it was removed. */
  read(pollId: PollId): Promise<Poll | null>;

  /**
   * The poll as its authority has it, for whoever shows it: never a copy. Where that is behind what was `shown`, because
   * a failover lost a tail, a new epoch is begun first, so that every browser takes what is true. `control` is the newest
   * that the asker has seen: with a ledger, which loses no step, the answer is under it or a newer one; without one
   * a failover may have lost that step, and the answer is what is true now.
   */
  reconcile(
    pollId: PollId,
    shown: Pick<Tally, "epoch" | "version">,
    control: PollControl,
  ): Promise<Poll | null>;

  /**
   * Casts one ballot. Adapters commit many together; one bad ballot never refuses its batch. Resolves `accepted` only
   * once the ballot is as durable as it says. Casting the same ballot any number of times counts it once.
   */
  cast(ballot: Ballot): Promise<CastOutcome>;

  /** The standing choice of each voter, in the order asked; at most 256 voters a call. */
  choicesOf(pollId: PollId, voters: readonly VoterId[]): Promise<(Choice | null)[]>;

  /** Compare-and-set of the control. `"conflict"`: `expectedSeq` is no longer true. `"absent"`: no such poll. */
  steer(change: ControlChange): Promise<"done" | "conflict" | "absent">;

  /** Host actions in order, oldest first. */
  audit(pollId: PollId): Promise<readonly AuditEntry[]>;

  /**
   * Sets how many viewers `node` has, and adds those who took a seat there since the last report: at most 512 a call, and
   * each counts once however often it is named. Takes a version and is told to followers if either count changed.
   * `false`: who joined could not be counted just now; report them again.
   */
  reportViewers(pollId: PollId, node: string, count: number, joined?: readonly VoterId[]): Promise<boolean>;

  /**
   * When the ballots that stand were cast, some seconds old at most; `null`: no such poll, or nobody has opened it. Names
   * no voter and no option. Its `ballots` are `null` where the store cannot tell just now, or cannot any more.
   */
  timeline(pollId: PollId): Promise<Timeline | null>;

  /** Open polls whose time and grace have passed, at most `limit`. */
  due(now: number, limit: number): Promise<readonly PollId[]>;

  /** Finishes what was begun, then lets go of the files or connections. */
  close(): Promise<void>;
}

/** What travels to every node that follows a poll. A full picture each time, so that a lost one heals with the next. */
export type PollNews =
  | {
      readonly kind: "snapshot";
      readonly pollId: PollId;
      readonly control: PollControl;
      readonly tally: Tally;
    }
  | { readonly kind: "event"; readonly pollId: PollId; readonly event: SystemEvent };

export type PollNewsListener = (news: PollNews) => void;

/** Stops following. */
export type Unfollow = () => void;

/** How news of a poll reaches a node. At most once: a follower reads the store after following, and merges by version. */
export interface PollBus {
  /** Resolves once the subscription stands, so that a read that follows misses nothing. */
  follow(pollId: PollId, listener: PollNewsListener): Promise<Unfollow>;

  /** Told that the store shows a change of this poll that the bus has not brought: the subscription may be dead. */
  doubt(pollId: PollId): void;
}

/** Told of every ballot this node had accepted, so that the voter's other windows here learn of it. */
export interface BallotListener {
  ballotCounted(pollId: PollId, voter: VoterId, optionIds: readonly OptionId[]): void;
}
