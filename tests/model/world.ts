import type { Ballot } from "../../server/app/ballot.ts";
import { Ledger } from "./ledger.ts";
import type { ModelNode } from "./node.ts";
import { Random } from "./random.ts";
import { RedisShard } from "./redis-shard.ts";
import { Outage, type Process, Scheduler } from "./scheduler.ts";
import type { Variant } from "./variants.ts";

/** How long a caller waits for an answer (ms). */
const TIMEOUT_MS = 300;
/** A request may still be executed this long after it was sent (ms): buffers, resends, a thawed server. */
export const LATE_MS = 1_000;

/** An acknowledgement that left a node. */
export interface Acknowledgement {
  readonly ballot: Ballot;
  readonly durability: "replicated" | "ledger";
  readonly node: ModelNode;
  readonly life: number;
  /** The ledger knew that this node holds ballots, so a close would have waited for it. */
  readonly held: boolean;
  /** Wipes of Redis up to then. */
  readonly wipes: number;
}

/** Everything there is in one schedule. */
export class World {
  readonly random: Random;
  readonly scheduler: Scheduler;
  readonly redis = new RedisShard();
  readonly ledger = new Ledger();
  readonly variant: Variant;
  readonly nodes: ModelNode[] = [];
  readonly sent: Ballot[] = [];
  readonly acknowledged: Acknowledgement[] = [];
  /** What the host was told is done. */
  readonly confirmed = { hidden: false, removed: false };
  readonly violations: string[] = [];
  /** Probability that an answer is lost, and that a request is executed late. */
  unreliability = 0;

  constructor(seed: number, variant: Variant) {
    this.random = new Random(seed);
    this.scheduler = new Scheduler(this.random);
    this.variant = variant;
  }

  /** What happened, in order, for whoever replays a seed. */
  readonly story: string[] = [];

  note(what: string): void {
    this.story.push(`${String(this.now).padStart(6)} ms  ${what}`);
  }

  get now(): number {
    return this.scheduler.now;
  }

  /** One request to a store: it may be refused, answered, executed without an answer, or executed late. */
  *call<Result>(canReach: () => boolean, execute: () => Result): Process<Result> {
    yield this.random.below(5);
    if (!canReach()) {
      yield TIMEOUT_MS;
      throw new Outage("no");
    }
    if (this.random.chance(this.unreliability)) {
      if (this.random.chance(0.5)) execute();
      else this.scheduler.spawn(null, this.#late(canReach, execute));
      yield TIMEOUT_MS;
      throw new Outage("unknown");
    }
    const result = execute();
    yield this.random.below(5);
    if (!canReach()) throw new Outage("unknown");
    return result;
  }

  *#late(canReach: () => boolean, execute: () => unknown): Process {
    yield this.random.below(LATE_MS);
    if (canReach()) execute();
  }
}
