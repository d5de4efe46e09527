import { MASTER_FAULTS, NODE_FAULTS, REDIS_FAULTS, rebuildFault, WEATHER_FAULTS } from "./ledger-faults.ts";
import type { LedgerFault } from "./play-ledger-fault.ts";

const CASES: Readonly<Record<string, readonly LedgerFault[]>> = {
  master: [MASTER_FAULTS.killed],
  freeze: [MASTER_FAULTS.frozen],
  lag: [MASTER_FAULTS.lags],
  "fast-restart": [MASTER_FAULTS.restarted, MASTER_FAULTS.restartedEmpty],
  "all-redis": [REDIS_FAULTS.allKilled],
  wipe: [REDIS_FAULTS.wiped, REDIS_FAULTS.wipedAndNode],
  dynamodb: [WEATHER_FAULTS.away, WEATHER_FAULTS.silent, WEATHER_FAULTS.throttling, WEATHER_FAULTS.cutting],
  both: [WEATHER_FAULTS.bothRedisFirst, WEATHER_FAULTS.bothLedgerFirst],
  node: [NODE_FAULTS.killed, NODE_FAULTS.killedAfterYes, NODE_FAULTS.killedBeforeDrain],
  partition: [NODE_FAULTS.partition, NODE_FAULTS.partitionDies],
  "migrate-slot": [MASTER_FAULTS.migrated],
};

/** The faults of these cases, or of `all`. `ballots`: beside those of the crowd, in `wipe`. */
export function casesOf(
  names: readonly string[],
  ballots: number,
): { readonly faults: readonly LedgerFault[] } | { readonly unknown: string } {
  const wanted = names.includes("all") ? Object.keys(CASES) : names;
  const unknown = names.find((name) => name !== "all" && !(name in CASES));
  if (unknown !== undefined) return { unknown };
  const faults = wanted.flatMap((name) => [
    ...(CASES[name] ?? []),
    ...(name === "wipe" && ballots > 0 ? [rebuildFault(ballots)] : []),
  ]);
  return { faults };
}
