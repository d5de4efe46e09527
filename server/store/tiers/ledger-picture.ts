import { setTimeout as pause } from "node:timers/promises";
import type { PollId } from "../../../shared/ids.ts";
import { isNewer, nextVersion, type Poll, type PollControl, type Tally } from "../../app/poll.ts";
import type { Clock } from "../../app/ports.ts";
import { countVotes } from "./count-votes.ts";
import type { Debts } from "./debts.ts";
import type { Ledger, LedgerRecord, LedgerTally, Meta } from "./ledger.ts";
import type { MetaLeases } from "./meta-leases.ts";
import type { ShardView } from "./shard-view.ts";
import { SharedRounds } from "./shared-rounds.ts";

/** Counting takes at most a tenth of the time: never sooner again than this many times its cost. */
const REST = 10;
/** How often the votes are counted anew while this node puts none (ms) … */
const COUNT_EVERY_MS = 1_000;
/** … and how soon after a ballot that this node has put (ms): whoever voted here sees that here. */
const COUNT_OWN_MS = 20;
/** A count of another node that was not there at the last look is fresh if that was so long ago at most (ms). */
const FRESH_MS = 2_000;
/** The same picture gets a newer version after this (ms): another node, whose clock is ahead, may have shown another since. */
const AGAIN_MS = 3_000;

export interface LedgerPicturePorts {
  readonly ledger: Pick<Ledger, "record" | "putTally">;
  readonly shards: ShardView;
  readonly debts: Pick<Debts, "takeEpoch">;
  readonly leases: Pick<MetaLeases, "newest">;
  readonly clock: Clock;
  /** Told of each picture that is newer than the last. */
  readonly onNewer: (poll: Poll) => void;
}

/** One poll as this node shows it from the ledger: nothing older after something newer. */
export class LedgerPicture {
  readonly #pollId: PollId;
  readonly #ports: LedgerPicturePorts;
  readonly #looks = new SharedRounds(() => this.#look());
  #shown: Poll | null = null;
  #shownAt = 0;
  /** What was counted, here or by another node, and when this node counted last (monotonic ms). */
  #counted: LedgerTally | null = null;
  #countedAt = Number.NEGATIVE_INFINITY;
  #cost = 0;
  /** TALLY as this node saw it last, and when: only one that has moved since is another node's fresh count. */
  #seenTally = Number.POSITIVE_INFINITY;
  #seenAt = Number.NEGATIVE_INFINITY;
  /** Changes of this node, and how many of them are counted, and looked at. */
  #changes = 0;
  #changedAt = Number.NEGATIVE_INFINITY;
  #changesCounted = 0;
  #changesSeen = 0;

  constructor(pollId: PollId, ports: LedgerPicturePorts) {
    this.#pollId = pollId;
    this.#ports = ports;
  }

  /** The poll; `null` if there is none, or it was removed. Rejects with an `Outage`. */
  read(): Promise<Poll | null> {
    return this.#looks.ask();
  }

  /** This node has put something. */
  changed(): void {
    this.#changes += 1;
    this.#changedAt = performance.now();
  }

  /** Whether what this node has put is not yet in a picture. */
  get isBehind(): boolean {
    return this.#changesSeen < this.#changes;
  }

  /** How long to wait between two pictures (ms). */
  get restMs(): number {
    return REST * this.#cost;
  }

