/** What a node does beside answering: drains, watches META, rebuilds, closes. Every chore may run on every node. */
import { isDue } from "../../server/app/poll.ts";
import { closeStep } from "./close.ts";
import { drainOutbox } from "./drain-outbox.ts";
import { Ledger } from "./ledger.ts";
import type { ModelNode } from "./node.ts";
import { apply } from "./redis-shard.ts";
import { Outage, type Process } from "./scheduler.ts";
import { LATE_MS } from "./world.ts";

/** Does a chore again and again; an outage means: later. */
function* repeatedly(node: ModelNode, everyMs: number, chore: (node: ModelNode) => Process): Process {
  for (;;) {
    yield Math.floor(everyMs * (0.5 + node.world.random.next()));
    try {
      yield* chore(node);
    } catch (outage) {
      if (!(outage instanceof Outage)) throw outage;
    }
  }
}

/** Begins a life of this node. */
export function live(node: ModelNode): void {
  const { scheduler } = node.world;
  for (const [everyMs, chore] of [
    [1_000, drainMemory],
    [1_000, drainOutbox],
    [700, releaseDirty],
    [1_000, followControl],
    [600, rebuild],
    [900, closeIfDue],
  ] as const) {
    scheduler.spawn(node, repeatedly(node, everyMs, chore));
  }
}

/**
 * Puts what this node acknowledged. Where the master that had a ballot is gone by then, a rebuild may have read the
 * ledger before this put: the ballot counts as put past Redis, and another rebuild is asked for.
 */
function* drainMemory(node: ModelNode): Process {
  for (const [voter, held] of [...node.undrained]) {
    yield* node.ledger((ledger) => ledger.put(held.ballot, node.world.variant.noRevisionOrder));
    if (!(yield* node.isStillMaster(held.master))) yield* node.markDirty();
    if (node.undrained.get(voter) === held) node.undrained.delete(voter);
  }
  yield* node.lookAfterHold();
}

/** Kept until nothing this node put past Redis can still land, not even a put whose answer it no longer waits for. */
function* releaseDirty(node: ModelNode): Process {
  if (node.dirtyUntil === 0 || node.casting > 0 || node.world.now - node.wentPastAt < 1.5 * LATE_MS) return;
  const lease = { since: node.wentPastAt, expiresAt: node.dirtyUntil, released: true };
  node.dirtyUntil = 0;
  yield* node.ledger((ledger) => ledger.dirty.set(node.name, lease));
}

/**
 * Anti-entropy of control: what META has and Redis lacks is brought to Redis, also to one that is COLD: not trusted
 * yet, it takes ballots again, so that nodes which see it need no DIRTY lease and a busy poll can be rebuilt.
 */
function* followControl(node: ModelNode): Process {
  const meta = yield* node.ledger((ledger) => ledger.meta);
  if (meta.phase === "removed") yield* node.redis((redis) => redis.write(removeAll));
  else {
    yield* node.redis((redis) => {
      const { control } = redis.master;
      if (control === "removed" || (control !== null && control.seq >= meta.control.seq)) return;
      redis.write((state) => {
        state.control = meta.control;
      });
    });
  }
}

export function removeAll(state: Parameters<typeof apply>[0]): void {
  state.control = "removed";
  state.ballots.clear();
  state.votes.clear();
  state.outbox = [];
}

function* closeIfDue(node: ModelNode): Process {
  const meta = yield* node.ledger((ledger) => ledger.meta);
  if (meta.phase === "closing" || (meta.phase === "open" && isDue(meta.control, node.world.now))) {
    yield* closeStep(node);
  }
}

/** Brings an empty, promoted or bypassed Redis up to the ledger. One rebuilder at a time. */
function* rebuild(node: ModelNode): Process {
  const { incarnation, warmFor } = yield* node.redis((redis) => ({
    incarnation: redis.incarnation,
    warmFor: redis.master.warmFor,
  }));
  yield* followControl(node);
  const dirty = yield* node.ledger((ledger) => new Map(ledger.dirty));
  // A node that died holding ballots may have put them just before, past a Redis that was rebuilt meanwhile.
  const orphaned = yield* node.ledger((ledger) => lapsed(ledger.holds, node.world.now));
  const { variant } = node.world;
  const isWhole = variant.trustAnyMaster ? warmFor !== 0 : warmFor === incarnation;
  if (isWhole && dirty.size === 0 && orphaned.size === 0) return;
  if (!variant.rebuildDuringDirty && !Ledger.areOver(dirty, node.world.now)) return;
  if (!(yield* node.ledger((ledger) => takeLease(ledger, node)))) return;
  yield* drainOutbox(node);
  const meta = yield* node.ledger((ledger) => ledger.meta);
  // After the end the result is what FINAL says: a ballot that reached the ledger later is reported, not counted.
  const ballots = yield* node.ledger((ledger) => new Map(ledger.final ?? ledger.ballots));
  yield* node.redis((redis) => {
    if (redis.incarnation !== incarnation) return;
    node.world.note(`${node.name} rebuilds master ${incarnation} with ${ballots.size} ballots`);
    redis.write((state) => {
      if (meta.phase === "removed") removeAll(state);
      else if (state.control !== "removed") {
        const seen = state.control?.seq ?? 0;
        if (state.control === null || meta.control.seq > seen) state.control = meta.control;
        if (variant.addCounters) addCounters(state, ballots);
        else
          for (const [voter, choice] of ballots) apply(state, { ...choice, voter, pollId } as never, false);
      }
      state.warmFor = incarnation;
    });
  });
  yield* node.ledger((ledger) => {
    for (const [name, lease] of dirty) if (ledger.dirty.get(name) === lease) ledger.dirty.delete(name);
    for (const [name, lease] of orphaned) if (ledger.holds.get(name) === lease) ledger.holds.delete(name);
  });
}

function lapsed(leases: Ledger["holds"], now: number): Ledger["holds"] {
  return new Map([...leases].filter(([, lease]) => !lease.released && lease.expiresAt <= now));
}

const pollId = "MADE0DE1";

function addCounters(state: Parameters<typeof apply>[0], ballots: Ledger["ballots"]): void {
  for (const [voter, choice] of ballots) {
    for (const option of choice.optionIds) state.votes.set(option, (state.votes.get(option) ?? 0) + 1);
    state.ballots.set(voter, choice);
  }
}

function takeLease(ledger: Ledger, node: ModelNode): boolean {
  const { now } = node.world;
  if (ledger.rebuilder && ledger.rebuilder.node !== node.name && ledger.rebuilder.expiresAt > now)
    return false;
  ledger.rebuilder = { node: node.name, expiresAt: now + 2_000 };
  return true;
}
