/** The faults of the shape with the ledger that matter most, in the test command. `bun run faults ledger` plays all. */
import { expect, test } from "bun:test";
import { tableOf } from "./figures.ts";
import { controlOutlives } from "./ledger-control.ts";
import { MASTER_FAULTS, NODE_FAULTS, REDIS_FAULTS, WEATHER_FAULTS } from "./ledger-faults.ts";
import { CONVERGED_MS, ENGAGED_MS, type LedgerFault, playLedgerFaults } from "./play-ledger-fault.ts";

const TIME_MS = 150_000;

// One after the other in one system: it is set up once, and the patience at the close is had once.
test(
  "[X30][X34][X40][X54][V1][V2][V3][V4] a master dies, the ledger goes, Redis is wiped, a cut-off node dies",
  async () => {
    const faults: LedgerFault[] = [
      MASTER_FAULTS.killed,
      WEATHER_FAULTS.away,
      REDIS_FAULTS.wiped,
      NODE_FAULTS.partitionDies,
    ];
    const { figures, troubles } = await playLedgerFaults(faults, { voters: 300, perSecond: 300 });
    console.log(`\n${tableOf(figures)}\n`);
    expect(troubles).toEqual([]);
    for (const [index, played] of figures.entries()) {
      expect(played).toMatchObject({ lost: 0, double: 0, refused: 0 });
      expect(played.engaged).toBeLessThan(ENGAGED_MS);
      expect(played.converged).toBeLessThan(faults[index]?.convergesMs ?? CONVERGED_MS);
    }
  },
  TIME_MS,
);

test(
  "[X61][V6] hidden, closed, removed, and Redis is wiped at once",
  () => controlOutlives("flushed"),
  TIME_MS,
);
