import { setImmediate as nextTurn } from "node:timers/promises";
import type { PollId } from "../../../shared/ids.ts";
import type { RegisteredBallot } from "../../app/register.ts";
import type { KeptBallots, Sorted } from "./kept-ballots.ts";
import type { Ledger, Meta, MetaRead } from "./ledger.ts";
import type { Marks } from "./marks.ts";
import type { MetaLeases } from "./meta-leases.ts";
import { PollChores } from "./poll-chores.ts";
import type { OutboxEntry, RedisSide } from "./redis-side.ts";
import { DRAIN_AFTER_MS, LEASE_FRESH_MS } from "./timing.ts";

/** Ballots sent to Redis in one call: keeps a run of the script below a millisecond. */
const BALLOTS_A_CALL = 256;

export interface DrainerPorts {
  readonly ledger: Pick<Ledger, "append" | "put" | "record">;
  readonly redis: Pick<RedisSide, "isAway" | "drained" | "merge"> | null;
  readonly leases: MetaLeases;
  readonly marks: Pick<Marks, "under">;
  readonly kept: KeptBallots;
  /** Told of a poll whose state in Redis cannot be trusted. */
  readonly onCold: (pollId: PollId) => void;
  readonly onTrouble: (doing: string, trouble: unknown) => void;
}

interface Appending {
  readonly current: Promise<void>;
  next: Promise<void> | null;
}

/** Brings what one store has to the other: ballots into the ledger, and then into Redis what it lacks of them. */
export class Drainer {
  readonly #ports: DrainerPorts;
  readonly #appending = new Map<PollId, Appending>();
  readonly #chores: PollChores;