  async #look(): Promise<Poll | null> {
    const { ledger, leases } = this.#ports;
    const changes = this.#changes;
    const record = await ledger.record(this.#pollId);
    const { meta } = record;
    const control = meta && leases.newest(this.#pollId, meta === "removed" ? meta : meta.control);
    const numbers =
      meta && meta !== "removed" && control !== "removed" ? await this.#numbers(meta, record) : null;
    this.#changesSeen = Math.max(this.#changesSeen, changes);
    if (!meta || meta === "removed" || !control || control === "removed" || !numbers) {
      this.#shown = null;
      return null;
    }
    return this.#show(meta, control, numbers, record);
  }

  /** What is shown is newest of all where it does not come from TALLY: then nobody else may have given it a version. */
  async #numbers(meta: Meta, { final, tally }: LedgerRecord): Promise<LedgerTally> {
    if (!final && meta.control.status !== "draft") return this.#count(meta, tally);
    const epoch = Math.max(meta.epoch, final?.epoch ?? 0, tally?.epoch ?? 0);
    const version = nextVersion(Math.max(final?.version ?? 0, tally?.version ?? 0), this.#ports.clock());
    return final ? { ...final, epoch, version } : { ...countVotes(meta.definition, []), epoch, version };
  }

  /**
   * The live count: another node's if it is fresh, else this node's own. It is shown in an epoch of its own, the newest
   * that was ever taken, so that a browser that moves between nodes of different views takes what is shown last.
   */
  async #count(meta: Meta, tally: LedgerTally | null): Promise<LedgerTally> {
    const current = !meta.inRedis || tally?.epoch === meta.epoch;
    const theirs = current ? this.#countOfAnother(tally) : null;
    this.#seenTally = tally?.version ?? 0;
    this.#seenAt = performance.now();
    if (theirs) return theirs;
    const urgent = !current || this.#changesCounted < this.#changes;
    const rest = Math.max(urgent ? COUNT_OWN_MS : COUNT_EVERY_MS, REST * this.#cost);
    const dueInMs = this.#countedAt + rest - performance.now();
    if (this.#counted && !urgent && dueInMs > 0) return this.#counted;
    if (dueInMs > 0) await pause(dueInMs);
    const epoch = current
      ? Math.max(meta.epoch, tally?.epoch ?? 0)
      : await this.#ports.debts.takeEpoch(this.#pollId);
    return this.#countNow(meta, tally, epoch);
  }

  #countOfAnother(tally: LedgerTally | null): LedgerTally | null {
    const now = performance.now();
    if (!tally || tally.version <= this.#seenTally || now - this.#seenAt > FRESH_MS) return null;
    // It may lack what this node has put lately.
    if (now - this.#changedAt < this.#ports.shards.lagMs(this.#pollId)) return null;
    if (this.#shown && !isNewer(tally, this.#shown.tally)) return null;
    this.#counted = tally;
    this.#countedAt = now;
    return tally;
  }

  async #countNow(meta: Meta, tally: LedgerTally | null, epoch: number): Promise<LedgerTally> {
    const { ledger, shards, clock } = this.#ports;
    const all = await shards.all(meta);
    const startedAt = performance.now();
    this.#changesCounted = this.#changes;
    const votes = countVotes(meta.definition, ballotsOf(all));
    const before = Math.max(tally?.version ?? 0, this.#shown?.tally.version ?? 0);
    const counted = { ...votes, epoch, version: nextVersion(before, clock()) };
    this.#counted = counted;
    this.#countedAt = startedAt;
    // A poll that nobody has voted in needs no count that others could show.
    if (votes.participantCount > 0 || tally) {
      if (await ledger.putTally(this.#pollId, counted, tally?.version ?? 0))
        this.#seenTally = counted.version;
    }
    this.#cost = performance.now() - startedAt;
    return counted;
  }

  /** What was shown, if it is the same; else a newer version of it. */
  #show(meta: Meta, control: PollControl, numbers: LedgerTally, { final, viewerCount }: LedgerRecord): Poll {
    const { definition } = meta;
    const { epoch, version, votes, participantCount } = numbers;
    const tally: Tally = {
      epoch,
      version,
      votes,
      participantCount,
      viewerCount,
      // The ledger counts nobody who only looks on; whoever shows this knows that they are not fewer than those here.
      joinedCount: 0,
      final: final !== null,
    };
    const before = this.#shown;
    if (before && isSame(before, control, tally) && performance.now() - this.#shownAt < AGAIN_MS)
      return before;
    const next: Poll = {
      definition,
      control,
      tally: before ? newerThan(before.tally, tally, this.#ports.clock) : tally,
    };
    this.#shown = next;
    this.#shownAt = performance.now();
    this.#ports.onNewer(next);
    return next;
  }
}

/** The same numbers in an epoch and version that are newer than what was shown. */
function newerThan(before: Tally, tally: Tally, clock: Clock): Tally {
  if (isNewer(tally, before)) return tally;
  return { ...tally, epoch: before.epoch, version: nextVersion(before.version, clock()) };
}

function isSame(before: Poll, control: PollControl, tally: Tally): boolean {
  const shown = before.tally;
  return (
    before.control.seq === control.seq &&
    shown.epoch >= tally.epoch &&
    shown.final === tally.final &&
    shown.viewerCount === tally.viewerCount &&
    shown.participantCount === tally.participantCount &&
    shown.votes.length === tally.votes.length &&
    shown.votes.every((votes, option) => votes === tally.votes[option])
  );
}

function* ballotsOf<Ballot>(shards: readonly ReadonlyMap<unknown, Ballot>[]): Iterable<Ballot> {
  for (const shard of shards) yield* shard.values();
}
