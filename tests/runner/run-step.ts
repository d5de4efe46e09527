/** Runs one step in a process group of its own, and makes sure that it ends. */
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Counts } from "./count-tests.ts";
import type { Step } from "./steps.ts";
import { endStragglers, STEP_TAG } from "./stragglers.ts";

export interface StepResult extends Counts {
  readonly seconds: number;
  /** What the output does not say: killed after its time, processes left behind. */
  readonly notes: readonly string[];
  /** All that the command printed. */
  readonly output: string;
  /** Somebody asked the whole run to end. */
  readonly cancelled: boolean;
}

/** How long a command that is told to stop may take to close its browsers and servers. */
const STOP_MS = 10_000;

/** Runs `step`. Whatever it does, this resolves, and nothing that the step started runs on. */
export async function runStep(step: Step): Promise<StepResult> {
  const folder = mkdtempSync(join(tmpdir(), "pollcast-test-"));
  const report = join(folder, "report.json");
  const log = join(folder, "output.log");
  const started = performance.now();
  try {
    const { exitCode, notes, cancelled } = await runToItsEnd(step, report, log);
    const output = readFileSync(log, "utf8");
    const counts = step.count(output, report, exitCode);
    const failed = Math.max(counts.failed, notes.length > 0 ? 1 : 0);
    const seconds = (performance.now() - started) / 1000;
    return { ...counts, failed, seconds, notes, output, cancelled };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runToItsEnd(step: Step, report: string, log: string) {
  const tag = `${process.pid}-${step.name}`;
  // One descriptor for both streams, appending: their lines keep their order.
  const output = openSync(log, "a");
  const child = Bun.spawn([process.execPath, ...step.command(report)], {
    env: { ...process.env, ...step.env?.(report), [STEP_TAG]: tag },
    stdio: ["ignore", output, output],
    detached: true,
  });
  closeSync(output);
  const notes: string[] = [];
  const timeout = setTimeout(() => {
    notes.push(`killed after ${step.timeoutMinutes} minutes`);
    stop(child);
  }, step.timeoutMinutes * 60_000);
  // The step is in a group of its own, so that a signal to us (Ctrl+C, a cancelled run) has to be passed on.
  let cancelled = false;
  const passOn = () => {
    cancelled = true;
    stop(child);
  };
  process.on("SIGINT", passOn).on("SIGTERM", passOn);
  await child.exited;
  clearTimeout(timeout);
  process.off("SIGINT", passOn).off("SIGTERM", passOn);
  const left = await endStragglers(tag);
  notes.push(...left.map((command) => `left running: ${command}`));
  return { exitCode: child.exitCode ?? 1, notes, cancelled };
}

/** SIGTERM to the whole group, so that browsers and servers are closed in order; SIGKILL to what is still there. */
function stop(child: Bun.Subprocess): void {
  signalGroup(child.pid, "SIGTERM");
  const kill = setTimeout(() => signalGroup(child.pid, "SIGKILL"), STOP_MS);
  child.exited.then(() => clearTimeout(kill));
}

function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch {
    // It ended in between.
  }
}
