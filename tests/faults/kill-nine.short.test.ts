import { expect, test } from "bun:test";
import { killAgainAndAgain } from "./kill-nine.ts";

test("[V1] [V2] [V3] [V5] [C7] [E3] kill -9 under load: what was acknowledged is there once, the rest once or not at all", async () => {
  const seed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  const report = await killAgainAndAgain({ kills: 3, voters: 60, mostAnswers: 2_000, seed });
  // With the seed, so that a failing run can be run again: `bun run faults --seed …`.
  expect({ seed, violations: report.violations, complaints: report.complaints }).toEqual({
    seed,
    violations: [],
    complaints: [],
  });
  expect(report.figures.map(({ poll }) => poll)).toHaveLength(3);
  for (const { acknowledged, counted } of report.figures) {
    expect(counted).toBeGreaterThan(0);
    expect(acknowledged).toBeGreaterThanOrEqual(counted);
  }
}, 60_000);
