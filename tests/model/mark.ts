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
  for (;;) {
    if (!run.beats || node.world.now - run.beatSentAt > BEAT_VALID_MS) yield* beatNow(node);
    else if (!run.marked) {
      const { mark } = run;
      yield* node.ledger((ledger) => void ledger.dirty.add(mark));
      if (run.mark === mark) run.marked = true;
    } else return;
  }
}

/** Beats while there is a mark; one beat speaks for all marks of a node. */
export function* beat(node: ModelNode): Task {
  if (node.run.marked) yield* beatNow(node);
}

function* beatNow(node: ModelNode): Task {
  const { run } = node;
  const { beatName, beats } = run;
  const sentAt = node.world.now;
  const beating = yield* node.ledger((ledger) => ledger.beat(beatName, !beats));
  if (run.beatName !== beatName) return;
  if (!beating) return beAnotherRun(node);
  run.beats = true;
  run.beatSentAt = Math.max(sentAt, run.beatSentAt);
}

/** This node was taken for dead. What it still has to do it does under a new mark, with a beat of another name. */
function beAnotherRun({ run }: ModelNode): void {
  run.burials += 1;
  run.beats = false;
  run.beatSentAt = Number.NEGATIVE_INFINITY;
  run.marks += 1;
  run.marked = false;
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
    run.marks += 1;
    run.marked = false;
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
  const runs = [...new Set(marks.map(runOf))].filter((other) => other !== run.beatName);
  const dead = runs.filter((other) => {
    const beat = beats.get(other);
    const seen = run.seenBeats.get(other);
    if (beat === undefined || world.variant.buriesTheLiving) return true;
    if (seen?.beat !== beat) run.seenBeats.set(other, { beat, since: world.now });
    return seen?.beat === beat && world.now - seen.since >= BEAT_LAPSE_MS;
  });
  return marks.filter((mark) => dead.includes(runOf(mark)));
}

/** Under which name the node of a mark beats. */
export function runOf(mark: string): string {
  return mark.slice(0, mark.indexOf("/"));
}
