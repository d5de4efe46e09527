/**
 * The one test command: installs what is missing, runs every step, ends with one line `N passed, N failed`.
 * It runs before anything is installed, so this file and `runner/` import nothing but Bun and Node.
 */
import type { Counts } from "./runner/count-tests.ts";
import { installPackages } from "./runner/install-packages.ts";
import { report } from "./runner/report.ts";
import { runStep, type StepResult } from "./runner/run-step.ts";
import { needsOf, ROUNDS, type Step } from "./runner/steps.ts";

/** Exit code of a program that Ctrl+C ended. */
const CANCELLED = 130;

const wanted = chosenSteps(process.argv.slice(2));
const results: Counts[] = [];
if (await installPackages(needsOf(wanted.flat()))) {
  for (const round of wanted) {
    const ended = await Promise.all(round.map(runAndReport));
    if (ended.some(({ cancelled }) => cancelled)) process.exit(CANCELLED);
    results.push(...ended);
  }
} else {
  results.push({ passed: 0, failed: 1, skipped: 0 });
}

const passed = results.reduce((sum, result) => sum + result.passed, 0);
const failed = results.reduce((sum, result) => sum + result.failed, 0);
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);

async function runAndReport(step: Step): Promise<StepResult> {
  const result = await runStep(step);
  if (!result.cancelled) report(step.name, result);
  return result;
}

/** All steps, or those named by `--only unit --only e2e`, in their usual order. */
function chosenSteps(args: readonly string[]): readonly (readonly Step[])[] {
  if (args.length === 0) return ROUNDS;
  const names = args.filter((_, index) => index % 2 === 1);
  const known = ROUNDS.flat().map((step) => step.name);
  const bad = args.some((arg, index) => (index % 2 === 0 ? arg !== "--only" : !known.includes(arg)));
  if (bad || args.length % 2 === 1) {
    console.error(`Usage: bun run test [--only STEP]…   steps: ${known.join(", ")}`);
    process.exit(1);
  }
  return ROUNDS.map((round) => round.filter((step) => names.includes(step.name)));
}
