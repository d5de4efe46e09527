/** From the host's click, or the clock, to the final result. Any node takes any step; every step may be taken twice. */

import type { Choice } from "../../server/app/ballot.ts";
import { isDue, type PollControl, steer } from "../../server/app/poll.ts";
import { drainEntries, takeStep } from "./drain.ts";
import type { Final, Meta } from "./ledger.ts";
import { takeEpoch } from "./mark.ts";
import { OUTAGE } from "./network.ts";
import type { ModelNode } from "./node.ts";
import { bury } from "./rebuild.ts";
import { begin, fence, read, settle } from "./redis-scripts.ts";
import { optionOf } from "./redis-state.ts";
import type { Task } from "./scheduler.ts";
import { LEASE_MS, PATIENCE_MS } from "./timing.ts";

/** The natural end: META first. */
export function* expireIfDue(node: ModelNode, meta: Meta): Task {
  if (meta.removed || !isDue(meta.control, node.clock)) return;
  const poll = { definition: node.world.poll.definition, control: meta.control };
  const steered = steer(poll, { action: "expire" }, node.clock);
  if (typeof steered === "string" || !("control" in steered)) return;
  yield* takeStep(node, { expectedSeq: meta.control.seq, change: steered.control });
}

/** One look at a poll that META says is closed: goes as far as it can, and is called again. */
export function* closeStep(node: ModelNode, control: PollControl): Task {
  const { run, world } = node;
  run.closedSince ??= world.now;
  const complete = yield* collect(node, control);
  const since = world.now - run.closedSince;
  if (complete === "REMOVED") return;
  const { noFence, noPatience } = world.variant;
  if (!noFence && since <= LEASE_MS) return;
  if (complete === "UNSURE" && !noPatience && since <= PATIENCE_MS) return;
  const [even, odd] = [yield* ballotsNow(node), yield* ballotsNow(node)];
  const roll = Array.from(
    { length: Math.max(even.length, odd.length) },
    (_, voter) => (voter % 2 ? odd : even)[voter] ?? null,
  );
  const epoch = yield* takeEpoch(node);
  const final = yield* count(node, roll, epoch);
  yield* node.ledger((ledger) => ledger.putFinal(final));
  world.history.reached.finals += 1;
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

function* ballotsNow(node: ModelNode): Task<readonly (Choice | null)[]> {
  return yield* node.ledger((ledger) => ledger.ballots);
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

/** Redis shows exactly what the final result counts; then nobody has anything left to do for the poll. */
export function* settleStep(
  node: ModelNode,
  final: Final,
  control: PollControl,
  dead: readonly string[],
): Task {
  const { world } = node;
  const buried = yield* bury(node, dead);
  const token = world.random.between(1, 1_000_000_000);
  const { answer } = yield* node.redis(begin(token, true));
  if (answer !== "BEGUN") return;
  const epoch = yield* takeEpoch(node);
  const roll = world.variant.noRoll ? yield* ballotsNow(node) : final.roll;
  const settled = yield* node.redisConfirmed(settle(token, roll, control, epoch));
  if (settled === "LOST") return;
  world.history.reached.settled += 1;
  world.note(() => `${node.run.name} has settled Redis, epoch ${epoch}`);
  yield* node.ledger((ledger) => {
    ledger.open = false;
    for (const mark of buried) ledger.dirty.delete(mark);
  });
}
