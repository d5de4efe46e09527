import { setTimeout as pause } from "node:timers/promises";
import type { PollId } from "../../../shared/ids.ts";
import { GRACE_MS } from "../../../shared/limits.ts";
import { Outage } from "../../app/outage.ts";
import { AtMost } from "./at-most.ts";
import { closeStep } from "./closing.ts";
import type { Final, Meta, OpenMark, OpenPoll } from "./ledger.ts";
import type { LedgerView } from "./ledger-view.ts";
import { type Rebuilt, rebuild } from "./rebuild.ts";
import { deleteMarks, type RecoveryPorts, redisOf } from "./recovery-ports.ts";
import type { RedisView } from "./redis-side.ts";
import { settle } from "./settling.ts";

/** Polls that are tended at the same time. */
const AT_ONCE = 8;
/** An outbox whose oldest entry waits for longer (ms) has nobody who drains it: its node is dead, or cut off. */
export const STALE_MS = 3_000;
/** Entries of an outbox that are drained at one go. */
const ENTRIES_AT_ONCE = 100;
/** When to look again (ms) where another node is at it … */
const BUSY_MS = 700;
/** … and where it was interrupted. Both spread at random, so that two nodes do not go on meeting. */
const LOST_MS = 200;
/** A removed poll is erased a second time after this (ms). */
const ERASE_AGAIN_MS = 5_000;
/** After an outage whoever asks is not heard for so long (ms): every ballot that meets a cold state asks. */
const LATER_MS = 500;

export interface TenderPorts extends RecoveryPorts {
  readonly view: Pick<LedgerView, "changed" | "forget">;
  /** Told of what is no outage. */
  readonly onTrouble: (doing: string, trouble: unknown) => void;
}

/** One poll that is being tended, until nothing is left to do or an outage leaves it for later. */
interface Job {
  /** Marks that are believed dead, by name. */
  readonly dead: Map<string, OpenMark>;
  /** Of a removed poll: everything was deleted once. */
  erased: boolean;
  /** As the sweep saw it; what `OPEN` still lists is not done before it has gone from there. */
  open: OpenPoll | null;
  /** Asked for since the last look began. */
  asked: boolean;
  readonly done: Promise<void>;
}

/** `"done"`; or that an outage leaves it for later; or in how many ms to look again. */
type Next = "done" | "later" | number;

/** A poll in Redis; `null` where this node has none. */
type Seen = RedisView | "cold" | "away" | null;

/** Looks at both stores and does the one thing that is needed most for a poll, until nothing is. */
export class Tender {
  readonly #ports: TenderPorts;
  readonly #jobs = new Map<PollId, Job>();
  readonly #turns = new AtMost(AT_ONCE);
  readonly #closing = new AbortController();
  /** The last poll that this node made whole; for figures. */
  lastRebuilt: (Rebuilt & { /** Epoch ms. */ readonly at: number }) | null = null;
  /** States that this node made whole. */
  rebuilds = 0;
  /** How often an outage left something for later. */
  outages = 0;

  constructor(ports: TenderPorts) {
    this.#ports = ports;
  }

  /** Polls under way. */
  get size(): number {
    return this.#jobs.size;
  }

  /**
   * Tends a poll, unless that is under way: then what is new is taken along. `dead` are marks of runs that are believed
   * dead, `open` what the sweep saw of it. Resolves when nothing is left to do, or an outage says later; never rejects.
   */
  tend(pollId: PollId, dead: readonly OpenMark[] = [], open: OpenPoll | null = null): Promise<void> {
    if (this.#closing.signal.aborted) return Promise.resolve();
    const job = this.#jobs.get(pollId) ?? this.#begin(pollId);
    for (const mark of dead) job.dead.set(mark.mark, mark);
    job.open = open ?? job.open;
    job.asked = true;
    return job.done;
  }

  /** Resolves when what is under way has come to an end; nothing is begun any more. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all([...this.#jobs.values()].map(({ done }) => done));
  }

  #begin(pollId: PollId): Job {
    // Begins after this turn of the loop, when the job is complete.
    const done = Promise.resolve()
      .then(() => this.#work(pollId, job))
      .finally(() => this.#jobs.delete(pollId));
    const job: Job = { dead: new Map(), erased: false, open: null, asked: true, done };
    this.#jobs.set(pollId, job);
    return job;
  }

  async #work(pollId: PollId, job: Job): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      job.asked = false;
      const next = await this.#turns.run(() => this.#tryLook(pollId, job));
      if (next === "done" && !job.asked) return;
      const waitMs = next === "done" ? 0 : next === "later" ? LATER_MS : next;
      await pause(waitMs * (0.75 + Math.random() / 2), null, { signal }).catch(() => {});
      if (next === "later") return;
    }
  }

  /** An outage is no trouble here: the sweep, or whoever wants to see the poll, asks again. */
  async #tryLook(pollId: PollId, job: Job): Promise<Next> {
    try {
      return await this.#look(pollId, job);
    } catch (trouble) {
      if (trouble instanceof Outage) this.outages += 1;
      else this.#ports.onTrouble(`tend poll ${pollId}`, trouble);
      return "later";
    }
  }

