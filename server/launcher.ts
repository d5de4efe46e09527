/**
 * Loaded before the program by the scripts in `package.json`: turns the death of what started them into a SIGTERM.
 *
 * `npx bun start` is npm → `sh -c` → bun → this process. npm passes SIGTERM on to the shell only, and dash dies of it
 * without telling anyone; a killed parent cannot tell anyone either. A node left behind would hold its port and its
 * data folder. Nothing above npm (or above `bun run`, without npx) is watched, so `nohup` works as ever.
 */
import { readFileSync } from "node:fs";

const INTERVAL_MS = 500;

/** One step from a process to its parent, as `/proc` tells it; `null` where there is no `/proc` or no such process. */
function parentOf(pid: number): number | null {
  try {
    // The name, in parentheses, may itself contain spaces and parentheses; the parent is two fields after it.
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return null;
  }
}

function isNpx(pid: number): boolean {
  try {
    // npm sets its own title.
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").startsWith("npm exec");
  } catch {
    return false;
  }
}

/** This process, its parent `bun run`, and so on up to npm if npx is above us. */
function chainOfLaunchers(): readonly number[] {
  const chain = [process.pid];
  for (let pid = parentOf(process.pid); pid !== null && pid > 0; pid = parentOf(pid)) {
    chain.push(pid);
    if (isNpx(pid)) return chain;
  }
  return chain.slice(0, 2);
}

const chain = chainOfLaunchers();

const watch = setInterval(() => {
  const whole = chain.every((pid, index) => index === chain.length - 1 || parentOf(pid) === chain[index + 1]);
  if (whole) return;
  clearInterval(watch);
  process.kill(process.pid, "SIGTERM");
}, INTERVAL_MS);
watch.unref();
