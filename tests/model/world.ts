import type { Browser } from "./browser.ts";
import { checkMarked } from "./checker.ts";
import type { FaultName } from "./faults.ts";
import { History } from "./history.ts";
import { Ledger } from "./ledger.ts";
import { Network } from "./network.ts";
import type { ModelNode } from "./node.ts";
import { Random } from "./random.ts";
import { RedisShard } from "./redis-shard.ts";
import { type Life, Scheduler, type Suspension, type Task } from "./scheduler.ts";
import { openPoll, type ThePoll } from "./the-poll.ts";
import type { Variant } from "./variants.ts";

/** Where to look for something rare: only these faults, only this ending. */
export interface Focus {
  readonly faults?: readonly FaultName[];
  readonly ending?: Ending;
  /** A host who hides and reveals all the time. */
  readonly busyHost?: true;
  readonly drainEveryMs?: number;
  /** A poll that was created while Redis was away. */
  readonly bornPastRedis?: true;
  /** How long, at most, each part takes that a rebuild or a settling brings: a large poll has many. */
  readonly partsTakeMs?: number;
  readonly network?: Partial<Pick<Network, "unreliability" | "veryLate" | "slow">>;
}

export interface WorldSettings {
  readonly seed: number;
  readonly variant: Variant;
  readonly focus: Focus;
  readonly told: boolean;
}

/** How a poll of a schedule ends. */
export type Ending = "host" | "clock" | "stays open";

/**
 * What rare faults wait for: an outbox is being drained, a ballot is put past Redis, a put of unknown outcome is about to be repeated,
 * somebody begins to make Redis whole, there is a final result.
 */
export type Moment = "drains" | "puts" | "owes" | "begins" | "final";

/** Everything there is in one schedule. */
export class World {
  readonly random: Random;
  readonly scheduler: Scheduler;
  readonly network: Network;
  readonly variant: Variant;
  readonly focus: Focus;
  readonly history: History;
  readonly poll: ThePoll;
  readonly ending: Ending;
  readonly redis: RedisShard;
  readonly ledger: Ledger;
  readonly nodes: ModelNode[] = [];
  readonly browsers: Browser[] = [];
  /** How long, at most, between two rounds of a node's duties (ms). */
  readonly drainEveryMs: number;
  readonly partsTakeMs: number;
  readonly #waiting = new Map<Moment, ((node: ModelNode) => void)[]>();
  /** Voters, hosts and faults: what no crash ends. */
  readonly outside: Life = { alive: true, pausedUntil: 0 };

  constructor({ seed, variant, focus, told }: WorldSettings) {
    this.random = new Random(seed);
    this.scheduler = new Scheduler(this.random);
    this.network = new Network(this.scheduler, this.random);
    this.variant = variant;
    this.focus = focus;
    this.history = new History(told);
    this.network.unreliability = this.random.pick([0, 0, 0.03, 0.12]);
    this.network.slow = this.random.pick([
      { often: 0.04, most: 120 },
      { often: 0.3, most: 350 },
    ]);
    this.drainEveryMs = focus.drainEveryMs ?? this.random.pick([400, 1_500, 4_000]);
    this.partsTakeMs = focus.partsTakeMs ?? this.random.pick([10, 100, 2_000]);
    this.ending = focus.ending ?? this.random.pick(["host", "host", "clock", "stays open"]);
    this.network.veryLate = this.random.chance(0.3);
    Object.assign(this.network, focus.network);
    // Nothing but the final result protects Redis against those.
    if (this.ending === "stays open") this.network.veryLate = false;
    const lasts = this.ending === "clock" ? this.random.between(2_000, 9_000) : 3_600_000;
    this.poll = openPoll(
      this.random.chance(0.6),
      this.random.pick(["replicated", "replicated", "ledger"]),
      lasts,
    );
    this.redis = new RedisShard(this.scheduler, this.random, this.poll.definition, variant);
    const inRedis = !(focus.bornPastRedis ?? this.random.chance(0.1));
    this.ledger = new Ledger({ control: this.poll.control, inRedis }, variant, (arrival) => {
      this.history.arrivals.push({ ...arrival, at: this.now });
      checkMarked(this, arrival);
    });
  }

  get now(): number {
    return this.scheduler.now;
  }

  /** Said where a fault may be waiting for just that; the node may stand still there. */
  *reach(moment: Moment, node: ModelNode): Task {
    const waiting = this.#waiting.get(moment);
    if (!waiting) return;
    this.#waiting.delete(moment);
    for (const resume of waiting) resume(node);
    yield 0;
  }

  /** Waits until some node has got there. */
  *until(moment: Moment): Task<ModelNode> {
    const wait: Suspension = (resume) => {
      this.#waiting.set(moment, [...(this.#waiting.get(moment) ?? []), resume]);
    };
    return (yield wait) as ModelNode;
  }

  note(what: () => string): void {
    this.history.story?.push(`${String(this.now).padStart(6)} ms  ${what()}`);
  }

  readonly violates = (what: string): void => {
    this.history.violations.push(what);
    this.note(() => `VIOLATION ${what}`);
  };
}
