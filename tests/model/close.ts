/** From the host's click, or the clock, to the final result. Any node takes any step; every step may be taken twice. */

import type { Choice } from "../../server/app/ballot.ts";
import { isDue, type PollControl, steer } from "../../server/app/poll.ts";
import { drainEntries, stepOf, takeStep } from "./drain.ts";
import { type Final, type Meta, SHARDS, shardOf } from "./ledger.ts";
import { readBallots } from "./ledger-read.ts";
import { takeEpoch } from "./mark.ts";
import { OUTAGE } from "./network.ts";
import type { ModelNode } from "./node.ts";
import { attemptOf, bury } from "./rebuild.ts";
import { drop, fence, read, voters } from "./redis-scripts.ts";
import { optionOf } from "./redis-state.ts";
import { begin, set, settle } from "./redis-token-scripts.ts";
import type { Task } from "./scheduler.ts";
import { LEASE_MS, PATIENCE_MS } from "./timing.ts";

/** The natural end: META first. */
export function* expireIfDue(node: ModelNode, meta: Meta): Task {
  if (meta.removed || !isDue(meta.control, node.clock)) return;
  const poll = { definition: node.world.poll.definition, control: meta.control };
  const steered = steer(poll, { action: "expire" }, node.clock);
  if (typeof steered === "string" || !("control" in steered)) return;
  yield* takeStep(node, stepOf(node, meta.control.seq, steered.control));
}

/** One look at a poll that META says is closed: goes as far as it can, and is called again. */
export function* closeStep(node: ModelNode, meta: Meta): Task {
  const { run, world } = node;
  run.closedSince ??= world.now;
  // Of the same read that says closed: whoever notes it later finds the poll closed when he has his token.
  const complete = meta.inRedis ? yield* collect(node, meta.control) : "COMPLETE";
  const since = world.now - run.closedSince;
  if (complete === "REMOVED") return;
  const { noFence, noPatience } = world.variant;
  if (!noFence && since <= LEASE_MS) return;
  if (complete === "UNSURE" && !noPatience && since <= PATIENCE_MS) return;
  const roll = yield* readBallots(node);
  const epoch = yield* takeEpoch(node);
  const final = yield* count(node, roll, epoch);
  yield* node.ledger((ledger) => ledger.putFinal(final));
  world.history.reached.finals += 1;
  yield* world.reach("final", node);
  world.note(() => `${run.name} puts FINAL: ${final.votes}`);
}

/**
 * Ends the counting in Redis and brings what the outbox has to the ledger. `UNSURE`: Redis may have lost acknowledged
 * ballots that living nodes still have.
 */
function* collect(node: ModelNode, control: PollControl): Task<"COMPLETE" | "UNSURE" | "REMOVED"> {
  const { noFence, closesWithoutRedis } = node.world.variant;
  if (noFence) return "COMPLETE";
  try {
    for (;;) {
      const fenced = yield* node.redisConfirmed(fence(control));
      if (fenced === "REMOVED") return "REMOVED";
      if (fenced.outbox.length === 0) return fenced.whole ? "COMPLETE" : "UNSURE";
      yield* drainEntries(node, fenced.outbox);
    }
  } catch (thrown) {
    if (thrown === OUTAGE && closesWithoutRedis) return "COMPLETE";
    throw thrown;
  }
}

/** Counts the roll; the broken variant adds what Redis says it has counted. */
function* count(node: ModelNode, roll: readonly (Choice | null)[], epoch: number): Task<Final> {
  const votes = [0, 0, 0];
  for (const choice of roll) if (choice) votes[optionOf(choice)] = (votes[optionOf(choice)] ?? 0) + 1;
  let participants = roll.filter((choice) => choice !== null).length;
  if (node.world.variant.addsAcrossStores) {
    const { answer } = yield* node.redis(read());
    if (typeof answer === "object" && answer.picture.participants !== participants) {
      for (const [option, counted] of answer.picture.votes.entries())
        votes[option] = (votes[option] ?? 0) + counted;
      participants += answer.picture.participants;
    }
  }
  return { votes, participants, roll, epoch };
}

/**
 * Redis shows exactly what the final result counts; then nobody has anything left to do for the poll. In parts: whoever
 * loses the token gives up, for what he has set is gone with it.
 */
export function* settleStep(
  node: ModelNode,
  { meta: seen, final }: { readonly meta: Meta; readonly final: Final },
  dead: readonly string[],
): Task {
  const { world } = node;
  const buried = yield* bury(node, dead);
  yield* world.reach("begins", node);
  const { answer } = yield* node.redis(begin(attemptOf(node), true));
  if (typeof answer === "string") return;
  let { token } = answer;
  // After the token, as in a rebuild: it may have been removed meanwhile, and Redis wiped of that.
  const { meta } = world.variant.readsMetaFirst ? { meta: seen } : yield* node.meta(0);
  if (meta.removed) return void (yield* node.redisConfirmed(drop()));
  const epoch = yield* takeEpoch(node);
  const roll = world.variant.noRoll ? yield* readBallots(node) : final.roll;
  const there = (yield* node.redis(voters())).answer;
  const everyone = new Set([...roll.keys(), ...there]);
  for (let shard = 0; shard < SHARDS; shard += 1) {
    const part = [...everyone]
      .filter((voter) => shardOf(voter) === shard)
      .map((voter) => [voter, roll[voter] ?? null] as const);
    if ((yield* node.redis(set(token, part))).answer === "LOST") {
      if (!world.variant.settlesHalf) return;
      const again = (yield* node.redis(begin(attemptOf(node), true))).answer;
      if (typeof again === "object") token = again.token;
    }
    yield world.random.between(0, world.partsTakeMs);
  }
  const settled = yield* node.redisConfirmed(settle(token, meta.control, epoch));
  if (settled === "LOST") return;
  world.history.reached.settled += 1;
  world.note(() => `${node.run.name} has settled Redis, epoch ${epoch}`);
  yield* node.ledger((ledger) => {
    ledger.open = false;
    for (const mark of buried) ledger.dirty.delete(mark);
  });
}
