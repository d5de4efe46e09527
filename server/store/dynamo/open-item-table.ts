import type { Clock } from "../../app/ports.ts";
import { type AskTimes, LEDGER_TIMES } from "./ask.ts";
import { connectDynamo, type DynamoSettings } from "./connect-dynamo.ts";
import { ItemTable } from "./item-table.ts";
import { Lanes } from "./lanes.ts";
import { type OnRequest, timeRequests } from "./time-requests.ts";

export interface ItemTableOptions {
  readonly settings: DynamoSettings;
  /** Epoch ms; for what expires. */
  readonly clock?: Clock;
  readonly times?: AskTimes;
  /** Told of every attempt. */
  readonly onRequest?: OnRequest;
  /** Whether it is known to be away: then nobody waits for it. */
  readonly isAway?: () => boolean;
}

/** Writes of ballots in flight: half of the sockets. */
const LANES = 64;

/** Connects when it is first asked something. The table must be there: see `TableAdmin`. To be closed. */
export function openItemTable(options: ItemTableOptions): ItemTable {
  const { settings, clock = Date.now, times = LEDGER_TIMES, onRequest, isAway } = options;
  const client = connectDynamo(settings, times.attemptMs);
  if (onRequest) timeRequests(client, onRequest);
  const lanes = new Lanes(LANES);
  return new ItemTable({ client, name: settings.table, times, lanes, clock, ...(isAway && { isAway }) });
}
