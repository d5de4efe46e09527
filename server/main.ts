/** Starts one node, says where it is, and drains it on SIGTERM. */
import { addressesOf } from "./addresses.ts";
import { helpText, isConfigError, readConfig } from "./config.ts";
import { type Node, startNode } from "./wiring.ts";

/** SIGTERM: a balancer takes the node out; its browsers spread their return over this long (ms). */
const DRAIN_SPREAD_MS = 3_000;
/** `bun start` passes a Ctrl+C on that the terminal has also sent here: within this time (ms) it is the same one. */
const ONE_SIGNAL_MS = 500;

if (process.argv.includes("--help") || process.argv.includes("-h")) {
  console.log(helpText());
  process.exit(0);
}

const config = readConfig();
if (isConfigError(config)) fail(config.problem);
const node = await startNode(config).catch(fail);
console.log(banner(node));

let stoppingSince: number | null = null;
process.on("SIGTERM", () => void stop(DRAIN_SPREAD_MS));
process.on("SIGINT", () => void stop(0));

/** The first signal drains; another one, later, means now. */
async function stop(spreadMs: number): Promise<void> {
  if (stoppingSince !== null) {
    if (performance.now() - stoppingSince > ONE_SIGNAL_MS) process.exit(1);
    return;
  }
  stoppingSince = performance.now();
  console.log(spreadMs > 0 ? "Draining: browsers are told to come back …" : "Stopping …");
  await node.drain(spreadMs);
  process.exit(0);
}

/** One line for a person, no stack: what stops a start is a setting, a port or a folder. */
function fail(problem: unknown): never {
  console.error(`Pollcast did not start: ${problem instanceof Error ? problem.message : problem}`);
  process.exit(1);
}

function banner({ port, host }: Node): string {
  const { here, network } = addressesOf(host, port);
  const lines = [`Pollcast is listening on ${here}`];
  if (network.length > 0) lines.push(`Phones on the same network: ${network.join("  or  ")}`);
  return [...lines, "Press Ctrl+C to stop. Settings: --help"].join("\n");
}
