import type { PollId } from "../../../shared/ids.ts";
import type { Ballot, CastOutcome } from "../../app/ballot.ts";
import { BallotPipeline, type BallotPipelinePorts, Casting } from "./ballot-pipeline.ts";
import { shardOf } from "./connect-redis.ts";
import { pollKeys } from "./keys.ts";
import { ReplicationWatch, WAIT_MS } from "./replication-watch.ts";
import type { RedisClient } from "./scripts.ts";
import { tryAgain } from "./try-again.ts";

export type ShardsListener = Pick<BallotPipelinePorts, "onUnpublished" | "onTrouble">;

interface Shard {
  readonly pipeline: BallotPipeline;
  readonly replication: ReplicationWatch;
}

/** Writes that are to outlive their master: each goes to whoever has the poll now, and waits for a replica. */
export class Shards {
  readonly #client: RedisClient;
  readonly #told: ShardsListener;
  /** By the address of the master, as far as the client knows it. */
  readonly #shards = new Map<string, Shard>();

  constructor(client: RedisClient, told: ShardsListener) {
    this.#client = client;
    this.#told = told;
  }

  cast(ballot: Ballot): Promise<CastOutcome> {
    return new Promise((settle) => this.#route(new Casting(ballot, settle)));
  }

  /**
   * Runs a script of a poll and resolves with its answer once a replica has what it wrote, as far as the shard has one
   * that keeps up. Sent as it is: see `ballot-pipeline.ts`. Rejects in an outage.
   */
  async write<Answer>(
    pollId: PollId,
    script: string,
    keys: readonly string[],
    parameters: readonly (string | number)[],
  ): Promise<Answer> {
    return tryAgain(this.#client, async () => {
      const { replication } = this.#of(pollId);
      const pipeline = this.#client.pipeline().eval(script, keys.length, ...keys, ...parameters);
      const asksWait = replication.asks(performance.now());
      const [written, waited] = (await (asksWait ? pipeline.wait(1, WAIT_MS) : pipeline).exec()) ?? [];
      if (typeof waited?.[1] === "number") replication.heard(waited[1]);
      const [trouble, answer] = written ?? [new Error("no reply from the connection")];
      if (trouble) throw trouble;
      return answer as Answer; // the script's, which the caller knows
    });
  }

  /** Resolves when no ballot is waiting or in flight: a second or two at the most, whatever Redis does. */
  async idle(): Promise<void> {
    for (;;) {
      const running = [...this.#shards.values()].flatMap(({ pipeline }) => pipeline.running ?? []);
      if (running.length === 0) return;
      await Promise.all(running);
    }
  }

  #route(casting: Casting): void {
    this.#of(casting.ballot.pollId).pipeline.add(casting);
  }

  #of(pollId: PollId): Shard {
    const address = shardOf(this.#client, pollKeys(pollId).state);
    const shard = this.#shards.get(address) ?? this.#newShard();
    this.#shards.set(address, shard);
    return shard;
  }

  #newShard(): Shard {
    const replication = new ReplicationWatch();
    const pipeline = new BallotPipeline({
      client: this.#client,
      replication,
      ...this.#told,
      route: (casting) => this.#route(casting),
    });
    return { pipeline, replication };
  }
}