  constructor(ports: DrainerPorts) {
    this.#ports = ports;
    this.#chores = new PollChores({
      polls: () => ports.kept.polls,
      work: (pollId) => this.#drain(pollId),
      everyMs: DRAIN_AFTER_MS,
      onTrouble: (trouble) => ports.onTrouble("drain ballots into the ledger", trouble),
    });
  }

  /**
   * Resolves once the ledger has everything that is kept of the poll by now. One append of a poll is in flight; what
   * comes meanwhile shares the next. Rejects with an `Outage`.
   */
  appended(pollId: PollId): Promise<void> {
    const running = this.#appending.get(pollId);
    if (!running) return this.#start(pollId);
    running.next ??= running.current.catch(() => {}).then(() => this.#start(pollId));
    return running.next;
  }

  /** Puts everything this node keeps of the poll into the ledger, also after the end. Rejects with an `Outage`. */
  async drainOwn(pollId: PollId): Promise<void> {
    await this.appended(pollId);
    for (const owed of this.#ports.kept.puts(pollId)) {
      if (owed.state !== "unknown") continue;
      const { meta } = await this.#ports.leases.read(pollId, Number.POSITIVE_INFINITY);
      if (meta === null || meta === "removed") return this.#ports.kept.forget(pollId);
      const { ballot, expected } = owed;
      const stands = await this.#ports.marks.under(pollId, () =>
        this.#ports.ledger.put(meta, ballot, expected),
      );
      if (stands === "put") this.#ports.kept.put(pollId, owed);
      else this.#ports.kept.absolve(pollId, owed);
    }
  }

  /**
   * Puts what an outbox lists into the ledger, whoever counted it, then takes it out of Redis. Twice is harmless. Kept
   * before it is put: a pack that was given up may land after all of Redis was lost and made whole without it, and then
   * somebody must still owe Redis its ballots.
   */
  async drainEntries(meta: Meta, entries: readonly OutboxEntry[]): Promise<void> {
    const { pollId } = meta.definition;
    for (const { entry, ballots } of entries) {
      for (const ballot of ballots) this.#ports.kept.keep(pollId, ballot, entry);
    }
    await this.appended(pollId);
    await this.#tellRedis(pollId);
  }

  /** Puts what is left once more, as far as the stores answer. */
  async close(): Promise<void> {
    await this.#chores.finish();
  }

  #start(pollId: PollId): Promise<void> {
    const current = this.#appendKept(pollId);
    const running: Appending = { current, next: null };
    this.#appending.set(pollId, running);
    return current.finally(() => {
      // Whoever waits for the next one has its place already.
      if (this.#appending.get(pollId) === running && running.next === null) this.#appending.delete(pollId);
    });
  }

  async #appendKept(pollId: PollId): Promise<void> {
    const { kept } = this.#ports;
    if (!kept.has(pollId)) return;
    const meta = await this.#metaOf(pollId);
    if (meta === null || meta === "removed") return kept.forget(pollId);
    // An entry goes from the outbox with the batch that has it, so the batch must have all of it: what one reply counted
    // is kept within one turn of the loop.
    await nextTurn();
    const batch = kept.take(pollId);
    if (!batch) return;
    try {
      await this.#append(meta, batch.ballots);
    } catch (outage) {
      kept.putBack(pollId, batch);
      throw outage;
    }
    kept.taken(pollId, batch);
  }

  /** Any META will do, for where ballots go never changes; but "none" may have been read before the poll was made. */
  async #metaOf(pollId: PollId): Promise<MetaRead> {
    const { leases } = this.#ports;
    const { meta } = await leases.read(pollId, Number.POSITIVE_INFINITY);
    return meta ?? (await leases.read(pollId, 0)).meta;
  }

  /** Also what Redis has counted needs the mark: it was counted in a Redis that may be gone by now. */
  #append(meta: Meta, ballots: readonly RegisteredBallot[]): Promise<void> {
    const { ledger, marks } = this.#ports;
    return marks.under(meta.definition.pollId, () => ledger.append(meta, crypto.randomUUID(), ballots));
  }

  async #drain(pollId: PollId): Promise<void> {
    if (await this.#isOver(pollId)) return this.#ports.kept.forget(pollId);
    await this.drainOwn(pollId);
    await this.#tellRedis(pollId);
  }

  /** After the final result nothing that is still kept counts; a removed poll has nothing to keep. */
  async #isOver(pollId: PollId): Promise<boolean> {
    const { leases, ledger } = this.#ports;
    const known = (await leases.read(pollId, LEASE_FRESH_MS)).meta;
    const meta = known ?? (await leases.read(pollId, 0)).meta;
    if (meta === null || meta === "removed") return true;
    return meta.control.status === "closed" && (await ledger.record(pollId)).final !== null;
  }

  async #tellRedis(pollId: PollId): Promise<void> {
    const { kept, redis } = this.#ports;
    if (redis?.isAway(pollId)) return;
    const inLedger = kept.unconfirmed(pollId);
    if (await this.#confirm(pollId, inLedger)) kept.confirmed(pollId, inLedger);
    const owed = kept.puts(pollId).filter(({ state }) => state === "inLedger");
    if (owed.length === 0) return;
    const ballots = owed.map(({ ballot }) => ballot);
    if (await this.#merge(pollId, ballots)) for (const done of owed) kept.absolve(pollId, done);
  }

  /**
   * Takes entries out of the outbox. One that was there proves that its ballots are in the state, for one script wrote
   * both; the ballots of one that was not are sent again: Redis may have lost them with it.
   */
  async #confirm(pollId: PollId, { byEntry, loose }: Sorted): Promise<boolean> {
    const { redis, onCold } = this.#ports;
    if (!redis) return true;
    const entries = [...byEntry.keys()];
    const missing = entries.length > 0 ? await redis.drained(pollId, entries) : [];
    if (missing === "removed") return true;
    if (missing === "cold") {
      onCold(pollId);
      return false;
    }
    const again = missing.flatMap((entry) => byEntry.get(entry) ?? []);
    return this.#merge(pollId, [...again, ...loose]);
  }

  async #merge(pollId: PollId, ballots: readonly RegisteredBallot[]): Promise<boolean> {
    const { redis, onCold } = this.#ports;
    if (!redis) return true;
    for (let from = 0; from < ballots.length; from += BALLOTS_A_CALL) {
      const merged = await redis.merge(pollId, ballots.slice(from, from + BALLOTS_A_CALL));
      if (merged !== "cold") continue;
      onCold(pollId);
      return false;
    }
    return true;
  }
}
