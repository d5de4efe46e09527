import { Cluster, type Redis } from "ioredis";
import type { PollId } from "../../../shared/ids.ts";
import type { Ballot } from "../../app/ballot.ts";
import { Outage } from "../../app/outage.ts";
import type { Breakers, ProbedShard } from "../tiers/health.ts";
import type { RedisCast } from "../tiers/redis-side.ts";
import { ConfirmedWrites } from "./confirmed-writes.ts";
import type { RedisSettings, Topology } from "./connect-redis.ts";
import { DueFlushes } from "./due-flushes.ts";
import { flushSnapshot } from "./flush-snapshot.ts";
import { pollKeys } from "./keys.ts";
import { isSilence, withoutCommand } from "./passing-error.ts";
import { RedisLink } from "./redis-link.ts";
import { readReplica } from "./replica-read.ts";
import type { RedisClient } from "./scripts.ts";
import { Shards } from "./shards.ts";
import { TieredCasting } from "./tiered-casting.ts";
import { tryAgain } from "./try-again.ts";
import { within } from "./within.ts";

/** Whoever asks has the ledger to ask instead (ms). */
const ANSWER_WITHIN_MS = 800;

export interface TierConnectionPorts {
  readonly settings: RedisSettings;
  readonly breakers: Breakers;
  /** Told of what went wrong behind the scenes. */
  readonly onTrouble: (doing: string, trouble: unknown) => void;
  /** Told of every connection that could not be made or broke. */
  readonly onError: (error: Error) => void;
}

/** What there is once Redis has been found. */
interface Connected {
  readonly commands: RedisClient;
  readonly reader: Redis | null;
  readonly shards: Shards;
  readonly confirmed: ConfirmedWrites;
}

/** Redis for whoever has a ledger as well: never waited for long, and known to be away when it is. */
export class TierConnection {
  readonly found: Promise<Topology>;
  readonly #breakers: Breakers;
  readonly #onTrouble: TierConnectionPorts["onTrouble"];
  readonly #link: RedisLink;
  readonly #flushes = new DueFlushes((pollId) => void this.#flush(pollId));
  #connected: Connected | null = null;

  constructor({ settings, breakers, onTrouble, onError }: TierConnectionPorts) {
    this.#breakers = breakers;
    this.#onTrouble = onTrouble;
    const onNoAnswer = (shard: string) => breakers.failed(shard);
    const onUnpublished = this.#flushes.request.bind(this.#flushes);
    this.#link = new RedisLink({
      settings,
      onError,
      onConnected: ({ commands, ballots, reader }) => {
        const shards = new Shards(ballots, { hasLedger: true, onUnpublished, onTrouble, onNoAnswer });
        const confirmed = new ConfirmedWrites(ballots, shards, onNoAnswer, reader !== null);
        this.#connected = { commands, reader, shards, confirmed };
      },
    });
    this.found = this.#link.found;
    breakers.onOpen((shard) => this.#connected?.shards.abandon(shard));
  }

  shards(): readonly ProbedShard[] {
    return this.#link.shards();
  }

  snapshotHeard(pollId: PollId, version: number): void {
    this.#flushes.heard(pollId, version);
  }

  /** `dueInMs`: until a version that was counted may be published; 0: it was. */
  publishIn(pollId: PollId, version: number, dueInMs: number): void {
    if (dueInMs > 0) this.#flushes.request(pollId, version, dueInMs);
  }

  isAway(pollId: PollId): boolean {
    return this.isKeyAway(pollKeys(pollId).state);
  }

  /** `host:port` of the master that has this key; `null` while none is known. */
  shardOfKey(key: string): string | null {
    return this.#link.shardOf(key);
  }

  isKeyAway(key: string): boolean {
    const shard = this.#link.shardOf(key);
    return shard === null || this.#breakers.isOpen(shard);
  }

  cast(ballot: Ballot): Promise<RedisCast> {
    const connected = this.#connected;
    if (!connected || this.isAway(ballot.pollId)) return Promise.resolve({ kind: "unknown" });
    return new Promise((settle) => connected.shards.cast(new TieredCasting(ballot, settle)));
  }

  /** Throws an `Outage` until Redis has been found. */
  get confirmed(): ConfirmedWrites {
    return this.#mustBeConnected().confirmed;
  }

  /** Asks the shard of this poll. Rejects with an `Outage`. */
  ask<Answer>(pollId: PollId, command: (redis: RedisClient) => Promise<Answer>): Promise<Answer> {
    return this.askAt(pollKeys(pollId).state, command);
  }

  /** Asks the shard of this key. Rejects with an `Outage`. */
  async askAt<Answer>(key: string, command: (redis: RedisClient) => Promise<Answer>): Promise<Answer> {
    const { commands } = this.#mustBeConnected();
    const attempt = async (leftMs: number) => {
      const shard = this.#link.shardOf(key);
      try {
        return await within(leftMs, "the connection kept silent", command(commands));
      } catch (trouble) {
        if (shard !== null && trouble instanceof Error && isSilence(trouble)) this.#breakers.failed(shard);
        throw trouble;
      }
    };
    return tryAgain(commands, attempt, ANSWER_WITHIN_MS);
  }

  /** A text as a replica has it, maybe old; where there is no replica, the primary's. Rejects with an `Outage`. */
  async readReplica(key: string): Promise<string | null> {
    const { commands, reader } = this.#mustBeConnected();
    if (!(commands instanceof Cluster) && !reader) return this.askAt(key, (redis) => redis.get(key));
    try {
      return await within(ANSWER_WITHIN_MS, "no replica answers", readReplica(reader ?? commands, key));
    } catch (trouble) {
      throw new Outage(
        "Redis",
        ANSWER_WITHIN_MS,
        trouble instanceof Error ? withoutCommand(trouble) : trouble,
      );
    }
  }

  async close(): Promise<void> {
    this.#flushes.stop();
    await this.#connected?.shards.idle();
    this.#link.close();
  }

  #mustBeConnected(): Connected {
    if (!this.#connected) throw new Outage("Redis", ANSWER_WITHIN_MS, new Error("not connected yet"));
    return this.#connected;
  }

  async #flush(pollId: PollId): Promise<void> {
    try {
      this.publishIn(pollId, 0, await this.ask(pollId, (redis) => flushSnapshot(redis, pollId)));
    } catch (trouble) {
      // Nobody is left waiting: every node re-reads its live polls within two seconds.
      this.#onTrouble("flush a snapshot", trouble);
    }
  }
}
