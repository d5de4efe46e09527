/** Faults that wait for their moment: what comes at random does not meet it once in ten thousand schedules. */
import { kill, restart } from "./crash.ts";
import { host } from "./host.ts";
import type { Task } from "./scheduler.ts";
import type { World } from "./world.ts";

/** All of Redis is gone while somebody drains an outbox; his append is on its way for long, or he dies of it. */
export function* wipeAtDrain(world: World): Task {
  const { random } = world;
  const node = yield* world.until("drains");
  const late = random.chance(0.5);
  if (late) node.mishap = "late";
  yield random.between(0, 60);
  world.redis.wipe();
  if (late) return;
  yield random.between(0, 2_500);
  kill(node, world);
  yield random.between(100, 2_000);
  restart(node);
}

/** Whoever begins to make Redis whole does so twice, the second time after all of it was lost again. */
export function* wipeAfterBegin(world: World): Task {
  const node = yield* world.until("begins");
  node.mishap = "doubled";
  yield world.random.between(0, 1_500);
  world.redis.wipe();
}

/** Whoever is about to make Redis whole stands still first; all of it was lost again when he goes on. */
export function* pauseBeforeBegin(world: World): Task {
  const { run } = yield* world.until("begins");
  const lasts = world.random.between(500, 3_000);
  run.pausedUntil = world.now + lasts;
  yield world.random.between(0, lasts);
  world.redis.wipe();
}

/** A ballot is on its way to the ledger for long, or never gets there; nobody can tell which. */
export function* losePut(world: World): Task {
  yield world.random.between(0, 2_000);
  const node = yield* world.until("puts");
  node.mishap = world.random.pick(["lost", "late"]);
}

/**
 * Stands still after it has asked whether the poll is over, with a put that it is going to repeat; goes on while Redis,
 * which was wiped, is being set to the final result.
 */
export function* pauseInDuty(world: World): Task {
  const { run } = yield* world.until("owes");
  run.pausedUntil = world.now + world.random.between(1_000, 7_000);
  if (world.ending !== "host") return;
  yield* host(world, "close", 0);
  yield* wipeAfterFinal(world);
}

export function* wipeAfterFinal(world: World): Task {
  yield* world.until("final");
  yield world.random.between(0, 2_000);
  world.redis.wipe();
}
