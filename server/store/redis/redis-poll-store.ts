import type { PollId, VoterId } from "../../../shared/ids.ts";
import { GRACE_MS } from "../../../shared/limits.ts";
import type { Ballot, CastOutcome, Choice } from "../../app/ballot.ts";
import { KeptTimelines } from "../../app/kept-timelines.ts";
import { isNewer, type Poll, type PollControl, type PollDefinition, type Tally } from "../../app/poll.ts";
import type { AuditEntry, ControlChange, PollStore } from "../../app/ports.ts";
import type { RegisteredBallot } from "../../app/register.ts";
import { countSteps, type Timeline } from "../../app/timeline.ts";
import { DueFlushes } from "./due-flushes.ts";
import { flushSnapshot } from "./flush-snapshot.ts";
import { pollChannels, pollKeys } from "./keys.ts";
import { lifetime } from "./lifetime.ts";
import { PlainCasting } from "./plain-casting.ts";
import { ballotRules, controlFields, parseChoice, parsePoll } from "./poll-codec.ts";
import { scanBallots } from "./scan-ballots.ts";
import { CREATE, type RedisClient, STEER } from "./scripts.ts";
import { setViewers } from "./set-viewers.ts";
import { Shards } from "./shards.ts";
import { tryAgain } from "./try-again.ts";

export interface RedisPollStoreOptions {
  /** For everything but ballots. */
  readonly commands: RedisClient;
  /** For ballots and what a host does, which wait for a replica: WAIT blocks its connection. */
  readonly ballots: RedisClient;
  /** Told of what went wrong behind the scenes. */
  readonly onTrouble: (doing: string, trouble: unknown) => void;
}

/** Polls in Redis: every change of one poll is one script on the shard that owns its slot. */
export class RedisPollStore implements PollStore {
  /** For whatever else is kept in this Redis. */
  readonly shards: Shards;
  readonly #commands: RedisClient;
  readonly #ballots: RedisClient;
  readonly #onTrouble: (doing: string, trouble: unknown) => void;
  readonly #flushes = new DueFlushes((pollId) => void this.#flush(pollId));
  /** When the open polls that went through this node end (epoch ms). */
  readonly #ends = new Map<PollId, number>();
  readonly #timelines = new KeptTimelines(
    ({ definition: { pollId } }, span) => countSteps(this.#ballotsOf(pollId), span),
    Date.now,
  );

  constructor({ commands, ballots, onTrouble }: RedisPollStoreOptions) {
    this.#commands = commands;
    this.#ballots = ballots;
    this.#onTrouble = onTrouble;
    const onUnpublished = this.#flushes.request.bind(this.#flushes);
    this.shards = new Shards(ballots, { hasLedger: false, onUnpublished, onTrouble, onNoAnswer: () => {} });
  }

  async create(
    definition: PollDefinition,
    control: PollControl,
    audit: AuditEntry,
  ): Promise<"created" | "taken"> {
    const { poll, state, votes, audit: log } = pollKeys(definition.pollId);
    const keys = [poll, state, votes, log];
    const created = await this.shards.write<"CREATED" | "TAKEN">(CREATE, keys, [
      JSON.stringify(definition),
      controlFields(control),
      definition.options.length,
      JSON.stringify(audit),
      ...lifetime(control),
      ballotRules(definition),
    ]);
    this.#noteEnd(definition.pollId, control);
    return created === "CREATED" ? "created" : "taken";
  }

