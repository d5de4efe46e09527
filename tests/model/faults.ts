import { steer } from "../../server/app/poll.ts";
import { live, removeAll } from "./chores.ts";
import { closeStep } from "./close.ts";
import type { ModelNode } from "./node.ts";
import { DEFINITION } from "./poll-under-test.ts";
import { Outage, type Process } from "./scheduler.ts";
import type { World } from "./world.ts";

/** Replication: the replica takes writes as they come, unless it lags. */
export function* replication(world: World): Process {
  for (;;) {
    yield 1 + world.random.below(20);
    world.redis.replicate(1 + world.random.below(10));
  }
}

type Fault = (world: World) => Process;

function* crash(world: World): Process {
  const node = world.random.pick(world.nodes);
  if (!node.alive) return;
  node.alive = false;
  world.scheduler.kill(node);
  yield 200 + world.random.below(4_000);
  restart(node);
}

/** Comes back with nothing but its name. */
export function restart(node: ModelNode): void {
  if (node.alive) return;
  node.alive = true;
  node.life += 1;
  node.undrained.clear();
  node.casting = 0;
  node.dirtyUntil = 0;
  node.forgetHold();
  live(node);
}

function* failover(world: World): Process {
  const { redis, random } = world;
  if (!redis.hasReplica) return;
  redis.up = false;
  yield random.below(1_500);
  redis.failover(random.chance(0.4));
  redis.up = true;
  for (const node of world.nodes) node.staleMap = redis.deposed !== null && random.chance(0.5);
  yield 500 + random.below(2_500);
  for (const node of world.nodes) node.staleMap = false;
  redis.resync();
}

function* lagThenFailover(world: World): Process {
  world.redis.lagging = true;
  yield 200 + world.random.below(2_500);
  yield* failover(world);
  world.redis.lagging = false;
}

function* wipe(world: World): Process {
  world.redis.up = world.random.chance(0.5);
  yield world.random.below(2_000);
  world.redis.wipe();
  world.redis.up = true;
  yield 500;
  world.redis.resync();
}

function* redisAway(world: World): Process {
  world.redis.up = false;
  yield 300 + world.random.below(6_000);
  world.redis.up = true;
}

function* ledgerAway(world: World): Process {
  world.ledger.up = false;
  yield 300 + world.random.below(6_000);
  world.ledger.up = true;
}

function* partition(world: World): Process {
  const node = world.random.pick(world.nodes);
  const cut = world.random.chance(0.6) ? "redisCut" : "ledgerCut";
  node[cut] = true;
  yield 300 + world.random.below(5_000);
  node[cut] = false;
}

function* hide(world: World): Process {
  yield* control(world, "hide");
}

function* remove(world: World): Process {
  if (!world.random.chance(0.3)) return;
  yield* control(world, "remove");
}

function* close(world: World): Process {
  const node = world.random.pick(world.nodes);
  if (node.alive) yield* untilOutage(closeStep(node));
}

/** A host's action: META first, then Redis. Confirmed once META has it. */
function* control(world: World, action: "hide" | "remove"): Process {
  const node = world.random.pick(world.nodes);
  if (!node.alive) return;
  yield* untilOutage(actOn(node, action));
}

function* actOn(node: ModelNode, action: "hide" | "remove"): Process {
  const { world } = node;
  const meta = yield* node.ledger((ledger) => ledger.meta);
  if (meta.phase === "removed") return;
  const steered = steer({ definition: DEFINITION, control: meta.control }, { action: "hide" }, world.now);
  if (action === "hide" && (typeof steered === "string" || !("control" in steered))) return;
  const next = typeof steered === "object" && "control" in steered ? steered.control : meta.control;
  if (!world.variant.controlOnlyInRedis) {
    const change = action === "hide" ? { control: next } : { phase: "removed" as const };
    if (!(yield* node.ledger((ledger) => ledger.swap(meta.seq, change)))) return;
    world.confirmed[action === "hide" ? "hidden" : "removed"] = true;
  }
  yield* node.redis((redis) =>
    redis.write((state) => {
      if (action === "remove") removeAll(state);
      else if (state.control !== null && state.control !== "removed" && state.control.seq < next.seq)
        state.control = next;
    }),
  );
  if (world.variant.controlOnlyInRedis) world.confirmed[action === "hide" ? "hidden" : "removed"] = true;
}

function* untilOutage(process: Process): Process {
  try {
    yield* process;
  } catch (outage) {
    if (!(outage instanceof Outage)) throw outage;
  }
}

/** A lagging replica is promoted while a node dies with what only it remembered. */
function* lagFailoverAndCrash(world: World): Process {
  world.scheduler.spawn(null, lagThenFailover(world));
  yield world.random.below(2_500);
  yield* crash(world);
}

/** Somebody closes who cannot see Redis, while others go on counting there and cannot see the ledger. */
function* closeWhileCut(world: World): Process {
  const [closer, ...others] = world.nodes;
  if (!closer?.alive) return;
  closer.redisCut = true;
  for (const other of others) other.ledgerCut = true;
  yield* untilOutage(closeStep(closer));
  yield 3_000;
  closer.redisCut = false;
  for (const other of others) other.ledgerCut = false;
}

/** Redis is lost while the host closes, and a node that holds ballots is slow to reach the ledger. */
function* wipeWhileClosing(world: World): Process {
  const holder = world.random.pick(world.nodes);
  holder.ledgerCut = true;
  world.scheduler.spawn(null, wipe(world));
  yield world.random.below(1_000);
  const closer = world.nodes.find((node) => node.alive && node !== holder);
  if (closer) world.scheduler.spawn(closer, untilOutage(closeStep(closer)));
  yield 5_500;
  holder.ledgerCut = false;
}

const FAULTS: readonly Fault[] = [
  ...[crash, crash, failover, failover, lagThenFailover, lagThenFailover, wipe, redisAway, ledgerAway],
  ...[partition, partition, partition, hide, remove, close],
  ...[lagFailoverAndCrash, lagFailoverAndCrash, closeWhileCut, wipeWhileClosing],
];

/** A few things go wrong, one after the other or at the same time. */
export function* trouble(world: World): Process {
  const count = world.random.below(6);
  for (let index = 0; index < count; index += 1) {
    yield world.random.below(5_000);
    const fault = world.random.pick(FAULTS);
    world.note(`fault: ${fault.name}`);
    world.scheduler.spawn(null, fault(world));
  }
}
