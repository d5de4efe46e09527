/** Figures for whoever runs a node; those of its stores: `store-metrics.ts`. Nothing here names a voter or a poll. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { OpsReport } from "../../shared/ops-report.ts";
import type { RefusalCode } from "../../shared/refusals.ts";
import { storeMetrics } from "./store-metrics.ts";

export type BallotResult = "accepted" | "repeated" | "pending" | "refused";

/** What `/api/ops` tells beside the state of the stores. */
export interface Figures {
  readonly sockets: number;
  readonly livePolls: number;
  readonly ballotsAccepted: number;
}

export interface Telemetry {
  /** A ballot has been answered, this long after it was received. */
  ballot(result: BallotResult, seconds: number): void;
  refusal(code: RefusalCode): void;
  /** A frame came in. */
  frame(): void;
  upgrade(): void;
  join(): void;
  /** Sockets open now. */
  sockets(open: number): void;
  /** Polls that somebody on this node follows now. */
  livePolls(live: number): void;
  /** The ledger was asked something (its name there: `PutItem`) and said so after so long. */
  ledgerRequest(operation: string, seconds: number, outcome: "answered" | "throttled" | "failed"): void;
  /** Every exposition from now on shows the stores as `report` has them at that moment. */
  showStores(report: () => OpsReport): void;
  figures(): Figures;
  /** Everything, in the text format of Prometheus. */
  exposition(): Promise<{ readonly contentType: string; readonly text: string }>;
}

/** Default metrics that Bun leaves empty or always zero: what is not measured is not shown. */
const NOT_ON_BUN = [
  "nodejs_active_handles",
  "nodejs_active_handles_total",
  "nodejs_active_requests",
  "nodejs_active_requests_total",
  "nodejs_active_resources",
  "nodejs_active_resources_total",
  "nodejs_gc_duration_seconds",
  "nodejs_heap_space_size_available_bytes",
  "nodejs_heap_space_size_total_bytes",
  "nodejs_heap_space_size_used_bytes",
];

/** Seconds; from one commit of the embedded store to a vote nobody waits for. */
const ACKNOWLEDGE_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** A registry of its own each time, so that two nodes in one process do not add up. */
export function createTelemetry(): Telemetry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of NOT_ON_BUN) registry.removeSingleMetric(name);
  const meters = createMeters(registry);
  const figures = { sockets: 0, livePolls: 0, ballotsAccepted: 0 };
  let drawStores = () => {};
  return {
    ballot(result, seconds) {
      meters.ballots.inc({ result });
      meters.acknowledged.observe(seconds);
      if (result === "accepted") figures.ballotsAccepted += 1;
    },
    refusal: (code) => meters.refusals.inc({ code }),
    frame: () => meters.frames.inc(),
    upgrade: () => meters.upgrades.inc(),
    join: () => meters.joins.inc(),
    sockets(open) {
      figures.sockets = open;
      meters.sockets.set(open);
    },
    livePolls(live) {
      figures.livePolls = live;
      meters.livePolls.set(live);
    },
    ledgerRequest(operation, seconds, outcome) {
      meters.ledger.observe({ operation, outcome }, seconds);
    },
    showStores(report) {
      const show = storeMetrics(registry);
      drawStores = () => show(report());
    },
    figures: () => ({ ...figures }),
    async exposition() {
      drawStores();
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}

function createMeters(registry: Registry) {
  const registers = [registry];
  const counter = (name: string, help: string) => new Counter({ name: `pollcast_${name}`, help, registers });
  const gauge = (name: string, help: string) => new Gauge({ name: `pollcast_${name}`, help, registers });
  return {
    ballots: new Counter({
      name: "pollcast_ballots_total",
      help: "Ballots answered, by result.",
      labelNames: ["result"],
      registers,
    }),
    refusals: new Counter({
      name: "pollcast_refusals_total",
      help: "Refusals told to clients, by code.",
      labelNames: ["code"],
      registers,
    }),
    acknowledged: new Histogram({
      name: "pollcast_ballot_seconds",
      help: "Time from receiving a ballot to answering it.",
      buckets: ACKNOWLEDGE_BUCKETS,
      registers,
    }),
    ledger: new Histogram({
      name: "pollcast_ledger_request_seconds",
      help: "Requests to the ledger, by operation and what came of them.",
      labelNames: ["operation", "outcome"],
      buckets: ACKNOWLEDGE_BUCKETS,
      registers,
    }),
    frames: counter("frames_received_total", "Frames received from sockets."),
    upgrades: counter("upgrades_total", "Sockets opened."),
    joins: counter("joins_total", "Polls joined."),
    sockets: gauge("sockets", "Sockets open now."),
    livePolls: gauge("live_polls", "Polls followed on this node now."),
  };
}
