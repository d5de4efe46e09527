/** What every node does every second for every poll that is in `OPEN`: look at both stores, then do what is needed. */
import { nextVersion } from "../../server/app/poll.ts";
import { checkRead } from "./checker.ts";
import { closeStep, expireIfDue, settleStep } from "./close.ts";
import { doDuties, drainOutbox } from "./drain.ts";
import type { Final, Meta } from "./ledger.ts";
import { readBallots } from "./ledger-read.ts";
import { beat, deadMarks, release, takeEpoch } from "./mark.ts";
import { OUTAGE, untilOutage } from "./network.ts";
import type { ModelNode } from "./node.ts";
import { rebuild } from "./rebuild.ts";
import { drop, read } from "./redis-scripts.ts";
import { optionOf, type Picture } from "./redis-state.ts";
import type { Task } from "./scheduler.ts";
import { BEAT_EVERY_MS } from "./timing.ts";

/** Begins what a run does beside answering. */
export function live(node: ModelNode): void {
  const { scheduler } = node.world;
  scheduler.spawn(node.run, repeatedly(node, BEAT_EVERY_MS, BEAT_EVERY_MS, beat));
  scheduler.spawn(node.run, repeatedly(node, 200, node.world.drainEveryMs, doDuties));
  scheduler.spawn(node.run, repeatedly(node, 200, 1_000, release));
  scheduler.spawn(node.run, repeatedly(node, 600, 1_600, sweep));
}

function* repeatedly(node: ModelNode, least: number, most: number, chore: (node: ModelNode) => Task): Task {
  for (;;) {
    yield node.world.random.between(least, most);
    yield* untilOutage(chore(node));
  }
}

type RedisView = { readonly picture: Picture; readonly outbox: number; readonly final: boolean };

interface LedgerView {
  readonly meta: Meta;
  readonly final: Final | null;
  readonly open: boolean;
  readonly marks: readonly string[];
  readonly beats: ReadonlyMap<string, number>;
}

function* sweep(node: ModelNode): Task {
  const redis = yield* orOutage(lookAtRedis(node));
  const ledger = yield* orOutage(lookAtLedger(node));
  if (redis !== "OUTAGE" && typeof redis === "object") node.show(redis.picture);
  if (redis === "REMOVED") node.tellRemoved();
  if (ledger === "OUTAGE") return;
  if (typeof redis !== "object") yield* showFromLedger(node, ledger);
  if (redis === "OUTAGE") yield* tendWithoutRedis(node, ledger);
  else yield* tend(node, redis, ledger);
}

/** The end by the clock, and the final result of a poll that Redis never had: it waits for nobody there. */
function* tendWithoutRedis(node: ModelNode, { meta, final }: LedgerView): Task {
  yield* expireIfDue(node, meta);
  const waits = meta.inRedis && !node.world.variant.closesWithoutRedis;
  if (!waits && !meta.removed && final === null && meta.control.status === "closed")
    yield* closeStep(node, meta);
}

/** Both stores can be seen: does the one thing that is needed most. */
function* tend(node: ModelNode, redis: RedisView | "COLD" | "REMOVED", ledger: LedgerView): Task {
  const { meta, final } = ledger;
  if (meta.removed) {
    if (redis !== "REMOVED") yield* node.redisConfirmed(drop());
    return;
  }
  if (redis === "REMOVED") return;
  const dead = deadMarks(node, ledger.marks, ledger.beats);
  if (final) {
    const settled = redis !== "COLD" && redis.final && !ledger.open;
    if (!settled || dead.length > 0) yield* settleStep(node, { meta, final }, dead);
    return;
  }
  if (meta.control.status === "closed") return yield* closeStep(node, meta);
  yield* expireIfDue(node, meta);
  if (redis === "COLD" || dead.length > 0) return yield* rebuild(node, meta, dead);
  if (redis.outbox > 0 && node.world.random.chance(0.3)) yield* drainOutbox(node);
}

function* lookAtRedis(node: ModelNode): Task<RedisView | "COLD" | "REMOVED"> {
  return (yield* node.redis(checkRead(node.world, read()))).answer;
}

function* lookAtLedger(node: ModelNode): Task<LedgerView> {
  const { meta } = yield* node.meta(0);
  return yield* node.ledger(({ final, open, dirty, beats }) => ({
    meta,
    final,
    open,
    marks: [...dirty],
    beats: new Map(beats),
  }));
}

/**
 * While Redis is away: the count that one node writes and the others show. It has an epoch of its own, the newest that
 * was ever taken, so that browsers that move between nodes of different views always take what is shown last.
 */
function* showFromLedger(node: ModelNode, { meta, final }: LedgerView): Task {
  if (meta.removed) return;
  const tally = yield* node.ledger((items) => items.tally);
  if (final) {
    const version = nextVersion(tally?.version ?? 0, node.clock);
    return node.show({ ...final, version, control: meta.control });
  }
  const current = tally !== null && tally.epoch === meta.epoch;
  if (current && tally.version > node.run.tallySeen) {
    node.run.tallySeen = tally.version;
    return node.show({ ...tally, control: meta.control });
  }
  const epoch = current ? tally.epoch : yield* takeEpoch(node);
  const ballots = yield* readBallots(node);
  const votes = [0, 0, 0];
  for (const choice of ballots) if (choice) votes[optionOf(choice)] = (votes[optionOf(choice)] ?? 0) + 1;
  const participants = ballots.filter((choice) => choice != null).length;
  const next = { epoch, version: nextVersion(tally?.version ?? 0, node.clock), votes, participants };
  const written = yield* node.ledger((items) => items.putTally(next, tally?.version ?? 0));
  if (written) node.show({ ...next, control: meta.control });
}

function* orOutage<Result>(task: Task<Result>): Task<Result | "OUTAGE"> {
  try {
    return yield* task;
  } catch (thrown) {
    if (thrown === OUTAGE) return "OUTAGE";
    throw thrown;
  }
}
