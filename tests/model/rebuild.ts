/** Makes a state whole that was lost, cut short or bypassed. */
import { takeEpoch } from "./mark.ts";
import type { ModelNode } from "./node.ts";
import { begin, bring, drop, finish } from "./redis-scripts.ts";
import type { Cast } from "./redis-state.ts";
import type { Task } from "./scheduler.ts";

/**
 * The order matters. The token first: what META says afterwards cannot have been overtaken by a close whose fence this
 * rebuild has not felt. Dead marks before the ballots are read: what their nodes put has landed by then.
 */
export function* rebuild(node: ModelNode, dead: readonly string[]): Task {
  const { world, run } = node;
  const token = world.random.between(1, 1_000_000_000);
  const early = world.variant.readsMetaFirst ? (yield* node.meta(0)).meta : null;
  const buried = yield* bury(node, dead);
  const { answer } = yield* node.redis(begin(token, false));
  if (answer !== "BEGUN") return;
  const meta = early ?? (yield* node.meta(0)).meta;
  if (meta.removed) return void (yield* node.redisConfirmed(drop()));
  if (meta.control.status === "closed") return;
  const epoch = yield* takeEpoch(node);
  for (const shard of [0, 1]) {
    const ballots = yield* node.ledger((ledger) => ballotsOf(ledger.ballots, shard));
    if ((yield* node.redis(bring(token, ballots))).answer === "LOST") return;
  }
  const finished = yield* node.redisConfirmed(finish(token, meta.control, epoch));
  if (finished === "LOST") return;
  world.history.reached.rebuilds += 1;
  world.note(() => `${run.name} has made Redis whole, epoch ${epoch}`);
  for (const mark of buried) yield* node.ledger((ledger) => void ledger.dirty.delete(mark));
}

/** Makes sure that dead runs stay dead: they can beat no more. */
export function* bury(node: ModelNode, dead: readonly string[]): Task<readonly string[]> {
  const buried: string[] = [];
  for (const mark of dead) {
    const beat = node.run.seenBeats.get(mark)?.beat ?? 0;
    const gone = yield* node.ledger((ledger) => ledger.bury(mark, beat));
    if (gone || node.world.variant.buriesTheLiving) buried.push(mark);
  }
  return buried;
}

/** One of the partitions over which the ballots are spread: they are not read at one moment. */
function ballotsOf(ballots: readonly (Cast["choice"] | null)[], shard: number): readonly Cast[] {
  const read: Cast[] = [];
  for (let voter = shard; voter < ballots.length; voter += 2) {
    const choice = ballots[voter];
    if (choice) read.push({ voter, choice });
  }
  return read;
}