  async #look(pollId: PollId, job: Job): Promise<Next> {
    const { ledger, leases, redis } = this.#ports;
    const record = await ledger.record(pollId);
    const { meta, final } = record;
    if (meta === null) return this.#lookAtNothing(pollId, job);
    if (meta === "removed") return this.#remove(pollId, job);
    leases.newest(pollId, meta.control);
    const seen = await this.#seeInRedis(pollId);
    // Dropped only after META said so: this node's read of META was the older of the two.
    if (seen === "removed") return "later";
    if (final) return this.#settle(pollId, job, final, meta, seen);
    if (meta.control.status === "closed") return this.#close(pollId, meta, seen);
    if (!redis) return this.#buryMarks(job);
    if (seen === "away" || seen === null) return "later";
    await this.#list(meta, job);
    if (seen === "cold" || job.dead.size > 0) return this.#rebuild(pollId, job);
    return seen.outboxAgeMs > STALE_MS ? this.#drain(pollId, meta) : "done";
  }

  async #seeInRedis(pollId: PollId): Promise<Seen | "removed"> {
    const { redis } = this.#ports;
    if (!redis) return null;
    if (redis.isAway(pollId)) return "away";
    try {
      return await redis.read(pollId);
    } catch (trouble) {
      if (trouble instanceof Outage) return "away";
      throw trouble;
    }
  }

  /** Listed, but never made: whoever was about to make it died, or is about to still. */
  async #lookAtNothing(pollId: PollId, job: Job): Promise<Next> {
    const { ledger, clock } = this.#ports;
    await this.#buryMarks(job);
    if (job.open && clock() >= job.open.closesAt + GRACE_MS) await ledger.deleteOpen(pollId);
    return "done";
  }

  /** Whoever opened it may have died after META and before it was listed: then it would never end by itself. */
  async #list({ definition: { pollId }, control }: Meta, job: Job): Promise<void> {
    if (job.dead.size === 0 || job.open || control.status !== "open" || control.closesAt === null) return;
    await this.#ports.ledger.putOpen({ pollId, closesAt: control.closesAt, ending: false });
  }

  async #remove(pollId: PollId, job: Job): Promise<Next> {
    const { ledger, leases, redis, view } = this.#ports;
    leases.newest(pollId, "removed");
    view.forget(pollId);
    // It stays listed, so that it is dropped there when Redis comes back.
    if (redis?.isAway(pollId)) return "later";
    await redis?.drop(pollId);
    await ledger.erase(pollId);
    if (!job.erased) {
      // Nodes that have not heard of it append for a second more.
      job.erased = true;
      return ERASE_AGAIN_MS;
    }
    await this.#buryMarks(job);
    await ledger.deleteOpen(pollId);
    return "done";
  }

  async #settle(pollId: PollId, job: Job, final: Final, meta: Meta, seen: Seen): Promise<Next> {
    if (seen === "away") return "later";
    const isSettled = seen === null || (seen !== "cold" && seen.settled);
    // What is listed is settled once more: it may have been a deposed master that said it was.
    if (isSettled && !job.open && job.dead.size === 0) return "done";
    const dead = [...job.dead.values()];
    const outcome = await settle(this.#ports, pollId, final, meta, dead);
    if (outcome === "busy") return BUSY_MS;
    if (outcome === "removed") return "later";
    if (outcome === "lost") return LOST_MS;
    forgetMarks(job, dead);
    job.open = null;
    return "done";
  }

  async #close(pollId: PollId, meta: Meta, seen: Seen): Promise<Next> {
    if (seen === "away" && meta.inRedis) return "later";
    const outcome = await closeStep(this.#ports, pollId, meta);
    if (outcome === "removed") return "later";
    if ("waitMs" in outcome) return outcome.waitMs;
    this.#ports.view.changed(pollId);
    return 0;
  }

  async #rebuild(pollId: PollId, job: Job): Promise<Next> {
    const dead = [...job.dead.values()];
    const onRebuilt = (rebuilt: Rebuilt) => {
      this.rebuilds += 1;
      this.lastRebuilt = { ...rebuilt, at: this.#ports.clock() };
    };
    const outcome = await rebuild({ ...this.#ports, onRebuilt }, pollId, dead);
    if (outcome === "busy") return BUSY_MS;
    if (outcome !== "whole") return LOST_MS;
    forgetMarks(job, dead);
    return 0;
  }

  /** What nobody has drained, whoever counted it. */
  async #drain(pollId: PollId, meta: Meta): Promise<Next> {
    const entries = await redisOf(this.#ports, pollId).pending(pollId, ENTRIES_AT_ONCE);
    if (entries.length === 0) return "done";
    await this.#ports.drainer.drainEntries(meta, entries);
    return 0;
  }

  /** Where there is nothing that Redis could lack. */
  async #buryMarks(job: Job): Promise<Next> {
    const dead = [...job.dead.values()];
    if (dead.length > 0) await deleteMarks(this.#ports.ledger, await this.#ports.marks.bury(dead));
    forgetMarks(job, dead);
    return "done";
  }
}

function forgetMarks(job: Job, marks: readonly OpenMark[]): void {
  for (const { mark } of marks) job.dead.delete(mark);
}
