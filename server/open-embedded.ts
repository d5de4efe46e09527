import { NO_STORES, NO_TIERS } from "../shared/ops-report.ts";
import type { Clock } from "./app/ports.ts";
import type { Config } from "./config.ts";
import { LocalBus } from "./fanout/local-bus.ts";
import type { Log } from "./ops/log.ts";
import { openEmbeddedPollStore } from "./store/embedded/embedded-poll-store.ts";
import { loadOrMakeSecret } from "./store/embedded/session-secret.ts";
import type { Stores } from "./stores.ts";

/** One file in the data folder, and news within the process. */
export function openEmbedded(
  { dataDir, sessionSecrets }: Pick<Config, "dataDir" | "sessionSecrets">,
  clock: Clock,
  log: Log,
): Stores {
  const bus = new LocalBus();
  const onTrouble = (message: string, cause: unknown) => log.error({ err: cause }, message);
  const polls = openEmbeddedPollStore({ directory: dataDir, clock, tell: bus.tell, onTrouble });
  return {
    polls,
    bus,
    secrets: sessionSecrets ?? [loadOrMakeSecret(dataDir)],
    forgetBallots: (closedBefore) => polls.forgetBallots(closedBefore),
    ops: () => ({ ...NO_STORES, ...NO_TIERS }),
    close: () => polls.close(),
  };
}
