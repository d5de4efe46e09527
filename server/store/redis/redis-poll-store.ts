import type { PollId, VoterId } from "../../../shared/ids.ts";
import { GRACE_MS } from "../../../shared/limits.ts";
import type { Ballot, CastOutcome, Choice } from "../../app/ballot.ts";
import { isNewer, type Poll, type PollControl, type PollDefinition, type Tally } from "../../app/poll.ts";
import type { AuditEntry, ControlChange, PollStore } from "../../app/ports.ts";
import { BallotPipeline, PUBLISH_TICK_MS } from "./ballot-pipeline.ts";
import { shardOf } from "./connect-redis.ts";
import { DueFlushes } from "./due-flushes.ts";
import { pollChannels, pollKeys } from "./keys.ts";
import { ballotRules, controlFields, parsePoll } from "./poll-codec.ts";
import type { RedisClient } from "./scripts.ts";
import { parseChoice } from "./verdict.ts";

/** Redis keeps a poll this long after its end (s); the ledger keeps the result for good. */
const KEEP_CLOSED_SECONDS = 24 * 60 * 60;
/** … and a draft that nobody opens, or the mark that an id is used up. */
const KEEP_DRAFT_SECONDS = 30 * 24 * 60 * 60;
/** A node that has not said for this long how many viewers it has, has none (ms). */
const VIEWERS_BELIEVED_MS = 30_000;

export interface RedisPollStoreOptions {
  /** For everything but ballots. */
  readonly commands: RedisClient;
  /** For pipelines of ballots alone: WAIT blocks its connection. */
  readonly ballots: RedisClient;
  /** Told of what went wrong behind the scenes. */
  readonly onTrouble: (doing: string, trouble: unknown) => void;
}

/** Polls in Redis: every change of one poll is one script on the shard that owns its slot. */
export class RedisPollStore implements PollStore {
  readonly #commands: RedisClient;
  readonly #ballots: RedisClient;
  readonly #onTrouble: (doing: string, trouble: unknown) => void;
  readonly #pipelines = new Map<string, BallotPipeline>();
  readonly #flushes = new DueFlushes((pollId) => void this.#flush(pollId));
  /** When the open polls that went through this node end (epoch ms). */
  readonly #ends = new Map<PollId, number>();

  constructor({ commands, ballots, onTrouble }: RedisPollStoreOptions) {
    this.#commands = commands;
    this.#ballots = ballots;
    this.#onTrouble = onTrouble;
  }

