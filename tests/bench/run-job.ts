import { fileURLToPath } from "node:url";
import { onCores } from "./cores.ts";

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));
/** Many times what any job takes (ms): a run is bounded even where something hangs. */
const LIMIT_MS = 90_000;

/** Runs a script of the bench as a process of its own on these cores: a job in, its report out, both JSON. */
export async function runJob<Report>(cores: string, script: string, job: object): Promise<Report> {
  const child = Bun.spawn(
    onCores(cores, [process.execPath, `tests/bench/load/${script}`, JSON.stringify(job)]),
    {
      cwd: PROJECT,
      stdio: ["ignore", "pipe", "inherit"],
      timeout: LIMIT_MS,
      killSignal: "SIGKILL",
    },
  );
  const printed = await new Response(child.stdout).text();
  if ((await child.exited) !== 0) throw new Error(`${script} failed: ${child.signalCode ?? child.exitCode}`);
  return JSON.parse(printed) as Report; // printed by that script
}
