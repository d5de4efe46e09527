import { LRUCache } from "lru-cache";
import type { PollId, VoterId } from "../../../shared/ids.ts";
import { nextVersion, type Poll } from "../../app/poll.ts";
import type { Clock } from "../../app/ports.ts";
import type { BallotTable, Count } from "./ballot-table.ts";
import { Joined } from "./joined.ts";
import type { PollTable } from "./poll-table.ts";
import { Viewers } from "./viewers.ts";

/** Polls kept in memory: at most about 10 KB each. One that fell out is counted again from its ballots when needed. */
const KEPT = 4_000;

/** Polls with their tallies as they were last committed. Nothing that might still be rolled back comes in here. */
export class KeptPolls {
  readonly #kept: LRUCache<PollId, Poll>;
  readonly #viewers = new Viewers();
  readonly #joined = new Joined();
  readonly #polls: PollTable;
  readonly #ballots: BallotTable;
  readonly #epoch: number;
  readonly #clock: Clock;
  /** One counter for all polls: a poll that falls out of memory cannot come back with a version it has passed. */
  #lastVersion: number;

  constructor(tables: { polls: PollTable; ballots: BallotTable }, epoch: number, clock: Clock, kept = KEPT) {
    this.#polls = tables.polls;
    this.#ballots = tables.ballots;
    this.#epoch = epoch;
    this.#clock = clock;
    this.#kept = new LRUCache({ max: kept });
    this.#lastVersion = nextVersion(0, clock());
  }

  /** The poll as it stands, `null` if there is none. */
  find(pollId: PollId): Poll | null {
    return this.#kept.get(pollId) ?? this.#load(pollId);
  }

  /** Takes in a change that has been committed, gives it a version and returns the poll as it now stands. */
  replace({ definition, control }: Omit<Poll, "tally">, count: Count): Poll {
    this.#lastVersion = nextVersion(this.#lastVersion, this.#clock());
    return this.#keep({ definition, control }, count);
  }

  /** Sets how many viewers a node has, and who joined. The poll as it now stands, `null` if that changed nothing. */
  setViewers(pollId: PollId, node: string, count: number, joined: readonly VoterId[]): Poll | null {
    const poll = this.find(pollId);
    if (!poll) return null;
    const isOther = this.#viewers.set(pollId, node, count);
    if (!this.#joined.add(pollId, joined) && !isOther) return null;
    return this.replace(poll, poll.tally);
  }

  forget(pollId: PollId): void {
    this.#kept.delete(pollId);
    this.#viewers.forget(pollId);
    this.#joined.forget(pollId);
  }

  #load(pollId: PollId): Poll | null {
    const stored = this.#polls.find(pollId);
    if (!stored) return null;
    return this.#keep(stored, stored.final ?? this.#ballots.count(pollId, stored.definition.options));
  }

  #keep({ definition, control }: Omit<Poll, "tally">, { votes, participantCount }: Count): Poll {
    const { pollId } = definition;
    const viewerCount = this.#viewers.of(pollId);
    // One process, one file: the commit that closes a poll is the last that changes its votes.
    const final = control.status === "closed";
    const tally = {
      epoch: this.#epoch,
      version: this.#lastVersion,
      votes,
      participantCount,
      viewerCount,
      joinedCount: this.#joined.of(pollId),
      final,
    };
    const poll = { definition, control, tally };
    this.#kept.set(pollId, poll);
    return poll;
  }
}