  async read(pollId: PollId): Promise<Poll | null> {
    const { poll, state, votes, participants, viewers } = pollKeys(pollId);
    const [definition, snapshot] = await this.#ask((redis) =>
      redis.pollRead(poll, state, votes, participants, viewers),
    );
    if (definition === undefined || snapshot === undefined) {
      this.#ends.delete(pollId);
      return null;
    }
    const read = parsePoll(definition, snapshot);
    this.#noteEnd(pollId, read.control);
    return read;
  }

  cast(ballot: Ballot): Promise<CastOutcome> {
    return new Promise((settle) => this.shards.cast(new PlainCasting(ballot, settle)));
  }

  async choicesOf(pollId: PollId, voters: readonly VoterId[]): Promise<(Choice | null)[]> {
    if (voters.length === 0) return [];
    const standing = await this.#ask((redis) => redis.hmget(pollKeys(pollId).ballots, ...voters));
    return standing.map(parseChoice);
  }

  async steer({ pollId, expectedSeq, control, definition, event, audit }: ControlChange) {
    const {
      poll,
      state,
      votes,
      participants,
      viewers,
      ballots,
      outbox,
      audit: log,
      joined,
    } = pollKeys(pollId);
    const removed = control === "removed";
    const keys = [poll, state, votes, participants, viewers, ballots, outbox, log, joined];
    const steered = await this.shards.write<"DONE" | "CONFLICT" | "ABSENT">(STEER, keys, [
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
    ]);
    if (steered === "CONFLICT") return "conflict";
    if (steered === "ABSENT") return "absent";
    if (removed) this.#ends.delete(pollId);
    else this.#noteEnd(pollId, control);
    return "done";
  }

  async audit(pollId: PollId): Promise<readonly AuditEntry[]> {
    const entries = await this.#ask((redis) => redis.lrange(pollKeys(pollId).audit, 0, -1));
    return entries.map((entry) => JSON.parse(entry) as AuditEntry);
  }

  async reportViewers(
    pollId: PollId,
    node: string,
    count: number,
    joined: readonly VoterId[] = [],
  ): Promise<boolean> {
    const told = await this.#ask((redis) => setViewers(redis, pollId, node, count, joined));
    if (told && told.dueInMs > 0) this.#flushes.request(pollId, told.version, told.dueInMs);
    return told !== null;
  }

  async timeline(pollId: PollId): Promise<Timeline | null> {
    const poll = await this.read(pollId);
    return poll && this.#timelines.of(poll);
  }

  async reconcile(pollId: PollId, shown: Pick<Tally, "epoch" | "version">): Promise<Poll | null> {
    const poll = await this.read(pollId);
    if (!poll || !isNewer(shown, poll.tally)) return poll;
    const { state, votes, participants, viewers } = pollKeys(pollId);
    const parameters = [shown.epoch, shown.version, pollChannels(pollId).updates];
    await this.#ask((redis) => redis.pollHeal(state, votes, participants, viewers, ...parameters));
    return this.read(pollId);
  }

  async due(now: number, limit: number): Promise<readonly PollId[]> {
    const due = [...this.#ends].filter(([, closesAt]) => now >= closesAt + GRACE_MS).slice(0, limit);
    // To the end of the queue: those of a shard that is away do not keep the others waiting.
    for (const [pollId, closesAt] of due) {
      this.#ends.delete(pollId);
      this.#ends.set(pollId, closesAt);
    }
    return due.map(([pollId]) => pollId);
  }

  async close(): Promise<void> {
    this.#flushes.stop();
    await this.shards.idle();
    this.#commands.disconnect();
    this.#ballots.disconnect();
  }

  /** A snapshot of this poll came over the bus: what waits to be flushed may have been in it. */
  snapshotHeard(pollId: PollId, version: number): void {
    this.#flushes.heard(pollId, version);
  }

  #ask<Answer>(command: (redis: RedisClient) => Promise<Answer>): Promise<Answer> {
    return tryAgain(this.#commands, () => command(this.#commands));
  }

  #ballotsOf(pollId: PollId): AsyncIterable<readonly RegisteredBallot[]> {
    return scanBallots((cursor, count) =>
      this.#ask((redis) => redis.hscan(pollKeys(pollId).ballots, cursor, "COUNT", count)),
    );
  }

  async #flush(pollId: PollId): Promise<void> {
    try {
      const dueInMs = await this.#ask((redis) => flushSnapshot(redis, pollId));
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
