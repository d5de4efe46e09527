import type { Database } from "bun:sqlite";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { PollId, VoterId } from "../../../shared/ids.ts";
import { refuse } from "../../../shared/refusals.ts";
import type { Ballot, CastOutcome, Choice } from "../../app/ballot.ts";
import { KeptTimelines } from "../../app/kept-timelines.ts";
import type { Poll, PollControl, PollDefinition } from "../../app/poll.ts";
import type { AuditEntry, Clock, ControlChange, PollNewsListener, PollStore } from "../../app/ports.ts";
import { spanOf, type Timeline } from "../../app/timeline.ts";
import { type Arrival, BallotBatch } from "./ballot-batch.ts";
import { BallotTable } from "./ballot-table.ts";
import { openDatabase } from "./database.ts";
import { GroupCommit } from "./group-commit.ts";
import { KeptPolls } from "./kept-polls.ts";
import { PollTable } from "./poll-table.ts";

/** What a voter is told to wait after a failed commit. */
const RETRY_AFTER_MS = 1_000;
/** Ballots that may wait for their commit: about a second of work. Beyond it, waiting longer helps nobody. */
export const MOST_WAITING = 100_000;

export interface EmbeddedPollStoreOptions {
  readonly clock: Clock;
  /** Called in order after each commit; what it throws is reported as trouble and harms nobody else. */
  readonly tell: PollNewsListener;
  /** Told of failed commits and failed listeners: one line, and the cause. */
  readonly onTrouble?: (message: string, cause: unknown) => void;
  /** Polls kept in memory; a starting value that tests make small. */
  readonly keptPolls?: number;
}

/** Opens the store of a data folder. Throws `DataFolderError` if another process has it or it cannot be used. */
export function openEmbeddedPollStore(
  options: EmbeddedPollStoreOptions & { readonly directory: string },
): EmbeddedPollStore {
  return new EmbeddedPollStore(openDatabase(options.directory), options);
}

/** The poll store of a node that has nothing else: one SQLite file, committed before a ballot is acknowledged. */
export class EmbeddedPollStore implements PollStore {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #listener: PollNewsListener;
  readonly #onTrouble: (message: string, cause: unknown) => void;
  readonly #polls: PollTable;
  readonly #ballots: BallotTable;
  readonly #kept: KeptPolls;
  readonly #arrivals: GroupCommit<Arrival, CastOutcome>;
  readonly #timelines: KeptTimelines;
  #closed = false;

