/** What a person sees: one line a step, everything only where it failed. */
import type { StepResult } from "./run-step.ts";

/** A failing step's output beyond this is cut at its beginning; the failures are at the end. */
const MAX_OUTPUT = 200_000;

/** Prints one line for a finished step, and after it all that is needed to see why it failed. */
export function report(name: string, result: StepResult): void {
  const { passed, failed, skipped, seconds, notes, output } = result;
  const mark = failed > 0 ? "✗" : "✓";
  const counts = [
    `${passed} passed`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ].join(", ");
  console.log(`${mark} ${name.padEnd(12)}${counts.padEnd(24)}${seconds.toFixed(1)} s`);
  if (failed === 0) return;
  console.log(`──── ${name}: output`);
  if (output.length > MAX_OUTPUT) console.log(`… (${output.length - MAX_OUTPUT} characters cut)`);
  console.log(output.slice(-MAX_OUTPUT).trimEnd());
  for (const note of notes) console.log(`${name}: ${note}`);
  console.log("────");
}
