/** What Prometheus is told of the stores: drawn from the report of the node each time it asks. */
import { Counter, Gauge, type Registry } from "prom-client";
import type { BreakerState, OpsReport, SessionReport, StoreReport } from "../../shared/ops-report.ts";

/** So that a number can be alerted on: more is worse. */
const BREAKER_NUMBERS: Readonly<Record<BreakerState, number>> = { closed: 0, "half-open": 1, open: 2 };

/** Sets the figures of a report. */
export type ShowReport = (report: OpsReport) => void;

/** Registers the figures; each is shown from the first report on that has it. */
export function storeMetrics(registry: Registry): ShowReport {
  const registers = [registry];
  const gauge = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Gauge({ name: `pollcast_${name}`, help, labelNames, registers });
  const counter = (name: string, help: string) => new Counter({ name: `pollcast_${name}`, help, registers });
  const level = gauge("level", "How degraded the node is: 0 normal to 4 minimal.");
  const shardLevel = gauge("shard_level", "How degraded a shard is: 0 normal to 4 minimal.", "shard");
  const breaker = gauge("breaker", "Breaker of a store: 0 closed, 1 half-open, 2 open.", "store");
  const probe = gauge("probe_seconds", "Median of a store's answers to probes in the last minute.", "store");
  const needsHands = gauge("needs_hands", "1 where a store does not come back by itself.", "store");
  const failovers = counter("failovers_total", "Masters that were replaced, as seen by this node.");
  const rebuilds = counter("rebuilds_total", "States made whole in Redis from the ledger by this node.");
  const numbers = tierGauges(gauge);
  const showSessions = sessionMetrics(gauge);
  return (report) => {
    level.set(report.level);
    for (const each of [shardLevel, breaker, probe, needsHands]) each.reset();
    for (const shard of report.shards) shardLevel.set({ shard: shard.name }, shard.level);
    for (const store of storesOf(report)) {
      const label = { store: store.name };
      breaker.set(label, BREAKER_NUMBERS[store.breaker]);
      needsHands.set(label, store.needsHands ? 1 : 0);
      if (store.latencyP50Ms !== null) probe.set(label, store.latencyP50Ms / 1_000);
    }
    for (const { gauge: each, of } of numbers) {
      const value = of(report);
      if (value !== null) each.set(value);
    }
    if (report.sessions) showSessions(report.sessions);
    setTo(failovers, report.failovers);
    setTo(rebuilds, report.rebuilds);
  };
}

function storesOf({ shards, ledger }: OpsReport): readonly StoreReport[] {
  return ledger ? [...shards, ledger] : shards;
}

/** Seconds, as Prometheus wants them. */
function tierGauges(gauge: (name: string, help: string) => Gauge) {
  const seconds = (ms: number | undefined | null) => (ms === undefined || ms === null ? null : ms / 1_000);
  const row = (name: string, help: string, of: (report: OpsReport) => number | null) => ({
    gauge: gauge(name, help),
    of,
  });
  return [
    row(
      "outbox_entries",
      "Batches in Redis that the ledger does not have.",
      ({ outbox }) => outbox?.entries ?? null,
    ),
    row("outbox_oldest_seconds", "Age of the oldest of them.", ({ outbox }) => seconds(outbox?.oldestMs)),
    row("undrained_ballots", "Ballots this node keeps until the ledger has them.", ({ keptInMemory }) =>
      keptInMemory ? keptInMemory.ballots : null,
    ),
    row("undrained_oldest_seconds", "Age of the oldest of them.", ({ keptInMemory }) =>
      seconds(keptInMemory?.oldestMs),
    ),
    row("ledger_lag_seconds", "How far the ledger is behind.", ({ ledgerLagMs }) => seconds(ledgerLagMs)),
    row("marks", "Polls for which Redis may lack something that this node put.", ({ marks }) => marks),
    row("open_polls", "Polls of all nodes that somebody has to see to.", ({ openPolls }) => openPolls),
    row("last_rebuild_seconds", "How long the last rebuild took.", ({ lastRebuild }) =>
      seconds(lastRebuild?.ms),
    ),
  ];
}

type MakeGauge = <Label extends string>(name: string, help: string, ...labelNames: Label[]) => Gauge<Label>;

/** Drawn from counts that the sessions keep themselves, hence no counters. */
function sessionMetrics(gauge: MakeGauge): (report: SessionReport) => void {
  const active = gauge("active_sessions", "Sessions seen by this node in the last half hour, to about 2 %.");
  const pending = gauge("session_writes_pending", "What a store of sessions has still to be told.");
  const modes = gauge(
    "session_modes_total",
    "Critical answers past Redis, and where nobody answered.",
    "mode",
  );
  const done = gauge("session_store_total", "What each store of sessions did.", "store", "what");
  const latency = gauge("session_store_seconds", "Median of a store's last answers.", "store");
  return ({ stores, ...figures }) => {
    active.set(figures.active);
    pending.set(figures.pending);
    modes.set({ mode: "fallback" }, figures.fallbacks);
    modes.set({ mode: "emergency" }, figures.emergencies);
    for (const { name: store, latencyP50Ms, latencyP95Ms: _, ...counts } of stores) {
      for (const [what, count] of Object.entries(counts)) done.set({ store, what }, count);
      if (latencyP50Ms !== null) latency.set({ store }, latencyP50Ms / 1_000);
    }
  };
}

/** A counter that is kept elsewhere. */
function setTo(counter: Counter, total: number): void {
  counter.reset();
  counter.inc(total);
}
