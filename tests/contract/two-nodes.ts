/** Two nodes in this process over the same Redis Cluster and ledger, and what voters are told through them. */
import { randomInt } from "node:crypto";
import type { RedisCluster } from "../../infra/local/redis-cluster.ts";
import type { CastOutcome } from "../../server/app/ballot.ts";
import type { PollDefinition } from "../../server/app/poll.ts";
import type { DynamoSettings } from "../../server/store/dynamo/connect-dynamo.ts";
import { DynamoLedger } from "../../server/store/dynamo/dynamo-ledger.ts";
import { RedisTier } from "../../server/store/redis/redis-tier.ts";
import { StoreBreakers } from "../../server/store/tiers/breakers.ts";
import { TieredPollStore } from "../../server/store/tiers/tiered-poll-store.ts";
import { optionIdAt, type VoterId } from "../../shared/ids.ts";
import { type Cast, History } from "../faults/history.ts";
import { auditOf, definitionOf, newVoter, openControl } from "../support/fixtures.ts";
import { waitFor } from "../support/wait-for.ts";

const VOTERS = 60;
const PENDING_TRIES = 200;

export interface NodeParts {
  readonly dynamo: DynamoSettings;
  /** `null`: the ledger alone. */
  readonly redis: RedisCluster | null;
  /** Instead of the real ones. */
  readonly Ledger?: typeof DynamoLedger;
  readonly Tier?: typeof RedisTier;
  /** Done by a closer who has read all ballots, before it puts the result. */
  readonly beforeFinal?: () => Promise<void>;
}

/** A poll that is open for an hour, on two nodes that look after it. */
export class TwoNodes implements AsyncDisposable {
  readonly definition: PollDefinition;
  readonly history = new History();
  readonly voters: readonly VoterId[] = Array.from({ length: VOTERS }, newVoter);
  readonly nodes: readonly [TieredPollStore, TieredPollStore];
  #revision = 0;

  private constructor(definition: PollDefinition, nodes: readonly [TieredPollStore, TieredPollStore]) {
    this.definition = definition;
    this.nodes = nodes;
  }

  static async open(parts: NodeParts, settings: Partial<PollDefinition["settings"]>): Promise<TwoNodes> {
    const now = Date.now();
    const definition = definitionOf({ settings, durationSeconds: 3_600, createdAt: now });
    const nodes = [await openNode("a", parts), await openNode("b", parts)] as const;
    const opened = new TwoNodes(definition, nodes);
    await nodes[0].create(definition, openControl(definition, now), auditOf("created", now));
    return opened;
  }

  /** These voters vote, each for any option through this node or either; resolves when all are answered. */
  async vote(voters: readonly VoterId[], node?: TieredPollStore): Promise<void> {
    await Promise.all(
      voters.map((voter) =>
        this.cast(voter, randomInt(3), node ?? this.nodes[randomInt(2)] ?? this.nodes[0]),
      ),
    );
  }

  /** One ballot, sent again for as long as nobody can say what became of it. */
  async cast(voter: VoterId, option: number, node: TieredPollStore): Promise<void> {
    const { pollId } = this.definition;
    this.#revision += 1;
    const [optionIds, revision] = [[optionIdAt(option)], this.#revision];
    const cast: Cast = this.history.begin({ pollId, voter, optionIds, revision });
    for (let tries = 0; tries < PENDING_TRIES; tries++) {
      const outcome: CastOutcome = await node.cast({ pollId, voter, optionIds, revision });
      if (outcome.kind === "pending") continue;
      cast.outcome = outcome.kind === "accepted" ? "ok" : "fail";
      return;
    }
  }

  /** Everything that a node vouches for is where it belongs, as far as the node knows. */
  async drained(): Promise<void> {
    await waitFor("nodes to have nothing to bring", () => this.nodes.every(({ kept }) => kept.count === 0));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.close()));
  }
}

async function openNode(
  name: string,
  { dynamo, redis, Ledger = DynamoLedger, Tier = RedisTier, beforeFinal }: NodeParts,
): Promise<TieredPollStore> {
  // Broken nodes complain a good deal.
  const quiet = { onTrouble() {}, onError() {} };
  const breakers = new StoreBreakers();
  const tier = redis && new Tier({ settings: { nodes: redis.nodes }, breakers, ...quiet });
  await tier?.found;
  if (tier) await waitFor("the shards to be known", () => tier.shards().length > 0);
  const ledger = new Ledger({ settings: dynamo, ballotRetentionDays: 1 });
  ledger.putFinal = async (...final) => {
    await beforeFinal?.();
    return Ledger.prototype.putFinal.apply(ledger, final);
  };
  const store = new TieredPollStore({
    ledger,
    redis: tier,
    isLedgerAway: () => false,
    node: `${name}-${crypto.randomUUID()}`,
    clock: Date.now,
    tell() {},
    onTrouble() {},
  });
  store.start();
  return store;
}
