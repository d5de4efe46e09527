/** Processes that a step left behind, known by a mark in their environment: also those in groups of their own. */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

/** Environment variable that every process of a step inherits. Tests that start servers pass it on. */
export const STEP_TAG = "POLLCAST_TEST_STEP";

/** A browser's last children may outlive it for a moment. */
const PATIENCE_MS = 3_000;
const LOOK_MS = 50;

/**
 * Waits a moment for the marked processes to end by themselves, kills the rest, returns their command lines.
 * Sees nothing where there is no `/proc`.
 */
export async function endStragglers(tag: string): Promise<readonly string[]> {
  const deadline = performance.now() + PATIENCE_MS;
  let left = marked(tag);
  while (left.length > 0 && performance.now() < deadline) {
    await pause(LOOK_MS);
    left = marked(tag);
  }
  const commands = left.map((pid) => read(pid, "cmdline").replaceAll("\0", " ").trim().slice(0, 160));
  for (const pid of left) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended in between.
    }
  }
  return commands;
}

function marked(tag: string): number[] {
  return processes().filter((pid) => read(pid, "environ").split("\0").includes(`${STEP_TAG}=${tag}`));
}

function processes(): number[] {
  try {
    return readdirSync("/proc")
      .map(Number)
      .filter((pid) => pid > 1 && pid !== process.pid);
  } catch {
    return [];
  }
}

/** Empty for a process that is gone, dead and not yet collected, or somebody else's. */
function read(pid: number, file: "cmdline" | "environ"): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
