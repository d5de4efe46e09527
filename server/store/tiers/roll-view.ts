import { LRUCache } from "lru-cache";
import type { PollId, VoterId } from "../../../shared/ids.ts";
import type { RegisteredBallot } from "../../app/register.ts";
import { ballotShard, type Final, type Ledger, type Meta } from "./ledger.ts";

/** Ballots remembered of all rolls, about 200 B each. */
const BALLOTS_REMEMBERED = 200_000;

type RollShard = ReadonlyMap<VoterId, RegisteredBallot>;

/** The ballots that final results count, as this node has read them: they never change. */
export class RollView {
  readonly #ledger: Pick<Ledger, "roll">;
  readonly #shards = new LRUCache<string, RollShard>({
    maxSize: BALLOTS_REMEMBERED,
    sizeCalculation: ({ size }) => Math.min(BALLOTS_REMEMBERED, size + 1),
  });
  readonly #reading = new Map<string, Promise<RollShard>>();

  constructor(ledger: Pick<Ledger, "roll">) {
    this.#ledger = ledger;
  }

  /** The voter's ballot in the final result. Rejects with an `Outage`. */
  async counted(
    { definition: { pollId }, shards }: Meta,
    { generation }: Final,
    voter: VoterId,
  ): Promise<RegisteredBallot | null> {
    const shard = ballotShard(voter, shards);
    const key = `${pollId}/${generation}/${shard}`;
    const roll = this.#shards.get(key) ?? (await this.#read(key, pollId, generation, shard));
    return roll.get(voter) ?? null;
  }

  #read(key: string, pollId: PollId, generation: string, shard: number): Promise<RollShard> {
    const reading = this.#reading.get(key) ?? this.#readNow(key, pollId, generation, shard);
    this.#reading.set(key, reading);
    return reading;
  }

  async #readNow(key: string, pollId: PollId, generation: string, shard: number): Promise<RollShard> {
    try {
      const ballots = await this.#ledger.roll(pollId, generation, shard);
      const roll = new Map(ballots.map((ballot) => [ballot.voter, ballot]));
      this.#shards.set(key, roll);
      return roll;
    } finally {
      this.#reading.delete(key);
    }
  }
}
