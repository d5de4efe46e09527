import type { Choice } from "../../server/app/ballot.ts";
import { SHARDS, shardOf } from "./ledger.ts";
import type { ModelNode } from "./node.ts";
import type { Cast } from "./redis-state.ts";
import type { Task } from "./scheduler.ts";
import { VIEW_MS } from "./timing.ts";

/** Strong read of one partition of the ballots, merged. Not of one moment: what comes meanwhile may be in it or not. */
export function* readShard(node: ModelNode, shard: number): Task<readonly Cast[]> {
  const { ledger } = node.world;
  const packs = yield* node.ledger((items) => items.packsOf(shard));
  const items = yield* node.ledger((items) => items.itemsOf(shard));
  return ledger.merged([...packs, ...items]).flatMap((choice, voter) => (choice ? [{ voter, choice }] : []));
}

/** All partitions, one after the other. */
export function* readBallots(node: ModelNode): Task<readonly (Choice | null)[]> {
  const ballots: (Choice | null)[] = [];
  for (let shard = 0; shard < SHARDS; shard += 1) {
    for (const { voter, choice } of yield* readShard(node, shard)) ballots[voter] = choice;
  }
  return Array.from(ballots, (choice) => choice ?? null);
}

/** What stands for a voter by this node's view of the partition, which is read again when it is too old. */
export function* viewOf(node: ModelNode, voter: number): Task<Choice | null> {
  const { run, world } = node;
  if (world.variant.judgesWithoutPacks) return null;
  const shard = shardOf(voter);
  const known = run.views.get(shard);
  if (known && world.now - known.sentAt <= VIEW_MS) return known.ballots.get(voter) ?? null;
  const sentAt = world.now;
  const read = yield* readShard(node, shard);
  const ballots = new Map(read.map(({ voter, choice }) => [voter, choice]));
  run.views.set(shard, { sentAt, ballots });
  return ballots.get(voter) ?? null;
}
