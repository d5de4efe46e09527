import { expect, test } from "bun:test";
import { createTelemetry } from "../../../server/ops/telemetry.ts";
import { NO_STORES, NO_TIERS, type OpsReport } from "../../../shared/ops-report.ts";
import { degradedReport, opsReport, shardReport } from "./ops-reports.ts";

async function linesOf(telemetry: ReturnType<typeof createTelemetry>): Promise<string[]> {
  return (await telemetry.exposition()).text.split("\n").filter((line) => line.startsWith("pollcast_"));
}

test("[K94][H13] metrics show the stores as they are when they are asked for", async () => {
  const telemetry = createTelemetry();
  let report: OpsReport = degradedReport();
  telemetry.showStores(() => report);
  const expected = [
    "pollcast_level 1",
    'pollcast_shard_level{shard="10.0.0.1:6379"} 1',
    'pollcast_shard_level{shard="10.0.0.2:6379"} 0',
    'pollcast_breaker{store="10.0.0.1:6379"} 2',
    'pollcast_breaker{store="DynamoDB"} 0',
    'pollcast_probe_seconds{store="DynamoDB"} 0.0008',
    'pollcast_needs_hands{store="10.0.0.1:6379"} 1',
    "pollcast_failovers_total 1",
    "pollcast_rebuilds_total 7",
    "pollcast_outbox_entries 12",
    "pollcast_outbox_oldest_seconds 0.8",
    "pollcast_undrained_ballots 3450",
    "pollcast_undrained_oldest_seconds 1.2",
    "pollcast_ledger_lag_seconds 1.2",
    "pollcast_marks 2",
    "pollcast_open_polls 4",
    "pollcast_last_rebuild_seconds 0.9",
  ];
  const degraded = await linesOf(telemetry);
  for (const line of expected) expect(degraded).toContain(line);
  expect(degraded.join("\n")).not.toContain('pollcast_probe_seconds{store="10.0.0.1:6379"}');

  report = opsReport({ shards: [shardReport({ name: "10.0.0.9:6379" })], rebuilds: 8 });
  const healed = await linesOf(telemetry);
  for (const line of ["pollcast_level 0", "pollcast_rebuilds_total 8", "pollcast_outbox_entries 0"]) {
    expect(healed).toContain(line);
  }
  // A master that is no more leaves nothing behind that an alarm could ring for.
  expect(healed.join("\n")).not.toContain("10.0.0.1:6379");
});

test("[K94] a node on its own has a level", async () => {
  const telemetry = createTelemetry();
  telemetry.showStores(() => ({ ...NO_STORES, ...NO_TIERS }));
  expect(await linesOf(telemetry)).toContain("pollcast_level 0");
});

test("[K94] requests to the ledger are counted with how they ended and how long they took", async () => {
  const telemetry = createTelemetry();
  telemetry.ledgerRequest("PutItem", 0.02, "answered");
  telemetry.ledgerRequest("PutItem", 0.004, "answered");
  telemetry.ledgerRequest("Query", 2, "failed");
  const lines = await linesOf(telemetry);
  expect(lines).toContain('pollcast_ledger_request_seconds_count{operation="PutItem",outcome="answered"} 2');
  expect(lines).toContain('pollcast_ledger_request_seconds_sum{operation="Query",outcome="failed"} 2');
});

test("[N38][K94] metrics show what each store of sessions did, and how many are in use", async () => {
  const telemetry = createTelemetry();
  telemetry.showStores(() => opsReport());
  const lines = await linesOf(telemetry);
  for (const line of [
    "pollcast_active_sessions 50",
    "pollcast_session_writes_pending 3",
    'pollcast_session_modes_total{mode="fallback"} 1',
    'pollcast_session_store_total{store="redis",what="restores"} 7',
    'pollcast_session_store_total{store="database",what="errors"} 2',
    'pollcast_session_store_seconds{store="redis"} 0.0004',
  ]) {
    expect(lines).toContain(line);
  }
});
