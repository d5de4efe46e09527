/** Every fault of the shape with the ledger, with a thousand voters: `bun run faults ledger`. */
import { afterAll, describe, expect, test } from "bun:test";
import { tableOf } from "./figures.ts";
import { MASTER_FAULTS, NODE_FAULTS, REDIS_FAULTS, rebuildFault, WEATHER_FAULTS } from "./ledger-faults.ts";
import type { LedgerFigures } from "./ledger-figures.ts";
import { CONVERGED_MS, ENGAGED_MS, type LedgerFault, playLedgerFault } from "./play-ledger-fault.ts";

const TIME_MS = 180_000;
/** Twenty failovers, each with the return of the one that was lost. */
const LOOPED_MS = 480_000;
const CROWD = { voters: 1_000, perSecond: 600 };
/** The design's promise for so many ballots (ms). */
const MANY = 100_000;
const WHOLE_MS = 30_000;

const played: LedgerFigures[] = [];
afterAll(() => console.log(`\n${tableOf(played)}\n`));

/** `engaged`: not where both stores are away, and nobody can say yes. */
async function play(fault: LedgerFault, { engaged = true } = {}): Promise<Readonly<Record<string, number>>> {
  const { figures, troubles, notes } = await playLedgerFault({ ...fault, ...CROWD });
  played.push(figures);
  expect(troubles).toEqual([]);
  expect(figures).toMatchObject({ lost: 0, double: 0, refused: 0 });
  if (engaged) expect(figures.engaged).toBeLessThan(ENGAGED_MS);
  expect(figures.converged).toBeLessThan(fault.convergesMs ?? CONVERGED_MS);
  return notes;
}

function plays(id: string, fault: LedgerFault, options: { engaged?: boolean; timeMs?: number } = {}): void {
  const run = async () => void (await play(fault, options));
  test(`[V1][V2][V3][V4] [${id}] ${fault.name}`, run, options.timeMs ?? TIME_MS);
}

describe("masters", () => {
  plays("X30", MASTER_FAULTS.killed);
  plays("X30", MASTER_FAULTS.killedTwentyTimes, { timeMs: LOOPED_MS });
  plays("X31", MASTER_FAULTS.frozen);
  plays("X32", MASTER_FAULTS.lags);
  plays("X33", MASTER_FAULTS.restarted);
  plays("X33", MASTER_FAULTS.restartedEmpty);
  plays("X38", MASTER_FAULTS.clockBehind);
  plays("X39", MASTER_FAULTS.migrated);
});

describe("all of Redis", () => {
  plays("X35", REDIS_FAULTS.allKilled);
  plays("X35", REDIS_FAULTS.allEmpty);
  plays("X37", REDIS_FAULTS.shardLost);
  plays("X34", REDIS_FAULTS.wiped);
  plays("X36", REDIS_FAULTS.wipedAndNode);
  test(
    "[X65][V1][V2][V3][V4] wiped with 100,000 ballots: whole again within 30 s",
    async () => {
      const { rto, rpo } = await play(rebuildFault(MANY));
      console.log(`RTO ${Math.round(rto ?? 0)} ms, RPO ${Math.round(rpo ?? 0)} ms`);
      expect(rto).toBeLessThan(WHOLE_MS);
    },
    TIME_MS,
  );
});

describe("the ledger", () => {
  plays("X40", WEATHER_FAULTS.away);
  plays("X41", WEATHER_FAULTS.silent);
  plays("X42", WEATHER_FAULTS.throttling);
  plays("X43", WEATHER_FAULTS.cutting);
  plays("X43", WEATHER_FAULTS.cuttingWhileWiped);
  plays("X44", WEATHER_FAULTS.slow);
  plays("X45", WEATHER_FAULTS.bothRedisFirst, { engaged: false });
  plays("X45", WEATHER_FAULTS.bothLedgerFirst, { engaged: false });
});

describe("nodes", () => {
  plays("X50", NODE_FAULTS.killed);
  plays("X51", NODE_FAULTS.killedAfterYes);
  plays("X52", NODE_FAULTS.killedBeforeDrain);
  plays("X53", NODE_FAULTS.partition);
  plays("X53", NODE_FAULTS.partitionRefused);
  plays("X54", NODE_FAULTS.partitionDies);
});
