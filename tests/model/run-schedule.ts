import { Browser } from "./browser.ts";
import { broken, isExcused, unrest } from "./checker.ts";
import { HEALED_BY_MS, heal, trouble } from "./faults.ts";
import { host } from "./host.ts";
import { ModelNode } from "./node.ts";
import { create } from "./redis-scripts.ts";
import { live } from "./sweep.ts";
import { SOUND, type Variant } from "./variants.ts";
import { vote } from "./voter.ts";
import { type Focus, World } from "./world.ts";

/** Everything must have come to rest by then (virtual ms). */
const AT_REST_BY_MS = 60_000;

export interface Play {
  readonly variant?: Variant;
  readonly focus?: Focus;
  /** Whether to write the story. */
  readonly told?: boolean;
}

export interface Outcome {
  /** Each begins with the id of the rule it breaks. */
  readonly violations: readonly string[];
  readonly figures: Figures;
  /** What happened, line by line, if it was asked for. */
  readonly story: readonly string[];
}

/** What a schedule came to, to be added up over many. */
export interface Figures {
  readonly replicated: number;
  readonly ledger: number;
  /** Acknowledged `replicated` while Redis and the node were both lost: promised to nobody. */
  readonly excused: number;
  readonly rebuilds: number;
  readonly finals: number;
  /** Virtual ms from healing until everything was at rest, to the second. */
  readonly restedAfterMs: number;
}

/** Plays one schedule. The same seed and variant play the same one. */
export function runSchedule(seed: number, { variant = SOUND, focus = {}, told = false }: Play = {}): Outcome {
  const world = new World({ seed, variant, focus, told });
  const { scheduler, history, outside } = world;
  const wanting = people(world);
  scheduler.spawn(outside, trouble(world));
  scheduler.runUntil(HEALED_BY_MS);
  heal(world);
  const restless = untilAtRest(world, wanting);
  const violations = [...history.violations, ...broken(world)];
  if (restless !== null) violations.push(`V4: ${restless}`);
  for (const violation of violations) world.note(() => `VIOLATION ${violation}`);
  return { violations, figures: figuresOf(world), story: history.story ?? [] };
}

/** Nodes, voters and a host begin. Returns what voters are still waiting for. */
function people(world: World): ReadonlySet<string> {
  const { random, scheduler, outside, focus } = world;
  world.note(() => `ending: ${world.ending}, ${JSON.stringify(world.poll.definition.settings)}`);
  // Created while Redis was away: whoever finds it there makes a state.
  if (world.ledger.meta.inRedis)
    world.redis.master.receive({ script: create(world.poll.control), wait: false, respond: () => {} });
  const nodes = random.between(2, 3);
  for (let index = 1; index <= nodes; index += 1) world.nodes.push(new ModelNode(world, `node-${index}`));
  for (const node of world.nodes) live(node);
  const wanting = new Set<string>();
  const voters = random.between(1, 4);
  for (let voter = 0; voter < voters; voter += 1) {
    world.browsers.push(new Browser(random.pick(world.nodes)));
    scheduler.spawn(outside, vote(world, voter, wanting));
  }
  if (world.ending === "host") scheduler.spawn(outside, host(world, "close"));
  for (const what of ["hide", "reveal", "hide", "reveal"] as const) {
    if (focus.busyHost || random.chance(0.15)) scheduler.spawn(outside, host(world, what));
  }
  if (random.chance(0.06)) scheduler.spawn(outside, host(world, "remove"));
  return wanting;
}

/** Goes on until two looks in a row find everything at rest. Returns what never came to rest. */
function untilAtRest(world: World, wanting: ReadonlySet<string>): string | null {
  let complaint: string | null = "it has only begun";
  while (world.now < AT_REST_BY_MS) {
    world.scheduler.runUntil(world.now + 1_000);
    const [waits] = wanting;
    const now = waits === undefined ? unrest(world) : `${waits} waits for an answer`;
    if (now === null && complaint === null) return null;
    complaint = now;
  }
  return complaint;
}

function figuresOf(world: World): Figures {
  const { acknowledged, reached } = world.history;
  const replicated = acknowledged.filter(({ durability }) => durability === "replicated");
  return {
    replicated: replicated.length,
    ledger: acknowledged.length - replicated.length,
    excused: replicated.filter((one) => isExcused(world, one)).length,
    rebuilds: reached.rebuilds,
    finals: reached.finals,
    restedAfterMs: world.now - HEALED_BY_MS - 1_000,
  };
}
