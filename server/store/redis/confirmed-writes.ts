import { Cluster } from "ioredis";
import type { PollId } from "../../../shared/ids.ts";
import { Outage } from "../../app/outage.ts";
import { replicasOf } from "./connect-redis.ts";
import { isSilence, Unconfirmed } from "./passing-error.ts";
import { WAIT_MS } from "./replication-watch.ts";
import type { RedisClient } from "./scripts.ts";
import type { Shards } from "./shards.ts";
import { isNamedByMajority, type SlotOwner, slotOwner } from "./slot-owner.ts";
import { tierKeys } from "./tier-scripts.ts";
import { tryAgain } from "./try-again.ts";
import { within } from "./within.ts";

/** Whoever asks has another way, or asks again later (ms). */
const CONFIRMED_WITHIN_MS = 800;
const SILENT = "the connection kept silent";

type Arguments = readonly (string | number)[];

interface Confirmed<Answer> {
  readonly answers: Answer[];
  /** Every replica has it. */
  readonly isReplicated: boolean;
}

/**
 * Runs scripts whose answers are to be believed: by the master of the poll, and not by one that was deposed without
 * knowing. Either a replica has what was written, for a deposed master has none, or a majority of the masters says, asked
 * afterwards, that it is the one.
 */
export class ConfirmedWrites {
  readonly #client: RedisClient;
  readonly #shards: Shards;
  readonly #onNoAnswer: (shard: string) => void;
  /** A single server does not name its replicas to the client; that it has some is known by its reader. */
  readonly #hasReader: boolean;

  constructor(client: RedisClient, shards: Shards, onNoAnswer: (shard: string) => void, hasReader = false) {
    this.#client = client;
    this.#shards = shards;
    this.#onNoAnswer = onNoAnswer;
    this.#hasReader = hasReader;
  }

  /** Runs the script once. Rejects with an `Outage`: it may have run, or still will. */
  async run<Answer>(pollId: PollId, script: string, parameters: Arguments): Promise<Answer> {
    const [answer] = await this.runAll<Answer>(pollId, script, [parameters]);
    return answer as Answer; // one call, one answer
  }

  /** Runs the script once for each list of parameters, in one go, in order. */
  async runAll<Answer>(pollId: PollId, script: string, calls: readonly Arguments[]): Promise<Answer[]> {
    const { answers } = await this.#send<Answer>(tierKeys(pollId), script, calls);
    return answers;
  }

  /**
   * Runs the script once on keys of one slot. Rejects with an `Outage` also where the shard has replicas and not all of them
   * have what was written: the one that lacks it may be the next master. Where it has none, nobody else can be.
   */
  async runReplicated<Answer>(
    keys: readonly string[],
    script: string,
    parameters: Arguments,
  ): Promise<Answer> {
    const { answers, isReplicated } = await this.#send<Answer>(keys, script, [parameters]);
    if (!isReplicated && (this.#hasReader || replicasOf(this.#client, firstOf(keys)) > 0)) {
      throw new Outage("Redis", CONFIRMED_WITHIN_MS, new Error("not every replica has it yet"));
    }
    return answers[0] as Answer; // one call, one answer
  }

  #send<Answer>(
    keys: readonly string[],
    script: string,
    calls: readonly Arguments[],
  ): Promise<Confirmed<Answer>> {
    const attempt = async (leftMs: number) => {
      const owner = slotOwner(this.#client, firstOf(keys));
      try {
        return await within(leftMs, SILENT, this.#runOn<Answer>(owner, keys, script, calls));
      } catch (trouble) {
        if (trouble instanceof Error && isSilence(trouble)) this.#onNoAnswer(owner.address);
        throw trouble;
      }
    };
    return tryAgain(this.#client, attempt, CONFIRMED_WITHIN_MS);
  }

  async #runOn<Answer>(
    owner: SlotOwner,
    keys: readonly string[],
    script: string,
    calls: readonly Arguments[],
  ): Promise<Confirmed<Answer>> {
    const replication = this.#shards.replicationAt(firstOf(keys));
    const pipeline = owner.connection.pipeline();
    for (const parameters of calls) pipeline.eval(script, keys.length, ...keys, ...parameters);
    const asksWait = replication.asks(performance.now());
    if (asksWait) pipeline.wait(replication.needed, WAIT_MS);
    const isCluster = this.#client instanceof Cluster;
    if (isCluster) pipeline.cluster("MYID");
    const replies = (await pipeline.exec()) ?? [];
    const answers = calls.map((_, index) => answerOf(replies[index]) as Answer); // the script's, which the caller knows
    const replicas = asksWait ? replies[calls.length]?.[1] : undefined;
    const isReplicated = typeof replicas === "number" && replication.heard(replicas);
    if (!isReplicated && isCluster) await this.#mustBeNamed(owner, answerOf(replies.at(-1)), firstOf(keys));
    return { answers, isReplicated };
  }

  async #mustBeNamed(owner: SlotOwner, id: unknown, key: string): Promise<void> {
    if (this.#client instanceof Cluster && (await isNamedByMajority(this.#client, owner, String(id), key))) {
      return;
    }
    throw new Unconfirmed();
  }
}

/** All keys of a run are in one slot. */
function firstOf(keys: readonly string[]): string {
  return keys[0] ?? "";
}

function answerOf(reply: readonly [Error | null, unknown] | undefined): unknown {
  const [trouble, answer] = reply ?? [new Error("no reply from the connection"), null];
  if (trouble) throw trouble;
  return answer;
}
