import { type Ballot, sameChoice } from "../../server/app/ballot.ts";
import { takesBallots } from "../../server/app/poll.ts";
import type { Ledger } from "./ledger.ts";
import type { CastReply, Offset, RedisShard } from "./redis-shard.ts";
import { Outage, type Process } from "./scheduler.ts";
import { type Acknowledgement, LATE_MS, type World } from "./world.ts";

/** META must have been read this recently (ms) when a put returns. */
export const META_LEASE_MS = 2_000;
const DIRTY_MS = 3_000;
/** Longer than any outage of the schedules: a node that lives must not lose its hold for want of a ledger. */
const HOLDS_MS = 20_000;
const WAIT_MS = 100;

/** A ballot of this node's memory, and the master that had it when it was acknowledged. */
export interface Undrained {
  readonly ballot: Ballot;
  readonly master: number;
}

export type Answer = "accepted" | "pending" | "refused";

/** One server process: what it does with a ballot, and what only it knows. */
export class ModelNode {
  readonly name: string;
  readonly world: World;
  alive = true;
  /** Counts its lives: what it knew in an earlier one is gone. */
  life = 1;
  redisCut = false;
  ledgerCut = false;
  /** Its map of the cluster is old: it still talks to a deposed master. */
  staleMap = false;
  /** Acknowledged, and perhaps not in the ledger yet. */
  readonly undrained = new Map<string, Undrained>();
  casting = 0;
  dirtyUntil = 0;
  /** When it last began or ended a way past Redis. */
  wentPastAt = 0;
  #holdsUntil = 0;
  #holdsSince: number | null = null;

  constructor(name: string, world: World) {
    this.name = name;
    this.world = world;
  }

  *redis<Result>(execute: (redis: RedisShard) => Result): Process<Result> {
    const { redis } = this.world;
    return yield* this.world.call(
      () => redis.up && !this.redisCut,
      () => execute(redis),
    );
  }

  *ledger<Result>(execute: (ledger: Ledger) => Result): Process<Result> {
    const { ledger } = this.world;
    return yield* this.world.call(
      () => ledger.up && !this.ledgerCut,
      () => execute(ledger),
    );
  }

