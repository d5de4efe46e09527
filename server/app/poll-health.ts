import type { BallotDurability, PollSettings } from "../../shared/messages.ts";
import type { OpsReport } from "../../shared/ops-report.ts";
import { LEVEL_NAMES } from "../../shared/ops-report.ts";
import type { PollHealth } from "../../shared/poll-health.ts";

type Report = Pick<OpsReport, "level" | "shards" | "ledger">;

/**
 * How well the service can look after one poll. `shard`: the name of its own in the report; `null`: there are none, or
 * nobody knows, and it is as well as the node. `embedded`: the node keeps its polls in a file of its own.
 */
export function pollHealth(
  report: Report,
  {
    shard,
    embedded,
    durability,
  }: { readonly shard: string | null; readonly embedded: boolean } & Pick<PollSettings, "durability">,
): PollHealth {
  const own = report.shards.find(({ name }) => name === shard);
  const level = own?.level ?? report.level;
  const health = { level, levelName: LEVEL_NAMES[level] };
  if (level === 4) return { ...health, keptIn: null };
  const hasReplica = own?.replica === true;
  return { ...health, keptIn: embedded ? "embedded" : keptIn(report, level === 0 && hasReplica, durability) };
}

/** Without Redis at its best it is the ledger that vouches for a vote; where there is none, the one master does. */
function keptIn(
  { ledger }: Report,
  hasReplica: boolean,
  durability: PollSettings["durability"],
): BallotDurability {
  if (ledger && (durability === "ledger" || !hasReplica)) return "ledger";
  return hasReplica ? "replicated" : "primary";
}
