/** Makes a state whole that was lost, cut short or bypassed. */
import { type Meta, SHARDS } from "./ledger.ts";
import { readShard } from "./ledger-read.ts";
import { runOf, takeEpoch } from "./mark.ts";
import type { ModelNode } from "./node.ts";
import { drop } from "./redis-scripts.ts";
import { begin, bring, finish } from "./redis-token-scripts.ts";
import type { Task } from "./scheduler.ts";

/**
 * The order matters. The token first: what META says afterwards cannot have been overtaken by a close whose fence this
 * rebuild has not felt. Dead marks before the ballots are read: what their nodes put has landed by then.
 */
export function* rebuild(node: ModelNode, seen: Meta, dead: readonly string[]): Task {
  const { world, run } = node;
  const early = world.variant.readsMetaFirst ? (yield* node.meta(0)).meta : null;
  const buried = yield* bury(node, dead);
  // A close that finds no such note does not ask Redis at all.
  if (!seen.inRedis && !world.variant.beginsUnnoted) {
    yield* node.ledger((ledger) => ledger.noteInRedis());
  }
  yield* world.reach("begins", node);
  const { answer } = yield* node.redis(begin(attemptOf(node), false));
  if (typeof answer === "string") return;
  const { token } = answer;
  const meta = early ?? (yield* node.meta(0)).meta;
  if (meta.removed) return void (yield* node.redisConfirmed(drop()));
  if (meta.control.status === "closed") return;
  const epoch = yield* takeEpoch(node);
  for (let shard = 0; shard < SHARDS; shard += 1) {
    const ballots = yield* readShard(node, shard);
    if ((yield* node.redis(bring(token, ballots))).answer === "LOST") return;
    // A part of a large poll takes its time.
    yield world.random.between(0, world.partsTakeMs);
  }
  const finished = yield* node.redisConfirmed(finish(token, meta.control, epoch));
  if (finished === "LOST") return;
  world.history.reached.rebuilds += 1;
  world.note(() => `${run.name} has made Redis whole, epoch ${epoch}`);
  for (const mark of buried) yield* node.ledger((ledger) => void ledger.dirty.delete(mark));
}

/** A name for one attempt, used once. */
export function attemptOf({ run }: ModelNode): string {
  run.attempts += 1;
  return `${run.name}#${run.attempts}`;
}

/** Makes sure that dead runs stay dead: they can beat no more. */
export function* bury(node: ModelNode, dead: readonly string[]): Task<readonly string[]> {
  const gone = new Map<string, boolean>();
  for (const run of new Set(dead.map(runOf))) {
    const beat = node.run.seenBeats.get(run)?.beat ?? 0;
    const buried = yield* node.ledger((ledger) => ledger.bury(run, beat));
    gone.set(run, buried || node.world.variant.buriesTheLiving === true);
  }
  return dead.filter((mark) => gone.get(runOf(mark)));
}
