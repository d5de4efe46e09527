import type { Level, ShardReport } from "../../../shared/ops-report.ts";
import type { LevelChange } from "../../ops/store-log.ts";
import { answerWithin } from "./answer-within.ts";
import type { ProbedShard } from "./health.ts";
import { LEVEL_TABLE } from "./level-table.ts";
import { levelOf, type ShardState } from "./levels.ts";
import { StoreWatch, type WatchPorts } from "./store-watch.ts";

/** Three of these and two pauses are less than the 2 s in which voting goes on past a shard (ms). */
const LIMIT_MS = 400;
/** More than the network and a replica that keeps up ever need (ms). */
const SLOW_MS = 100;
/** How often a replica is asked while its master answers, and while it does not (ms). */
const REPLICA_EVERY_MS = { normal: 5_000, away: 1_000 };

const ACTION =
  "See whether this Redis server and its replica run, are reachable from here and have disk and memory left; " +
  "start them again or fail over. What they lack then is filled in from the ledger by itself.";

export interface ShardWatchPorts extends Omit<WatchPorts, "onProbed"> {
  readonly ledger: () => ShardState["ledger"];
  readonly onLevel: (change: LevelChange) => void;
}

/** One master with its replicas, from when this node first knew it until another takes over. */
export class ShardWatch {
  readonly name: string;
  readonly #ports: ShardWatchPorts;
  readonly #watch: StoreWatch;
  readonly #since: number;
  readonly #lastFailoverAt: number | null;
  #shard: ProbedShard;
  #level: Level;
  #replica: "answers" | "away" | null = null;
  #replicaAskedAt = Number.NEGATIVE_INFINITY;
  #isAskingReplica = false;
  #isStopped = false;
  /** When anything of it, or of the one before, last answered; monotonic ms. */
  #seenAt: number;

  /** It begins at the level of the one `before`, until it has shown that it answers. */
  constructor(shard: ProbedShard, before: ShardWatch | null, ports: ShardWatchPorts) {
    this.name = shard.name;
    this.#shard = shard;
    this.#ports = ports;
    this.#since = ports.clock();
    this.#lastFailoverAt = before && this.#since;
    this.#level = before?.level ?? 0;
    this.#seenAt = before?.seenAt ?? Number.NEGATIVE_INFINITY;
    const store = {
      name: shard.name,
      ask: () => this.#shard.probe(),
      limitMs: LIMIT_MS,
      slowMs: SLOW_MS,
      action: ACTION,
    };
    this.#watch = new StoreWatch(store, { ...ports, onProbed: () => this.judge() });
  }

  get level(): Level {
    return this.#level;
  }

  get seenAt(): number {
    return Math.max(this.#seenAt, this.#watch.answeredAt);
  }

  start(): void {
    this.#watch.start();
  }

  stop(): void {
    this.#isStopped = true;
    this.#watch.stop();
  }

  /** The same master, as it was found this time. */
  renew(shard: ProbedShard): void {
    this.#shard = shard;
  }

  report(): ShardReport {
    return {
      ...this.#watch.report(),
      level: this.#level,
      masterSince: this.#since,
      replica: this.#replica === null ? null : this.#replica === "answers",
      lastFailoverAt: this.#lastFailoverAt,
    };
  }

  /** Something was seen of this shard, or of the ledger: says which level it has now. */
  judge(): void {
    // Whether a replica answers is known in a moment, and one line is better than two.
    if (this.#isStopped || (this.#isAskingReplica && this.#isOpen)) return;
    // A new master has a moment to show itself.
    if (this.#watch.answered === null && !this.#isOpen) return;
    const { timers, ledger, onLevel } = this.#ports;
    const from = this.#level;
    const state: ShardState = {
      // Once it was away, only an answer shows that it is there: a new master's breaker is closed at first.
      primary: this.#isOpen || (from > 0 && !this.#watch.answered) ? "away" : "answers",
      replica: this.#replica ?? "away",
      seenAgoMs: timers.now() - this.seenAt,
      ledger: ledger(),
    };
    const to = levelOf(state);
    if (to === from) return;
    this.#level = to;
    onLevel({ shard: this.name, from, to, why: this.#why(to, state), ballots: LEVEL_TABLE[to].ballots });
  }

  /** Asks the replica if its last answer is old; always if `now`. */
  async lookAtReplica(now = false): Promise<void> {
    const { timers } = this.#ports;
    const everyMs = this.#isOpen ? REPLICA_EVERY_MS.away : REPLICA_EVERY_MS.normal;
    if (this.#isAskingReplica || (!now && timers.now() - this.#replicaAskedAt < everyMs)) return;
    this.#isAskingReplica = true;
    this.#replicaAskedAt = timers.now();
    try {
      await answerWithin(timers, LIMIT_MS, () => this.#shard.probeReplica());
      this.#replica = "answers";
      this.#seenAt = timers.now();
    } catch {
      this.#replica = "away";
    }
    this.#isAskingReplica = false;
    this.judge();
  }

  get #isOpen(): boolean {
    return this.#ports.breakers.isOpen(this.name);
  }

  #why(level: Level, { replica, ledger }: ShardState): string {
    if (level === 0) return "the master answers";
    if (level === 1) return "the master does not answer, a replica does";
    if (level === 2) return "neither master nor replica answers";
    if (level === 3) return "nothing of it has answered for more than 30 minutes";
    const shard = replica === "answers" ? "the master does not answer" : "neither master nor replica answers";
    return ledger === "none" ? `${shard}, and there is no ledger` : `${shard}, nor does DynamoDB`;
  }
}
