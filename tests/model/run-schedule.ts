import { checkAlways, checkAtRest } from "./checker.ts";
import { live } from "./chores.ts";
import { replication, restart, trouble } from "./faults.ts";
import { ModelNode } from "./node.ts";
import { openedControl } from "./poll-under-test.ts";
import type { Variant } from "./variants.ts";
import { vote } from "./voter.ts";
import { World } from "./world.ts";

/** Faults begin before this, voters vote until then and a little later (virtual ms). */
const TROUBLE_ENDS = 20_000;
/** The poll ends by itself at 30 s; after that everything has time to come to rest. */
const AT_REST = 75_000;

/** Plays one schedule and returns the world at its end. The same seed plays the same schedule. */
export function runSchedule(seed: number, variant: Variant): World {
  const world = new World(seed, variant);
  world.unreliability = world.random.pick([0, 0.02, 0.1]);
  world.redis.write((state) => {
    state.control = openedControl();
    state.warmFor = 1;
  });
  world.redis.resync();
  const nodes = 2 + world.random.below(2);
  for (let index = 1; index <= nodes; index += 1) world.nodes.push(new ModelNode(`node-${index}`, world));
  for (const node of world.nodes) live(node);
  const { scheduler } = world;
  scheduler.spawn(null, replication(world));
  scheduler.spawn(null, trouble(world));
  const voters = 2 + world.random.below(4);
  for (let index = 1; index <= voters; index += 1) scheduler.spawn(null, vote(world, `voter-${index}`));
  const after = () => checkAlways(world);
  scheduler.runUntil(TROUBLE_ENDS, after);
  scheduler.spawn(null, heal(world));
  scheduler.runUntil(AT_REST, after);
  if (world.violations.length === 0) checkAtRest(world);
  return world;
}

/** All is reachable again, everybody is alive, nothing is lost on the way. Faults still under way end by themselves. */
function* heal(world: World) {
  yield 8_000;
  world.unreliability = 0;
  world.redis.up = world.ledger.up = true;
  world.redis.lagging = false;
  if (!world.redis.hasReplica) world.redis.resync();
  for (const node of world.nodes) {
    node.redisCut = node.ledgerCut = node.staleMap = false;
    restart(node);
  }
}
