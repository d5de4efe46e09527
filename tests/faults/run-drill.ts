import { tableOf } from "./figures.ts";
import type { LedgerFigures } from "./ledger-figures.ts";
import type { LedgerStageParts } from "./ledger-stage.ts";
import { type LedgerFault, type LedgerReport, playLedgerFault } from "./play-ledger-fault.ts";

/** A master is replaced after the time that production has (ms), not after that of the tests. */
const NODE_TIMEOUT_MS = "5000";
/** Troubles told of one case; more of them say the same. */
const TOLD = 10;

/** Plays one fault after the other and prints the table. Answers whether nothing was lost, double or otherwise wrong. */
export async function runDrill(
  faults: readonly LedgerFault[],
  parts: Pick<LedgerStageParts, "voters" | "perSecond">,
): Promise<boolean> {
  const figures: LedgerFigures[] = [];
  const troubles: string[] = [];
  for (const [index, fault] of faults.entries()) {
    console.log(`${index + 1} of ${faults.length}: ${fault.name} …`);
    const from = performance.now();
    const redisSettings = { "cluster-node-timeout": NODE_TIMEOUT_MS, ...fault.redisSettings };
    try {
      const report = await playLedgerFault({ ...fault, ...parts, redisSettings });
      figures.push(report.figures);
      const wrong = wrongOf(report);
      troubles.push(...wrong.slice(0, TOLD).map((trouble) => `${fault.name}: ${trouble}`));
      const verdict = wrong.length === 0 ? "nothing lost, nothing double" : `${wrong.length} troubles`;
      console.log(`   ${verdict} (${Math.round((performance.now() - from) / 1000)} s)${notesOf(report)}`);
    } catch (failure) {
      troubles.push(`${fault.name}: ${failure instanceof Error ? failure.message : failure}`);
      console.log("   did not come to an end");
    }
  }
  if (figures.length > 0) console.log(`\n${tableOf(figures)}`);
  if (troubles.length > 0) console.log(`\nNot as it must be:\n${troubles.join("\n")}`);
  return troubles.length === 0;
}

function wrongOf({ figures, troubles }: LedgerReport): string[] {
  const { lost, double } = figures;
  return [...(lost > 0 ? [`${lost} lost`] : []), ...(double > 0 ? [`${double} double`] : []), ...troubles];
}

function notesOf({ notes }: LedgerReport): string {
  const { rto, rpo } = notes;
  const whole = rto === undefined ? "" : `\n   RTO: Redis was whole again after ${(rto / 1000).toFixed(1)} s`;
  const risk =
    rpo === undefined
      ? ""
      : `\n   RPO: acknowledged by Redis and its replicas, and not in the ledger yet: the last ${Math.round(rpo)} ms`;
  return whole + risk;
}