  /** Takes the database over: `close` closes it. */
  constructor(database: Database, { clock, tell, onTrouble, keptPolls }: EmbeddedPollStoreOptions) {
    this.#database = database;
    this.#clock = clock;
    this.#listener = tell;
    this.#onTrouble = onTrouble ?? (() => undefined);
    this.#polls = new PollTable(database);
    this.#ballots = new BallotTable(database);
    this.#kept = new KeptPolls(
      { polls: this.#polls, ballots: this.#ballots },
      beginEpoch(database),
      clock,
      keptPolls,
    );
    this.#arrivals = new GroupCommit((arrivals) => this.#commit(arrivals));
    this.#timelines = new KeptTimelines(async ({ definition: { pollId } }, span) => {
      const kept = this.#polls.forgottenTimeline(pollId);
      return kept === "in ballots" ? this.#ballots.timeline(pollId, span) : kept;
    }, clock);
  }

  async create(
    definition: PollDefinition,
    control: PollControl,
    audit: AuditEntry,
  ): Promise<"created" | "taken"> {
    return this.#inTransaction(() => {
      if (!this.#polls.insert({ definition, control, final: null })) return "taken";
      this.#polls.addAudit(definition.pollId, control.seq, audit);
      return "created";
    });
  }

  async read(pollId: PollId): Promise<Poll | null> {
    return this.#kept.find(pollId);
  }

  /** This store is its own authority and loses no tail. */
  async reconcile(pollId: PollId): Promise<Poll | null> {
    return this.read(pollId);
  }

  async cast(ballot: Ballot): Promise<CastOutcome> {
    if (this.#closed || this.#arrivals.waiting >= MOST_WAITING) return unavailable(ballot.pollId);
    return this.#arrivals.add({ ballot, receivedAt: this.#clock() });
  }

  async choicesOf(pollId: PollId, voters: readonly VoterId[]): Promise<(Choice | null)[]> {
    const poll = this.#kept.find(pollId);
    return voters.map((voter) => poll && this.#ballots.find(pollId, voter, poll.definition.options));
  }

  async steer(change: ControlChange): Promise<"done" | "conflict" | "absent"> {
    // Ballots that came before the close count, as they would have had each been committed by itself.
    this.#arrivals.flush();
    const poll = this.#kept.find(change.pollId);
    if (!poll) return "absent";
    if (poll.control.seq !== change.expectedSeq) return "conflict";
    if (change.control === "removed") this.#remove(change);
    else this.#swap(poll, change.control, change);
    return "done";
  }

  async audit(pollId: PollId): Promise<readonly AuditEntry[]> {
    return this.#polls.audit(pollId);
  }

  async reportViewers(
    pollId: PollId,
    node: string,
    count: number,
    joined: readonly VoterId[] = [],
  ): Promise<boolean> {
    const poll = this.#kept.setViewers(pollId, node, count, joined);
    if (poll) this.#tellSnapshot(poll);
    return true;
  }

  async timeline(pollId: PollId): Promise<Timeline | null> {
    const poll = this.#kept.find(pollId);
    return poll && this.#timelines.of(poll);
  }

  async due(now: number, limit: number): Promise<readonly PollId[]> {
    return this.#polls.due(now, limit);
  }

  /** Deletes ballots of polls closed before `closedBefore` (epoch ms); their results stay. Returns how many polls. */
  async forgetBallots(closedBefore: number): Promise<number> {
    for (let forgotten = 0; ; forgotten++) {
      const pollId = this.#closed ? null : this.#polls.toForget(closedBefore);
      if (pollId === null) return forgotten;
      this.#inTransaction(() => {
        const control = this.#polls.find(pollId)?.control;
        const span = control && spanOf(control, this.#clock());
        this.#polls.markForgotten(pollId, span ? this.#ballots.timeline(pollId, span) : null);
        this.#ballots.forget(pollId);
      });
      // One poll a turn: votes come in between.
      await nextTurn();
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#arrivals.flush();
    // Statements too, else the file and its lock stay with this process until they are collected as garbage. As the
    // last connection of the file this one moves the whole log into it and deletes the log.
    this.#database.close(true);
  }

  /** One transaction: `BEGIN` takes nothing before the first write, so a batch without any costs no disk. */
  #inTransaction<Result>(work: () => Result): Result {
    return this.#database.transaction(work)();
  }

  #commit(arrivals: readonly Arrival[]): readonly CastOutcome[] {
    const batch = new BallotBatch(this.#kept, this.#ballots);
    let outcomes: readonly CastOutcome[];
    try {
      outcomes = this.#inTransaction(() => arrivals.map((arrival) => batch.take(arrival)));
    } catch (error) {
      this.#onTrouble(
        `A commit of ${arrivals.length} ballots failed; their voters are asked to send them again.`,
        error,
      );
      return arrivals.map(({ ballot }) => unavailable(ballot.pollId));
    }
    // All are taken in before the first is told, so that a listener that comes back in here finds nothing half done.
    const changed = batch.recounts().map(({ poll, ...count }) => this.#kept.replace(poll, count));
    for (const poll of changed) this.#tellSnapshot(poll);
    return outcomes;
  }

  #swap(
    poll: Poll,
    control: PollControl,
    { definition = poll.definition, event, audit }: ControlChange,
  ): void {
    const { pollId, options } = definition;
    if (definition !== poll.definition && poll.control.status !== "draft") {
      throw new Error(`Poll ${pollId} has been opened; its text cannot change.`);
    }
    const ends = control.status === "closed" && poll.control.status !== "closed";
    const count = this.#inTransaction(() => {
      // The final result is counted from the ballots themselves: it outlives them, and nobody can check it later.
      const recount = ends || definition !== poll.definition;
      const { votes, participantCount } = recount ? this.#ballots.count(pollId, options) : poll.tally;
      const final = control.status === "closed" ? { votes, participantCount } : null;
      this.#polls.update({ definition, control, final });
      this.#polls.addAudit(pollId, control.seq, audit);
      return { votes, participantCount };
    });
    const next = this.#kept.replace({ definition, control }, count);
    if (event) this.#tell({ kind: "event", pollId, event });
    this.#tellSnapshot(next);
  }

  #remove({ pollId, expectedSeq, event, audit }: ControlChange): void {
    this.#inTransaction(() => {
      this.#ballots.forget(pollId);
      this.#polls.bury(pollId, expectedSeq + 1);
      this.#polls.addAudit(pollId, expectedSeq + 1, audit);
    });
    this.#kept.forget(pollId);
    if (event) this.#tell({ kind: "event", pollId, event });
  }

  #tellSnapshot({ definition: { pollId }, control, tally }: Poll): void {
    this.#tell({ kind: "snapshot", pollId, control, tally });
  }

  #tell(news: Parameters<PollNewsListener>[0]): void {
    try {
      this.#listener(news);
    } catch (error) {
      this.#onTrouble("A listener of poll news failed.", error);
    }
  }
}

function beginEpoch(database: Database): number {
  const row = database
    .query<{ epoch: number }, []>("UPDATE lifetime SET epoch = epoch + 1 RETURNING epoch")
    .get();
  if (!row) throw new Error("The database has lost its epoch.");
  return row.epoch;
}

function unavailable(pollId: PollId): CastOutcome {
  const message = "Your vote could not be kept just now; send it again.";
  return {
    kind: "refused",
    refusal: refuse("UNAVAILABLE", message, { pollId, retryAfterMs: RETRY_AFTER_MS }),
  };
}
