/** Reads how many tests passed and failed off what a test program leaves behind. */
import { readFileSync } from "node:fs";

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** A tool that says only yes or no counts as one test. */
export function countVerdict(exitCode: number): Counts {
  return exitCode === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

/**
 * The summary at the end of `bun test`. Not its JUnit report: that leaves out files that crash while loading.
 * Without a summary the process died, also when it did so with exit code 0 (a test that calls `process.exit`).
 */
export function countBunTests(output: string, _report: string, exitCode: number): Counts {
  const end = /\n((?: *\d+ [a-z() ]+\n)+)Ran \d+ tests? across \d+ files?\.[^\n]*$/.exec(output.trimEnd());
  if (!end?.[1]) return countVerdict(exitCode || 1);
  const summary = end[1];
  const said = (word: string) => Number(summary.match(new RegExp(`^ *(\\d+) ${word}`, "m"))?.[1] ?? 0);
  return crashCounts(
    { passed: said("pass"), failed: said("fail"), skipped: said("skip") + said("todo") },
    exitCode,
  );
}

interface PlaywrightReport {
  readonly stats: { readonly expected: number; unexpected: number; flaky: number; skipped: number };
  /** What went wrong outside any test: a config that does not load, a server that does not start. */
  readonly errors: readonly unknown[];
}

/** Playwright's JSON report. A test that passed only when tried again has failed. */
export function countPlaywright(_output: string, report: string, exitCode: number): Counts {
  try {
    const { stats, errors } = JSON.parse(readFileSync(report, "utf8")) as PlaywrightReport;
    const failed = stats.unexpected + stats.flaky + (errors.length > 0 ? 1 : 0);
    return crashCounts({ passed: stats.expected, failed, skipped: stats.skipped }, exitCode);
  } catch {
    return countVerdict(exitCode || 1);
  }
}

/** A program that failed while no test of it did has crashed. */
function crashCounts(counts: Counts, exitCode: number): Counts {
  return exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}
