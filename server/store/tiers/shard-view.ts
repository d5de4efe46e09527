import { LRUCache } from "lru-cache";
import type { PollId, VoterId } from "../../../shared/ids.ts";
import { mergeInto, type RegisteredBallot } from "../../app/register.ts";
import { inParallel } from "./in-parallel.ts";
import { ballotShard, type Ledger, type Meta } from "./ledger.ts";

/** Ballots remembered of all polls, about 200 B each: a hundred megabytes. A greater poll is remembered alone. */
const BALLOTS_REMEMBERED = 500_000;
/** A ballot is judged by what stood in the ledger at most this long ago (ms) … */
const JUDGED_BY_MS = 3_000;
/** … and counts are made from what was read about this long ago (ms), plus what this node has put since. */
const COUNTED_FROM_MS = 1_000;
/** Reading takes at most a tenth of the time: a shard is not read again sooner than this many times its cost. */
const REST = 10;
/** Shards of a poll that are read at the same time. */
export const SHARDS_AT_ONCE = 4;

interface ShardCopy {
  /** Only grows, by what is read and by what this node puts: no ballot leaves the ledger while its poll is there. */
  readonly ballots: Map<VoterId, RegisteredBallot>;
  /** When the last read was sent (monotonic ms). */
  readAt: number;
  /** What it took (ms). */
  cost: number;
  reading: Promise<void> | null;
}

interface PollCopy {
  readonly shards: ShardCopy[];
}

/** The ballots of the ledger, merged, as this node read them a little while ago. */
export class ShardView {
  readonly #ledger: Pick<Ledger, "ballots">;
  readonly #polls = new LRUCache<PollId, PollCopy>({
    maxSize: BALLOTS_REMEMBERED,
    sizeCalculation: ({ shards }) =>
      Math.min(
        BALLOTS_REMEMBERED,
        shards.reduce((sum, { ballots }) => sum + ballots.size + 1, 0),
      ),
  });

  constructor(ledger: Pick<Ledger, "ballots">) {
    this.#ledger = ledger;
  }

  /** What stood for this voter in the ledger at most some seconds ago, or was put by this node. Rejects with an `Outage`. */
  async standing(meta: Meta, voter: VoterId): Promise<RegisteredBallot | null> {
    const shard = ballotShard(voter, meta.shards);
    const copy = this.#copyOf(meta).shards[shard];
    if (!copy) return null;
    if (age(copy) > restOf(copy, JUDGED_BY_MS)) await this.#read(meta, shard, copy);
    return copy.ballots.get(voter) ?? null;
  }

  /**
   * All ballots, shard by shard: everything this node has put, and of the others' what it read lately. A copy that is
   * only a little too old is used while the next is being read, so that nobody waits for a great poll again and again.
   */
  async all(meta: Meta): Promise<readonly ReadonlyMap<VoterId, RegisteredBallot>[]> {
    const { shards } = this.#copyOf(meta);
    await inParallel(shards.length, SHARDS_AT_ONCE, async (shard) => {
      const copy = shards[shard];
      if (!copy) return;
      const rest = restOf(copy, COUNTED_FROM_MS);
      if (age(copy) <= rest) return;
      const reading = this.#read(meta, shard, copy);
      if (age(copy) > 2 * rest) await reading;
      // Asked for again by whoever counts next.
      else reading.catch(() => {});
    });
    return shards.map(({ ballots }) => ballots);
  }

  /** This node has just put that. What is being read may not have it yet, what is not remembered will. */
  note(pollId: PollId, ballot: RegisteredBallot): void {
    const shards = this.#polls.get(pollId)?.shards;
    const copy = shards?.[ballotShard(ballot.voter, shards.length)];
    if (copy) mergeInto(copy.ballots, [ballot]);
  }

  /** How old what is counted from may be (ms): what another node has put since may be missing. */
  lagMs(pollId: PollId): number {
    const costs = this.#polls.peek(pollId)?.shards.map(({ cost }) => cost) ?? [];
    return 2 * Math.max(COUNTED_FROM_MS, REST * Math.max(0, ...costs));
  }

  forget(pollId: PollId): void {
    this.#polls.delete(pollId);
  }

  #copyOf(meta: Meta): PollCopy {
    const { pollId } = meta.definition;
    const known = this.#polls.get(pollId);
    if (known) return known;
    const copy = { shards: Array.from({ length: meta.shards }, nothingRead) };
    this.#polls.set(pollId, copy);
    return copy;
  }

  #read(meta: Meta, shard: number, copy: ShardCopy): Promise<void> {
    copy.reading ??= this.#readNow(meta, shard, copy).finally(() => {
      copy.reading = null;
    });
    return copy.reading;
  }

  async #readNow(meta: Meta, shard: number, copy: ShardCopy): Promise<void> {
    const sentAt = performance.now();
    mergeInto(copy.ballots, await this.#ledger.ballots(meta, shard));
    copy.readAt = sentAt;
    copy.cost = performance.now() - sentAt;
    const poll = this.#polls.peek(meta.definition.pollId);
    // Set again, because it may have grown.
    if (poll?.shards[shard] === copy) this.#polls.set(meta.definition.pollId, poll);
  }
}

function nothingRead(): ShardCopy {
  return { ballots: new Map(), readAt: Number.NEGATIVE_INFINITY, cost: 0, reading: null };
}

function age({ readAt }: ShardCopy): number {
  return performance.now() - readAt;
}

function restOf({ cost }: ShardCopy, least: number): number {
  return Math.max(least, REST * cost);
}
