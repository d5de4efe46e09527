/** Brings what one store has to the other: ballots into the ledger, and then into Redis what it lacks of them. */
import { absolve, owe } from "./cast.ts";
import { marked } from "./mark.ts";
import type { Duty, ModelNode, Step } from "./node.ts";
import { drained, drop, pending, steerTo } from "./redis-scripts.ts";
import type { Cast } from "./redis-state.ts";
import type { Task } from "./scheduler.ts";
import { choiceText } from "./the-poll.ts";

/** Does what this node owes. */
export function* doDuties(node: ModelNode): Task {
  const { run } = node;
  if (run.duties.size > 0 && (yield* isOver(node))) run.duties.clear();
  for (const duty of [...run.duties.values()]) {
    if (!duty.inLedger) yield* putDuty(node, duty);
    if (duty.inLedger) yield* settleDuty(node, duty);
  }
  for (const step of run.steps) yield* takeStep(node, step);
  if (run.owesNews > 0) yield* bringNews(node);
}

/** After the final result nothing that is still owed counts; a removed poll has nothing to owe. */
function* isOver(node: ModelNode): Task<boolean> {
  const { final, meta } = yield* node.ledger(({ final, meta }) => ({ final, meta }));
  return final !== null || meta.removed;
}

function* putDuty(node: ModelNode, duty: Duty): Task {
  const put = () => node.ledger((ledger) => putInto(ledger, duty));
  // The first draft: what Redis has counted needs no mark. It was counted in a Redis that may be gone by now.
  const unmarked = duty.put === "merge" && node.world.variant.marksOnlyWhatPassesRedis;
  const stands = yield* unmarked ? put() : marked(node, put);
  if (stands === "PUT" || choiceText(stands) === choiceText(duty.choice)) duty.inLedger = true;
  else {
    // Another one stands. Where this one was counted Redis must learn of that; else whoever put it sees to it.
    absolve(node, duty);
    if (duty.put === "merge")
      owe(node, { voter: duty.voter, choice: stands, put: "merge", inLedger: true }).inLedger = true;
  }
}

function putInto(ledger: Parameters<Parameters<ModelNode["ledger"]>[0]>[0], duty: Duty) {
  if (duty.put === "merge") return ledger.merge(duty);
  return ledger.cast(duty, duty.put.expected);
}

function* settleDuty(node: ModelNode, duty: Duty): Task {
  const answer = yield* node.redisConfirmed(drained([duty]));
  if (answer !== "COLD") absolve(node, duty);
}

/** What stands in an outbox, whoever counted it: read on the true master, put, taken out. Twice is harmless. */
export function* drainOutbox(node: ModelNode): Task {
  yield* drainEntries(node, yield* node.redisConfirmed(pending()));
}

export function* drainEntries(node: ModelNode, entries: readonly Cast[]): Task {
  for (const entry of entries) {
    const choice = yield* marked(node, () => node.ledger((ledger) => ledger.merge(entry)));
    const duty = owe(node, { voter: entry.voter, choice, put: "merge", inLedger: true });
    duty.inLedger = true;
    yield* settleDuty(node, duty);
  }
}

/**
 * Takes one step in META. While nobody can tell whether it was taken it is kept and repeated: a step that was given up
 * could still arrive, and Redis would never hear of it.
 */
export function* takeStep(node: ModelNode, step: Step): Task<boolean> {
  const { run } = node;
  run.steps.add(step);
  const taken = yield* marked(node, () =>
    node.ledger((ledger) => ledger.steer(step.expectedSeq, step.change)),
  );
  run.owesNews += 1;
  run.steps.delete(step);
  return taken;
}

/** What the host did and which epochs were shown, where Redis was not told yet. */
function* bringNews(node: ModelNode): Task {
  const { run } = node;
  const owed = run.owesNews;
  const { meta } = yield* node.meta(0);
  if (meta.removed) yield* node.redisConfirmed(drop());
  else {
    const epoch = yield* node.ledger((ledger) => ledger.claimEpoch());
    yield* node.redisConfirmed(steerTo(meta.control, epoch));
  }
  if (run.owesNews === owed) run.owesNews = 0;
}
