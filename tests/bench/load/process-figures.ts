import { readFileSync } from "node:fs";

/** Clock ticks of /proc a second: fixed in Linux for all programs. */
const TICKS_PER_SECOND = 100;

/** CPU time (µs, in steps of 10,000) that these processes have used so far, all threads, in and out of the kernel. */
export function cpuMicroseconds(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + cpuTicks(pid), 0) * (1_000_000 / TICKS_PER_SECOND);
}

/** Memory of a process in RAM (bytes), without what the kernel keeps for its sockets. */
export function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes) * 1024;
}

function cpuTicks(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The name in parentheses may hold spaces; utime and stime are the 12th and 13th field behind it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11]) + Number(fields[12]);
}
