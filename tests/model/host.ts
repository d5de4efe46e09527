import { steer } from "../../server/app/poll.ts";
import { stepOf, takeStep } from "./drain.ts";
import type { Steered } from "./history.ts";
import { OUTAGE } from "./network.ts";
import type { ModelNode } from "./node.ts";
import { drop, fence, steerTo } from "./redis-scripts.ts";
import type { Task } from "./scheduler.ts";
import type { World } from "./world.ts";

/** A host who wants one thing and asks, through any node, until it is done. */
export function* host(world: World, what: Steered["what"], afterMs = world.random.between(500, 8_000)): Task {
  yield afterMs;
  for (let tries = 0; tries < 40; tries += 1) {
    const done = { value: false };
    const node = world.random.pick(world.nodes);
    if (node.run.alive) world.scheduler.spawn(node.run, serve(node, what, done));
    for (let waited = 0; waited < 20 && !done.value; waited += 1) yield 100;
    if (done.value) return;
  }
}

function* serve(node: ModelNode, what: Steered["what"], done: { value: boolean }): Task {
  try {
    done.value = yield* steerThrough(node, what);
  } catch (thrown) {
    if (thrown !== OUTAGE) throw thrown;
  }
}

/** META first, under the mark, so that it is known to be missing in Redis until Redis has confirmed it. */
function* steerThrough(node: ModelNode, what: Steered["what"]): Task<boolean> {
  const { world, run } = node;
  if (world.variant.controlOnlyInRedis && what !== "close") return yield* steerRedisOnly(node, what);
  const { meta } = yield* node.meta(0);
  if (meta.removed) return true;
  const poll = { definition: world.poll.definition, control: meta.control };
  const steered = what === "remove" ? ("removed" as const) : steer(poll, { action: what }, node.clock);
  if (steered === "unchanged") {
    world.history.steered.push({ what, seq: meta.control.seq, inRedis: false, at: world.now });
    return true;
  }
  if (steered !== "removed" && !("control" in steered)) return true;
  const next = steered === "removed" ? steered : steered.control;
  if (!(yield* takeStep(node, stepOf(node, meta.control.seq, next)))) return false;
  const seq = next === "removed" ? Number.POSITIVE_INFINITY : next.seq;
  world.note(() => `${run.name}: ${what} is in META`);
  const inRedis = yield* told(node, next);
  world.history.steered.push({ what, seq, inRedis, at: world.now });
  return true;
}

function* told(node: ModelNode, next: "removed" | Parameters<typeof steerTo>[0]): Task<boolean> {
  try {
    if (next === "removed") yield* node.redisConfirmed(drop());
    else if (next.status === "closed") yield* node.redisConfirmed(fence(next));
    else yield* node.redisConfirmed(steerTo(next));
    return true;
  } catch (thrown) {
    if (thrown === OUTAGE) return false;
    throw thrown;
  }
}

function* steerRedisOnly(node: ModelNode, what: "hide" | "reveal" | "remove"): Task<boolean> {
  const { world, run } = node;
  const control = run.known ?? world.poll.control;
  const steered = steer(
    { definition: world.poll.definition, control },
    { action: what === "remove" ? "hide" : what },
    node.clock,
  );
  if (what === "remove") yield* node.redisConfirmed(drop());
  else if (typeof steered === "object" && "control" in steered)
    yield* node.redisConfirmed(steerTo(steered.control));
  world.history.steered.push({ what, seq: control.seq + 1, inRedis: true, at: world.now });
  return true;
}
