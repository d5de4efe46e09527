/** Which adapters a node has: the part of the wiring that depends on what it was given. */
import type { Clock } from "./app/ports.ts";
import type { Config } from "./config.ts";
import { openEmbedded } from "./open-embedded.ts";
import { openRedis } from "./open-redis.ts";
import { type LedgerMeter, openTiers } from "./open-tiers.ts";
import type { Log } from "./ops/log.ts";
import type { Stores } from "./stores.ts";

/**
 * Opens what the configuration names: a ledger with or without Redis above it, Redis alone, or a file. Rejects with a
 * message for the operator if the data folder cannot be had. With a ledger a node starts in any weather.
 */
export async function openStores(
  config: Config,
  clock: Clock,
  log: Log,
  meter: LedgerMeter,
): Promise<Stores> {
  if (config.ledger) return openTiers({ ...config, ledger: config.ledger }, clock, log, meter);
  if (config.redis) return openRedis({ ...config, redis: config.redis }, clock, log);
  return openEmbedded(config, clock, log);
}