  /** The whole way of one ballot: Redis if it can be trusted, else the ledger. */
  *cast(ballot: Ballot): Process<Answer> {
    this.casting += 1;
    try {
      yield* this.#takeHold();
      const reply = (yield* this.#castInRedis(ballot)) ?? (yield* this.#castInRedis(ballot));
      if (!reply || reply.verdict === "COLD" || !(reply.trusted || this.world.variant.trustAnyMaster)) {
        return yield* this.#castInLedger(ballot, reply);
      }
      if (typeof reply.verdict === "object" || reply.verdict === "REMOVED") return "refused";
      const { acknowledgeBeforeWait, repeatWithoutWait } = this.world.variant;
      const safe =
        acknowledgeBeforeWait ||
        (repeatWithoutWait && reply.verdict === "repeat") ||
        (yield* this.isReplicated(reply.offset));
      if (!safe) return yield* this.#castInLedger(ballot, reply);
      // A repeat confirms what stands, under the revision that stands: nothing newer has been written.
      const confirmed =
        reply.verdict === "repeat" && reply.standing ? { ...ballot, ...reply.standing } : ballot;
      this.undrained.set(ballot.voter, { ballot: confirmed, master: reply.offset.master });
      return this.#acknowledge(confirmed, "replicated");
    } finally {
      this.casting -= 1;
    }
  }

  /** What WAIT says within its time. */
  *isReplicated(offset: Offset): Process<boolean> {
    const until = this.world.now + WAIT_MS;
    while (!this.world.redis.isReplicated(offset)) {
      if (this.world.now >= until || this.redisCut || !this.world.redis.up) return false;
      yield 10;
    }
    return !this.redisCut;
  }

  /** Lets the ledger know that this node will hold ballots, so that a close waits for it. */
  *#takeHold(): Process {
    if (this.#holdsUntil - this.world.now > HOLDS_MS / 2) return;
    try {
      const expiresAt = this.world.now + HOLDS_MS;
      const since = this.#holdsSince ?? this.world.now;
      yield* this.ledger((ledger) => ledger.holds.set(this.name, { since, expiresAt, released: false }));
      this.#holdsUntil = expiresAt;
      this.#holdsSince = since;
    } catch (outage) {
      if (!(outage instanceof Outage)) throw outage;
      // The ledger is away: `replicated` goes on, and says so in what it survives.
    }
  }

  /** A new life knows of no hold; the old one lapses. */
  forgetHold(): void {
    this.#holdsUntil = 0;
    this.#holdsSince = null;
  }

  /** Renews or releases the hold, as this node has something undrained or not. */
  *lookAfterHold(): Process {
    const { now } = this.world;
    const holding = this.casting > 0 || this.undrained.size > 0;
    if (this.#holdsUntil === 0 || (holding && this.#holdsUntil - now > HOLDS_MS / 2)) return;
    const lease = { since: this.#holdsSince ?? now, expiresAt: now + HOLDS_MS, released: !holding };
    // Forgotten before it is released: a ballot that comes meanwhile takes a new one.
    this.forgetHold();
    yield* this.ledger((ledger) => ledger.holds.set(this.name, lease));
    if (holding) {
      this.#holdsUntil = lease.expiresAt;
      this.#holdsSince = lease.since;
    }
  }

  *#castInRedis(ballot: Ballot): Process<CastReply | null> {
    try {
      return yield* this.redis((redis) => redis.cast(ballot, this.world.now, this.staleMap));
    } catch (outage) {
      if (outage instanceof Outage) return null;
      throw outage;
    }
  }

  /** `reply`: what Redis said of the ballot before, if it said anything. */
  *#castInLedger(ballot: Ballot, reply: CastReply | null): Process<Answer> {
    const readAt = this.world.now;
    const inTime = () => this.world.now - readAt <= META_LEASE_MS;
    try {
      const meta = yield* this.ledger((ledger) => ledger.meta);
      if (meta.phase === "removed") return "refused";
      if (meta.phase !== "open") return yield* this.#answerFromFinal(ballot);
      const appliedBy = masterThatApplied(reply);
      if (appliedBy === null) yield* this.markDirty();
      if (!takesBallots(meta.control, this.world.now) || !inTime()) return "pending";
      this.world.note(`${this.name} puts into the ledger: ${ballotText(ballot)}`);
      const standing = yield* this.ledger((ledger) => ledger.put(ballot, this.world.variant.noRevisionOrder));
      if (appliedBy !== null && !(yield* this.isStillMaster(appliedBy))) yield* this.markDirty();
      const late = !inTime() || !takesBallots(meta.control, this.world.now);
      if (late && !this.world.variant.noFence) return "pending";
      const repeated =
        standing?.revision === ballot.revision && sameChoice(standing.optionIds, ballot.optionIds);
      if (standing && !repeated) return "refused";
      return this.#acknowledge(ballot, "ledger");
    } catch (outage) {
      if (outage instanceof Outage) return "pending";
      throw outage;
    } finally {
      this.wentPastAt = this.world.now;
    }
  }

  /** Whether this master still serves; `false` where nobody can tell. */
  *isStillMaster(master: number): Process<boolean> {
    if (this.world.variant.drainBehindRebuild) return true;
    try {
      return (yield* this.redis((redis) => redis.incarnation)) === master;
    } catch (outage) {
      if (outage instanceof Outage) return false;
      throw outage;
    }
  }

  /** Before the first put past Redis: nobody's rebuild may count while this node goes on. */
  *markDirty(): Process {
    this.wentPastAt = this.world.now;
    if (this.dirtyUntil - this.world.now > META_LEASE_MS) return;
    const expiresAt = this.world.now + DIRTY_MS + META_LEASE_MS + LATE_MS;
    yield* this.ledger((ledger) =>
      ledger.dirty.set(this.name, { since: this.wentPastAt, expiresAt, released: false }),
    );
    this.dirtyUntil = expiresAt;
  }

  /** After the end only what is in the result is a repeat: a ballot that came too late stands in the ledger too. */
  *#answerFromFinal(ballot: Ballot): Process<Answer> {
    const final = yield* this.ledger((ledger) => ledger.final);
    if (!final) return "pending";
    const counted = final.get(ballot.voter);
    if (counted && sameChoice(counted.optionIds, ballot.optionIds)) return "accepted";
    return "refused";
  }

  #acknowledge(ballot: Ballot, durability: Acknowledgement["durability"]): Answer {
    const held = this.#holdsUntil > this.world.now;
    const { wipes } = this.world.redis;
    this.world.note(`${this.name} acknowledges ${durability}: ${ballotText(ballot)}`);
    this.world.acknowledged.push({ ballot, durability, node: this, life: this.life, held, wipes });
    return "accepted";
  }
}

/** `voter-1 opt-2 (3)`. */
export function ballotText({ voter, optionIds, revision }: Ballot): string {
  return `${voter} ${optionIds} (${revision})`;
}

/** The master that has the ballot now, trusted or not; `null` if none is known to. */
function masterThatApplied(reply: CastReply | null): number | null {
  if (!reply || typeof reply.verdict === "object" || reply.offset.master < 0) return null;
  return reply.verdict === "COLD" || reply.verdict === "REMOVED" ? null : reply.offset.master;
}
