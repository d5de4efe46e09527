/** What goes wrong. Every fault heals by itself, long before the world is looked at. */

import { kill, restart } from "./crash.ts";
import {
  losePut,
  pauseBeforeBegin,
  pauseInDuty,
  wipeAfterBegin,
  wipeAfterFinal,
  wipeAtDrain,
} from "./faults-in-the-moment.ts";
import type { Task } from "./scheduler.ts";
import type { World } from "./world.ts";

/** Faults begin before this (virtual ms) … */
const LAST_FAULT_MS = 6_000;
/** … and all is healed by then; PATIENCE is longer. */
export const HEALED_BY_MS = 12_000;

type Fault = (world: World) => Task;
export type FaultName = keyof typeof FAULTS;

function* crash(world: World): Task {
  const node = world.random.pick(world.nodes);
  if (!node.run.alive) return;
  kill(node, world);
  yield world.random.between(100, 4_000);
  restart(node);
}

/** All nodes at once: what only their memory had is gone. */
function* crashAll(world: World): Task {
  for (const node of world.nodes) kill(node, world);
  yield world.random.between(100, 2_000);
  for (const node of world.nodes) restart(node);
}

function* pause({ random, nodes, now }: World): Task {
  const { run } = random.pick(nodes);
  const lasts = random.between(300, 6_000);
  run.pausedUntil = now + lasts;
  yield lasts;
}

function* cutFromRedis(world: World): Task {
  const node = world.random.pick(world.nodes);
  for (const server of world.redis.servers) node.cuts.add(server);
  yield world.random.between(200, 5_000);
  for (const server of world.redis.servers) node.cuts.delete(server);
}

function* cutFromLedger(world: World): Task {
  const node = world.random.pick(world.nodes);
  node.cuts.add("ledger");
  yield world.random.between(200, 5_000);
  node.cuts.delete("ledger");
}

function* redisAway({ redis, random }: World): Task {
  redis.reachable = false;
  yield random.between(200, 6_000);
  redis.reachable = true;
}

/** Until everything heals. */
function* redisAwayForLong({ redis, now }: World): Task {
  redis.reachable = false;
  yield HEALED_BY_MS - now;
}

function* ledgerAway({ ledger, random }: World): Task {
  ledger.reachable = false;
  yield random.between(200, 5_000);
  ledger.reachable = true;
}

/** The master dies; its replica takes over, or it comes back with what is on its disk. */
function* killMaster(world: World): Task {
  const { redis, random } = world;
  const dead = redis.master;
  if (!dead.runs) return;
  dead.die();
  yield random.between(200, 2_000);
  if (redis.master !== dead || dead.runs) return;
  if (redis.failOver()) yield random.between(100, 4_000);
  else redis.restartMaster(true);
  redis.rejoin();
}

/** The master is killed and back before anybody has taken over: what was not on its disk is gone in the replica too. */
function* restartMaster(world: World): Task {
  const { redis, random } = world;
  if (!redis.master.runs) return;
  const { master } = redis;
  master.die();
  yield random.between(20, 200);
  if (redis.master === master && !master.runs) redis.restartMaster(true);
}

/** The master stands still, is replaced, goes on with what was buffered, and learns only then. */
function* freezeMaster(world: World): Task {
  const { redis, random } = world;
  const frozen = redis.master;
  if (!frozen.runs || frozen.frozen) return;
  frozen.frozen = true;
  yield random.between(300, 2_000);
  if (redis.master === frozen) redis.failOver();
  yield random.between(0, 2_500);
  if (frozen.frozen) frozen.thaw();
  yield random.between(0, 600);
  if (redis.master !== frozen) redis.rejoin();
}

/** The master and some nodes are on one side, its replica and the majority on the other. */
function* isolateMaster(world: World): Task {
  const { redis, random, nodes } = world;
  const [old, other] = [redis.master, redis.other];
  if (!old.runs || old.frozen || !other.runs) return;
  other.lagsUntil = world.now + random.between(500, 2_000);
  for (const node of nodes) node.cuts.add(random.chance(0.5) ? old : other);
  yield random.between(500, 2_000);
  if (redis.master === old) redis.failOver();
  yield random.between(300, 3_000);
  for (const node of nodes) {
    node.cuts.delete(old);
    node.cuts.delete(other);
  }
  yield random.between(0, 400);
  if (redis.master !== old && old.runs) redis.rejoin();
}

function* lag({ redis, random, now }: World): Task {
  const lasts = random.between(200, 3_000);
  redis.other.lagsUntil = now + lasts;
  yield lasts;
}

/** What is acknowledged meanwhile without WAIT is lost. */
function* lagThenKill(world: World): Task {
  world.redis.other.lagsUntil = world.now + 3_000;
  yield world.random.between(50, 1_500);
  yield* killMaster(world);
}

function* loseReplica({ redis, random }: World): Task {
  const { other } = redis;
  if (!other.runs || other.source === null) return;
  other.die();
  other.source = null;
  yield random.between(100, 2_500);
  redis.rejoin();
}

function* switchOver({ redis, random }: World): Task {
  const { master, other } = redis;
  if (!master.runs || master.frozen || other.source !== master) return;
  other.position = master.history.length - 1;
  if (redis.failOver()) redis.rejoin();
  yield random.between(0, 10);
}

function* clockBehind({ redis, random }: World): Task {
  const { other } = redis;
  other.clockOff = -random.between(500, 5_000);
  yield random.between(1_000, 5_000);
  other.clockOff = 0;
}

function* wipe({ redis, random }: World): Task {
  yield random.between(0, 200);
  redis.wipe();
}

const FAULTS = {
  crash,
  crashAll,
  pause,
  cutFromRedis,
  cutFromLedger,
  redisAway,
  redisAwayForLong,
  ledgerAway,
  killMaster,
  restartMaster,
  freezeMaster,
  isolateMaster,
  lag,
  lagThenKill,
  loseReplica,
  switchOver,
  clockBehind,
  wipe,
  wipeAtDrain,
  losePut,
  wipeAfterBegin,
  pauseBeforeBegin,
  wipeAfterFinal,
  pauseInDuty,
} satisfies Record<string, Fault>;

/**
 * A few faults, of a few kinds, spread out or at once: a schedule that has everything finds less than one that has two
 * kinds often.
 */
export function* trouble(world: World): Task {
  const { random } = world;
  const kinds =
    world.focus.faults?.map((name) => FAULTS[name]) ?? Object.values(FAULTS).filter(() => random.chance(0.3));
  const gap = random.pick([100, 600, 2_000]);
  const count = kinds.length === 0 ? 0 : random.between(world.focus.faults ? 2 : 0, 6);
  yield random.between(0, 4_000);
  for (let index = 0; index < count; index += 1) {
    yield random.between(0, gap);
    if (world.now > LAST_FAULT_MS) return;
    const fault = random.pick(kinds);
    world.note(() => `fault: ${fault.name}`);
    world.scheduler.spawn(world.outside, fault(world));
  }
}

/** All is reachable again and everybody is alive. What is under way in the network still arrives. */
export function heal(world: World): void {
  const { redis, ledger, network, nodes } = world;
  network.unreliability = 0;
  network.slow = { often: 0.04, most: 120 };
  redis.reachable = ledger.reachable = true;
  for (const server of redis.servers) {
    if (server.frozen) server.thaw();
    server.lagsUntil = 0;
  }
  if (!redis.master.runs) redis.restartMaster(true);
  redis.rejoin();
  for (const node of nodes) {
    node.cuts.clear();
    node.run.pausedUntil = 0;
    restart(node);
  }
  world.note(() => "healed");
}
