import { BallotPipeline, type BallotPipelinePorts } from "./ballot-pipeline.ts";
import type { Casting } from "./casting.ts";
import { replicasOf, shardOf } from "./connect-redis.ts";
import { pollKeys } from "./keys.ts";
import { ReplicationWatch, WAIT_MS } from "./replication-watch.ts";
import type { RedisClient } from "./scripts.ts";
import { tryAgain } from "./try-again.ts";

export interface ShardsPorts extends Pick<BallotPipelinePorts, "hasLedger" | "onUnpublished" | "onTrouble"> {
  /** Told of a master, by its address, that answered nothing, or that it cannot serve. */
  readonly onNoAnswer: (shard: string) => void;
}

interface Shard {
  readonly pipeline: BallotPipeline;
  readonly replication: ReplicationWatch;
}

/** Writes that are to outlive their master: each goes to whoever has the poll now, and waits for a replica. */
export class Shards {
  readonly #client: RedisClient;
  readonly #ports: ShardsPorts;
  /** By the address of the master, as far as the client knows it. */
  readonly #shards = new Map<string, Shard>();

  constructor(client: RedisClient, ports: ShardsPorts) {
    this.#client = client;
    this.#ports = ports;
  }

  cast(casting: Casting): void {
    this.#at(pollKeys(casting.ballot.pollId).state).pipeline.add(casting);
  }

  /** Gives up every ballot that waits for this master or is on its way to it. */
  abandon(shard: string): void {
    this.#shards.get(shard)?.pipeline.abandon();
  }

  /** What is known of the replicas of the master that has this key now. */
  replicationAt(key: string): ReplicationWatch {
    const { replication } = this.#at(key);
    replication.named(replicasOf(this.#client, key));
    return replication;
  }

  /**
   * Runs a script on keys of one slot and resolves with its answer once a replica has what it wrote, as far as the shard
   * has one that keeps up. Sent as it is: see `ballot-pipeline.ts`. Rejects in an outage.
   */
  async write<Answer>(
    script: string,
    keys: readonly string[],
    parameters: readonly (string | number)[],
  ): Promise<Answer> {
    return tryAgain(this.#client, async () => {
      const replication = this.replicationAt(keys[0] ?? "");
      const pipeline = this.#client.pipeline().eval(script, keys.length, ...keys, ...parameters);
      const asksWait = replication.asks(performance.now());
      const [written, waited] =
        (await (asksWait ? pipeline.wait(replication.needed, WAIT_MS) : pipeline).exec()) ?? [];
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

  #at(key: string): Shard {
    const address = shardOf(this.#client, key);
    const shard = this.#shards.get(address) ?? this.#newShard(address);
    this.#shards.set(address, shard);
    return shard;
  }

  #newShard(address: string): Shard {
    const replication = new ReplicationWatch();
    const pipeline = new BallotPipeline({
      ...this.#ports,
      client: this.#client,
      replication,
      onNoAnswer: () => this.#ports.onNoAnswer(address),
      route: (casting) => this.cast(casting),
    });
    return { pipeline, replication };
  }
}
