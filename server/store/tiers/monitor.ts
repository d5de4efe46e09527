import { type HealthReport, LEVEL_NAMES } from "../../../shared/ops-report.ts";
import type { Clock } from "../../app/ports.ts";
import { realTimers, type Timers } from "../../app/timers.ts";
import type { OnStores } from "../../ops/store-log.ts";
import type { StoreBreakers } from "./breakers.ts";
import { LEDGER, type ProbedShard } from "./health.ts";
import type { Ledger } from "./ledger.ts";
import { levelOf, type ShardState, worstOf } from "./levels.ts";
import { ShardWatch, type ShardWatchPorts } from "./shard-watch.ts";
import { StoreWatch } from "./store-watch.ts";

/** How often the masters are asked for (ms); they change with failovers and with shards that join. */
const LOOK_EVERY_MS = 500;
/** A master that is new within this time (ms) after another went took over from it. */
const TAKES_OVER_WITHIN_MS = 30_000;
/** The ledger's answer goes through a service and a disk, twice: an answer later than this (ms) is slow … */
const LEDGER_SLOW_MS = 500;
/** … and one later than this (ms) is none. It throttles under load, and then must not be taken for dead. */
const LEDGER_LIMIT_MS = 1_500;

const LEDGER_ACTION =
  "See whether DynamoDB is reachable from here (endpoint, credentials, table, throttling). Until then polls that ask " +
  "for the ledger wait, and nothing may happen to Redis.";

export interface MonitorPorts extends OnStores {
  /** The shards as they are known now; none while nobody knows. `null`: there is no Redis. */
  readonly shards: (() => readonly ProbedShard[]) | null;
  /** `null`: there is none. */
  readonly ledger: Pick<Ledger, "probe"> | null;
  /** This node's name, under which it probes. */
  readonly node: string;
  readonly breakers: StoreBreakers;
  readonly clock: Clock;
  readonly timers?: Timers;
  /** 0 to 1. */
  readonly random?: () => number;
}

/**
 * Asks every store again and again how it is, opens and closes the breakers, and derives the levels. What it sees is told
 * once: see `OnStores`.
 */
export class StoreMonitor {
  readonly #ports: MonitorPorts;
  readonly #timers: Timers;
  readonly #watchPorts: ShardWatchPorts;
  readonly #shards = new Map<string, ShardWatch>();
  readonly #gone: { readonly shard: ShardWatch; readonly at: number }[] = [];
  readonly #ledger: StoreWatch | null;
  #failovers = 0;
  #lastFailoverAt: number | null = null;
  #callOff: () => void = () => {};
  #stopped = false;

  constructor(ports: MonitorPorts) {
    this.#ports = ports;
    this.#timers = ports.timers ?? realTimers;
    this.#watchPorts = {
      ...ports,
      timers: this.#timers,
      random: ports.random ?? Math.random,
      ledger: () => this.#ledgerState(),
    };
    this.#ledger = this.#watchLedger();
    ports.breakers.onOpen((store) => this.#opened(store));
    ports.breakers.onReset((store) => this.#closed(store));
  }

  /** Begins at once. */
  start(): void {
    this.#ledger?.start();
    this.#look();
  }

  stop(): void {
    this.#stopped = true;
    this.#callOff();
    this.#ledger?.stop();
    for (const shard of this.#shards.values()) shard.stop();
  }

  report(): HealthReport {
    const shards = [...this.#shards.values()].map((shard) => shard.report());
    const level =
      shards.length > 0 ? worstOf(shards.map((shard) => shard.level)) : this.#levelWithoutShards();
    return {
      level,
      levelName: LEVEL_NAMES[level],
      shards,
      ledger: this.#ledger?.report() ?? null,
      failovers: this.#failovers,
      lastFailoverAt: this.#lastFailoverAt,
    };
  }

  /** Redis was not found yet, or there is none: then the ledger alone is what is normal. */
  #levelWithoutShards() {
    const { shards, ledger } = this.#ports;
    const isNormal = shards === null && (ledger === null || this.#ledgerState() === "answers");
    const seenAgoMs = Number.POSITIVE_INFINITY;
    const primary = isNormal ? "answers" : "away";
    return levelOf({ primary, replica: "away", seenAgoMs, ledger: this.#ledgerState() });
  }

  #watchLedger(): StoreWatch | null {
    const { ledger, node } = this.#ports;
    if (!ledger) return null;
    const store = {
      name: LEDGER,
      ask: () => ledger.probe(node),
      limitMs: LEDGER_LIMIT_MS,
      slowMs: LEDGER_SLOW_MS,
      action: LEDGER_ACTION,
    };
    return new StoreWatch(store, { ...this.#watchPorts, onProbed: () => {} });
  }

  #look(): void {
    this.#follow(this.#ports.shards?.() ?? []);
    for (const shard of this.#shards.values()) void shard.lookAtReplica();
    if (!this.#stopped) this.#callOff = this.#timers.after(LOOK_EVERY_MS, () => this.#look());
  }

  /** An empty list says that nobody knows, not that nobody is there: then the old ones are asked on. */
  #follow(found: readonly ProbedShard[]): void {
    if (found.length === 0) return;
    const names = new Set(found.map(({ name }) => name));
    for (const shard of this.#shards.values()) if (!names.has(shard.name)) this.#letGo(shard);
    for (const shard of found) {
      const known = this.#shards.get(shard.name);
      if (known) known.renew(shard);
      else this.#meet(shard);
    }
  }

  #letGo(shard: ShardWatch): void {
    shard.stop();
    this.#shards.delete(shard.name);
    this.#ports.breakers.forget(shard.name);
    this.#gone.push({ shard, at: this.#timers.now() });
  }

  #meet(found: ProbedShard): void {
    const now = this.#timers.now();
    while (this.#gone[0] && now - this.#gone[0].at > TAKES_OVER_WITHIN_MS) this.#gone.shift();
    const before = this.#gone.shift()?.shard ?? null;
    if (before) {
      this.#failovers += 1;
      this.#lastFailoverAt = this.#ports.clock();
      this.#ports.onNotice({
        severity: "info",
        store: found.name,
        text: `${found.name} took over from ${before.name}`,
      });
    }
    const shard = new ShardWatch(found, before, this.#watchPorts);
    this.#shards.set(found.name, shard);
    shard.start();
  }

  #ledgerState(): ShardState["ledger"] {
    if (!this.#ports.ledger) return "none";
    return this.#ports.breakers.isOpen(LEDGER) ? "away" : "answers";
  }

  #opened(store: string): void {
    if (store !== LEDGER) {
      void this.#shards.get(store)?.lookAtReplica(true);
      return;
    }
    this.#ports.onNotice({
      severity: "warning",
      store,
      text: "DynamoDB does not answer: polls that ask for the ledger wait, all others go on in Redis",
    });
    this.#judgeAll();
  }

  #closed(store: string): void {
    if (store !== LEDGER) return;
    this.#ports.onNotice({ severity: "info", store, text: "DynamoDB answers again" });
    this.#judgeAll();
  }

  #judgeAll(): void {
    for (const shard of this.#shards.values()) shard.judge();
  }
}
