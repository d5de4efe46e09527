/** Brings what one store has to the other: ballots into the ledger, and then into Redis what it lacks of them. */
import type { PollControl } from "../../server/app/poll.ts";
import { checkDrained } from "./checker.ts";
import { absolve, owe } from "./kept.ts";
import { SHARDS, type Step, shardOf } from "./ledger.ts";
import { marked } from "./mark.ts";
import type { Duty, ModelNode } from "./node.ts";
import { drained, merge, pending } from "./redis-outbox-scripts.ts";
import { drop, steerTo } from "./redis-scripts.ts";
import type { Cast, Entry } from "./redis-state.ts";
import type { Task } from "./scheduler.ts";
import { choiceText } from "./the-poll.ts";

/** Does what this node owes. */
export function* doDuties(node: ModelNode): Task {
  const { run } = node;
  if (run.duties.size > 0 && (yield* isOver(node))) run.duties.clear();
  const unsure = ({ entries, inLedger }: Duty) => entries.length === 0 && !inLedger;
  if ([...run.duties].some(unsure)) yield* node.world.reach("owes", node);
  yield* appendKept(node);
  for (const duty of [...run.duties]) if (!duty.inLedger) yield* putAgain(node, duty);
  yield* tellRedis(node, [...run.duties]);
  for (const step of run.steps) yield* takeStep(node, step);
  if (run.owesNews > 0) yield* bringNews(node);
}

/** After the final result nothing that is still owed counts; a removed poll has nothing to owe. */
function* isOver(node: ModelNode): Task<boolean> {
  const { final, meta } = yield* node.ledger(({ final, meta }) => ({ final, meta }));
  return final !== null || meta.removed;
}

/** What Redis has counted and the ledger does not have yet goes there in packs. */
export function* appendKept(node: ModelNode): Task {
  const waiting = [...node.run.duties].filter(({ put, inLedger }) => put === "append" && !inLedger);
  // The first draft: what Redis has counted needs no mark. It was counted in a Redis that may be gone by now.
  const unmarked = node.world.variant.marksOnlyWhatPassesRedis === true;
  yield* append(node, waiting, { unmarked, fromOutbox: false });
  for (const duty of waiting) duty.inLedger = true;
}

/**
 * Appends ballots, a pack for each partition, blindly. Whoever reads merges, so nothing can be in conflict, and an append
 * of unknown outcome is made again under another name, with whatever has come since.
 */
export function* append(
  node: ModelNode,
  ballots: readonly Cast[],
  { unmarked, fromOutbox }: { readonly unmarked: boolean; readonly fromOutbox: boolean },
): Task {
  for (let shard = 0; shard < SHARDS; shard += 1) {
    const pack = ballots
      .filter(({ voter }) => shardOf(voter) === shard)
      .map(({ voter, choice }) => ({ voter, choice }));
    if (pack.length === 0) continue;
    const name = packName(node);
    const put = function* () {
      yield* node.world.reach(fromOutbox ? "drains" : "puts", node);
      yield* node.ledger((ledger) => ledger.append(name, shard, pack));
    };
    yield* unmarked ? put() : marked(node, put);
  }
}

/** No two packs ever have the same name: the later one would take the place of the other. */
function packName({ run, name, world }: ModelNode): string {
  run.packs += 1;
  return `${world.variant.reusesPackNames ? name : run.name}#${run.packs}`;
}

/** A put past Redis of which nobody knows what became: the same again, on the same condition. */
function* putAgain(node: ModelNode, duty: Duty): Task {
  const { put } = duty;
  if (put === "append") return;
  const stands = yield* marked(node, () => node.ledger((ledger) => ledger.put(duty, put.expected)));
  if (isTaken(node, stands, duty)) duty.inLedger = true;
  // Whoever put the one that stands sees to it that Redis has it.
  else absolve(node, duty);
}

/** Whether a put has its ballot in the ledger: now, or by an earlier attempt of which nobody heard. */
export function isTaken(
  { world }: ModelNode,
  stands: Duty["choice"] | null | "PUT",
  { choice }: Cast,
): boolean {
  if (stands === "PUT") return true;
  return !world.variant.disownsEarlierPut && choiceText(stands) === choiceText(choice);
}

/**
 * Takes entries whose ballots the ledger has out of the outbox. One that was there proves that its ballots are in the
 * state; of one that was not nobody knows whether it was drained or lost, so its ballots are sent again.
 */
function* tellRedis(node: ModelNode, owed: readonly Duty[]): Task {
  const duties = owed.filter(({ inLedger }) => inLedger);
  const entries = duties.flatMap((duty) => duty.entries);
  const missing =
    entries.length > 0 ? yield* node.redisConfirmed(checkDrained(node.world, drained(entries))) : [];
  if (missing === "COLD") return;
  const gone = new Set(missing === "REMOVED" ? [] : missing);
  const again = duties.filter((duty) => missing !== "REMOVED" && !isProven(node, duty, gone));
  for (const duty of duties) if (!again.includes(duty)) absolve(node, duty);
  if (again.length === 0 || (yield* node.redisConfirmed(merge(again))) === "COLD") return;
  for (const duty of again) absolve(node, duty);
}

function isProven({ world }: ModelNode, { entries }: Duty, gone: ReadonlySet<string>): boolean {
  if (world.variant.drainsUnknownEntries && entries.length > 0) return true;
  return entries.some((entry) => !gone.has(entry));
}

/** What stands in an outbox, whoever counted it: read on the true master, put, taken out. Twice is harmless. */
export function* drainOutbox(node: ModelNode): Task {
  yield* drainEntries(node, yield* node.redisConfirmed(pending(2)));
}

/** Kept before they are appended, as if this node had counted them: an append that was given up may still arrive. */
export function* drainEntries(node: ModelNode, entries: readonly Entry[]): Task {
  const { appendsUnmarked, drainsUnkept, marksOnlyWhatPassesRedis } = node.world.variant;
  const listed = entries.flatMap(({ id, ballots }) =>
    ballots.map((ballot): Duty => ({ ...ballot, put: "append", entries: [id], inLedger: false })),
  );
  const duties = drainsUnkept ? listed : listed.map((duty) => owe(node, duty));
  const unmarked = appendsUnmarked === true || marksOnlyWhatPassesRedis === true;
  yield* append(node, duties, { unmarked, fromOutbox: true });
  for (const duty of duties) duty.inLedger = true;
  yield* tellRedis(node, drainsUnkept ? duties.map((duty) => owe(node, duty)) : duties);
}

/**
 * Takes one step in META. While nobody can tell whether it was taken it is kept and repeated: a step that was given up
 * could still arrive, and Redis would never hear of it.
 */
export function* takeStep(node: ModelNode, step: Step): Task<boolean> {
  const { run, world } = node;
  run.steps.add(step);
  const taken = yield* marked(node, () => node.ledger((ledger) => ledger.steer(step)));
  if (!taken && world.ledger.taken.has(step.id))
    world.violates("C2: a step that was taken is said to be refused");
  run.owesNews += 1;
  run.steps.delete(step);
  return taken;
}

/** A step under an id of its own. */
export function stepOf({ run }: ModelNode, expectedSeq: number, change: PollControl | "removed"): Step {
  run.stepsBegun += 1;
  return { id: `${run.name}#${run.stepsBegun}`, expectedSeq, change };
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
