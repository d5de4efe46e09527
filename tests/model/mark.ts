/**
 * The mark (`DIRTY`): a node says that it puts what Redis may lack before it does, and takes that back only when Redis
 * has all of it. A mark whose node is dead asks for a rebuild.
 */
import type { ModelNode } from "./node.ts";
import type { Task } from "./scheduler.ts";
import { BEAT_LAPSE_MS, BEAT_VALID_MS } from "./timing.ts";

/** Makes sure that the ledger has this node's mark, and that nobody takes the node for dead. */
export function* announce(node: ModelNode): Task {
  const { run } = node;
  while (!run.marked || node.world.now - run.beatSentAt > BEAT_VALID_MS) {
    const { mark, marked } = run;
    const sentAt = node.world.now;
    const beating = yield* node.ledger((ledger) => ledger.beat(mark, !marked));
    if (run.mark !== mark) continue;
    if (!beating) {
      startOver(node);
      continue;
    }
    if (!marked) yield* node.ledger((ledger) => void ledger.dirty.add(mark));
    if (run.mark !== mark) continue;
    run.marked = true;
    run.beatSentAt = sentAt;
  }
}

/** Beats while there is a mark. */
export function* beat(node: ModelNode): Task {
  const { run } = node;
  if (!run.marked) return;
  const { mark } = run;
  const sentAt = node.world.now;
  const beating = yield* node.ledger((ledger) => ledger.beat(mark, false));
  if (run.mark !== mark) return;
  if (beating) run.beatSentAt = Math.max(sentAt, run.beatSentAt);
  else startOver(node);
}

/** This node was taken for dead. What it still has to do it does under a new mark. */
function startOver({ run }: ModelNode): void {
  run.marks += 1;
  run.marked = false;
  run.beatSentAt = Number.NEGATIVE_INFINITY;
}

/** Runs a put under the mark: valid when it is sent, and again before anybody hears of it. */
export function* marked<Answer>(node: ModelNode, put: () => Task<Answer>): Task<Answer> {
  node.run.busy += 1;
  try {
    yield* announce(node);
    const answer = yield* put();
    yield* announce(node);
    return answer;
  } finally {
    node.run.busy -= 1;
  }
}

/**
 * A new epoch, to be shown from the ledger or by a Redis that may turn out to be deposed. Under the mark: browsers that
 * saw it take only newer ones, so the true master gets a newer one, whatever becomes of this node.
 */
export function* takeEpoch(node: ModelNode): Task<number> {
  const claim = () => node.ledger((ledger) => ledger.claimEpoch());
  if (node.world.variant.marksOnlyWhatPassesRedis) return yield* claim();
  return yield* marked(node, function* () {
    const epoch = yield* claim();
    node.run.owesNews += 1;
    return epoch;
  });
}

/** Takes the mark back if nothing is left to do. */
export function* release(node: ModelNode): Task {
  const { run } = node;
  const early = node.world.variant.releasesEarly && run.busy === 0;
  const idle = run.busy === 0 && run.duties.size === 0 && run.steps.size === 0 && run.owesNews === 0;
  if (run.marked && (idle || early)) {
    run.marksToRelease.push(run.mark);
    startOver(node);
  }
  for (let mark = run.marksToRelease[0]; mark !== undefined; mark = run.marksToRelease[0]) {
    const released = mark;
    yield* node.ledger((ledger) => void ledger.dirty.delete(released));
    run.marksToRelease.shift();
  }
}

/** Marks of runs that are dead: their beat stood still for too long, by this node's own clock, or was taken away. */
export function deadMarks(
  node: ModelNode,
  marks: readonly string[],
  beats: ReadonlyMap<string, number>,
): string[] {
  const { run, world } = node;
  return marks.filter((mark) => {
    if (mark.startsWith(`${run.name}/`)) return false;
    const beat = beats.get(mark);
    const seen = run.seenBeats.get(mark);
    if (beat === undefined || world.variant.buriesTheLiving) return true;
    if (seen?.beat !== beat) run.seenBeats.set(mark, { beat, since: world.now });
    return seen?.beat === beat && world.now - seen.since >= BEAT_LAPSE_MS;
  });
}
