import { steer } from "../../server/app/poll.ts";
import { drainOutbox } from "./drain-outbox.ts";
import { type Lease, Ledger } from "./ledger.ts";
import { META_LEASE_MS, type ModelNode } from "./node.ts";
import { DEFINITION } from "./poll-under-test.ts";
import { Outage, type Process } from "./scheduler.ts";
import { LATE_MS } from "./world.ts";

/** Longest life of a put that was begun under a lease: the call's own time, and late execution. */
const PUT_MS = 500 + LATE_MS;

/** Closes the poll, or takes over a close that somebody began. Any step may be the last; doing all again is harmless. */
export function* closeStep(node: ModelNode): Process {
  const { world } = node;
  const begun = yield* node.ledger((ledger) => ledger.meta);
  if (begun.phase === "open") {
    const steered = steer({ definition: DEFINITION, control: begun.control }, { action: "close" }, world.now);
    if (typeof steered === "string" || !("control" in steered)) return;
    const change = { phase: "closing", control: steered.control } as const;
    if (!(yield* node.ledger((ledger) => ledger.swap(begun.seq, change)))) return;
  } else if (begun.phase !== "closing") return;
  const closing = yield* node.ledger((ledger) => ledger.meta);
  if (closing.phase !== "closing") return;
  if (!world.variant.noFence) {
    if (!(yield* fenceRedis(node, closing.control))) return;
    const held = yield* node.ledger((ledger) => new Map(ledger.holds));
    yield META_LEASE_MS + PUT_MS;
    if (!world.variant.noHolds && !(yield* untilLetGo(node, held))) return;
  }
  if (!(yield* drainAll(node))) return;
  const ballots = yield* node.ledger((ledger) => new Map(ledger.ballots));
  world.note(`${node.name} puts FINAL with ${ballots.size} ballots`);
  yield* node.ledger((ledger) => {
    ledger.final ??= ballots;
  });
  yield* node.ledger((ledger) => ledger.swap(closing.seq, { phase: "closed" }));
}

/** `true` once no script of any master that may ever serve counts another ballot. */
function* fenceRedis(
  node: ModelNode,
  control: Parameters<typeof Object.assign>[0] & { seq: number },
): Process<boolean> {
  try {
    const fenced = yield* node.redis((redis) => {
      if (redis.master.control === null) return "cold" as const;
      return redis.write((state) => {
        if (state.control !== "removed") state.control = control as never;
      });
    });
    return fenced === "cold" || (yield* node.isReplicated(fenced));
  } catch (outage) {
    if (outage instanceof Outage && node.world.variant.finalWithoutRedis) return true;
    throw outage;
  }
}

function* drainAll(node: ModelNode): Process<boolean> {
  try {
    yield* drainOutbox(node);
    return (yield* node.redis((redis) => redis.master.outbox.length)) === 0;
  } catch (outage) {
    if (outage instanceof Outage && (node.world.variant.finalWithoutRedis || node.world.variant.noFence))
      return true;
    throw outage;
  }
}

/**
 * Waits until every node that held ballots at the fence has let go. One that takes hold later holds nothing that was
 * counted before, so it is not waited for: voters who keep trying must not keep a poll from ending.
 */
function* untilLetGo(node: ModelNode, held: ReadonlyMap<string, Lease>): Process<boolean> {
  for (let tries = 0; tries < 60; tries += 1) {
    const now = yield* node.ledger((ledger) => ledger.holds);
    const same = [...held].filter(([name, lease]) => now.get(name)?.since === lease.since);
    if (Ledger.areOver(new Map(same.map(([name, lease]) => [name, now.get(name) ?? lease])), node.world.now))
      return true;
    yield 300;
  }
  return false;
}