  async create(
    definition: PollDefinition,
    control: PollControl,
    audit: AuditEntry,
  ): Promise<"created" | "taken"> {
    const { poll, state, votes, audit: log } = pollKeys(definition.pollId);
    const created = await this.#commands.pollCreate(
      ...[poll, state, votes, log],
      JSON.stringify(definition),
      controlFields(control),
      definition.options.length,
      JSON.stringify(audit),
      ...lifetime(control),
      ballotRules(definition),
    );
    this.#noteEnd(definition.pollId, control);
    return created === "CREATED" ? "created" : "taken";
  }

  async read(pollId: PollId): Promise<Poll | null> {
    const { poll, state, votes, participants, viewers } = pollKeys(pollId);
    const [definition, snapshot] = await this.#commands.pollRead(poll, state, votes, participants, viewers);
    if (definition === undefined || snapshot === undefined) return null;
    const read = parsePoll(definition, snapshot);
    this.#noteEnd(pollId, read.control);
    return read;
  }

  cast(ballot: Ballot): Promise<CastOutcome> {
    const shard = shardOf(this.#ballots, pollKeys(ballot.pollId).state);
    const pipeline = this.#pipelines.get(shard) ?? this.#newPipeline(shard);
    return pipeline.cast(ballot);
  }

  async choicesOf(pollId: PollId, voters: readonly VoterId[]): Promise<(Choice | null)[]> {
    if (voters.length === 0) return [];
    const standing = await this.#commands.hmget(pollKeys(pollId).ballots, ...voters);
    return standing.map(parseChoice);
  }

  async steer({ pollId, expectedSeq, control, definition, event, audit }: ControlChange) {
    const { poll, state, votes, participants, viewers, ballots, outbox, audit: log } = pollKeys(pollId);
    const removed = control === "removed";
    const steered = await this.#commands.pollSteer(
      ...[poll, state, votes, participants, viewers, ballots, outbox, log],
      expectedSeq,
      removed ? "REMOVED" : controlFields(control),
      definition ? JSON.stringify(definition) : "",
      definition?.options.length ?? 0,
      definition ? ballotRules(definition) : "",
      JSON.stringify(audit),
      ...lifetime(control),
      pollChannels(pollId).updates,
      pollChannels(pollId).system,
      event ?? "",
    );
    if (steered === "CONFLICT") return "conflict";
    if (steered === "ABSENT") return "absent";
    if (removed) this.#ends.delete(pollId);
    else this.#noteEnd(pollId, control);
    return "done";
  }

  async audit(pollId: PollId): Promise<readonly AuditEntry[]> {
    const entries = await this.#commands.lrange(pollKeys(pollId).audit, 0, -1);
    return entries.map((entry) => JSON.parse(entry) as AuditEntry);
  }

  async reportViewers(pollId: PollId, node: string, count: number): Promise<void> {
    const { state, votes, participants, viewers } = pollKeys(pollId);
    const [dueInMs, version] = await this.#commands.pollViewers(
      ...[state, votes, participants, viewers],
      ...[node, count, VIEWERS_BELIEVED_MS, pollChannels(pollId).updates, PUBLISH_TICK_MS],
    );
    if (dueInMs) this.#flushes.request(pollId, Number(version), dueInMs);
  }

  async reconcile(pollId: PollId, shown: Pick<Tally, "epoch" | "version">): Promise<Poll | null> {
    const poll = await this.read(pollId);
    if (!poll || !isNewer(shown, poll.tally)) return poll;
    const { state, votes, participants, viewers } = pollKeys(pollId);
    const keys = [state, votes, participants, viewers];
    await this.#commands.pollHeal(...keys, shown.epoch, shown.version, pollChannels(pollId).updates);
    return this.read(pollId);
  }

  async due(now: number, limit: number): Promise<readonly PollId[]> {
    const due = [...this.#ends].filter(([, closesAt]) => now >= closesAt + GRACE_MS);
    return due.slice(0, limit).map(([pollId]) => pollId);
  }

  async close(): Promise<void> {
    this.#flushes.stop();
    await Promise.all([...this.#pipelines.values()].map((pipeline) => pipeline.idle()));
    this.#commands.disconnect();
    this.#ballots.disconnect();
  }

  /** A snapshot of this poll came over the bus: what waits to be flushed may have been in it. */
  snapshotHeard(pollId: PollId, version: number): void {
    this.#flushes.heard(pollId, version);
  }

  #newPipeline(shard: string): BallotPipeline {
    const pipeline = new BallotPipeline(this.#ballots, (pollId, version, dueInMs) =>
      this.#flushes.request(pollId, version, dueInMs),
    );
    this.#pipelines.set(shard, pipeline);
    return pipeline;
  }

  async #flush(pollId: PollId): Promise<void> {
    const { state, votes, participants, viewers } = pollKeys(pollId);
    try {
      const channel = pollChannels(pollId).updates;
      const dueInMs = await this.#commands.pollFlush(
        state,
        votes,
        participants,
        viewers,
        channel,
        PUBLISH_TICK_MS,
      );
      if (dueInMs > 0) this.#flushes.request(pollId, 0, dueInMs);
    } catch (trouble) {
      // Nobody is left waiting: every node re-reads its live polls within two seconds.
      this.#onTrouble("flush a snapshot", trouble);
    }
  }

  #noteEnd(pollId: PollId, control: PollControl): void {
    if (control.status === "open" && control.closesAt !== null) this.#ends.set(pollId, control.closesAt);
    else this.#ends.delete(pollId);
  }
}

/** How long the keys of a poll are kept: until when it is open (epoch ms; 0: it is not), and seconds beyond. */
function lifetime(control: PollControl | "removed"): [openUntil: number, keptSeconds: number] {
  if (control === "removed" || control.status === "draft") return [0, KEEP_DRAFT_SECONDS];
  return [control.status === "open" ? (control.closesAt ?? 0) : 0, KEEP_CLOSED_SECONDS];
}
