import { availableParallelism } from "node:os";

/**
 * Which core does what. The server under test has one of its own, so that its figures are those of one core; what
 * loads it has another. Redis has the rest, or, on two cores, shares with the load.
 */
const COUNT = availableParallelism();
export const CORES = {
  server: "0",
  load: COUNT > 1 ? "1" : "0",
  redis: COUNT > 2 ? `2-${COUNT - 1}` : COUNT > 1 ? "1" : "0",
} as const;

export function describeCores(): string {
  const redis = CORES.redis === CORES.load ? "load generator and the six redis-server" : "load generator";
  const rest = CORES.redis === CORES.load ? "" : `; cores ${CORES.redis}: the six redis-server`;
  return `core ${CORES.server}: the server under test; core ${CORES.load}: ${redis}${rest}`;
}

/** The command, bound to these cores with all its threads. */
export function onCores(cores: string, command: readonly string[]): string[] {
  return ["taskset", "--cpu-list", cores, ...command];
}

/** Binds a process that runs already, with all its threads. */
export function bindToCores(cores: string, pid: number): void {
  const bound = Bun.spawnSync(["taskset", "--all-tasks", "--pid", "--cpu-list", cores, `${pid}`]);
  if (!bound.success) throw new Error(`could not bind process ${pid}: ${bound.stderr.toString()}`);
}
