/** What the test command runs, in this order. */

import { FAKETIME, HAPROXY, OPENSSL, REDIS } from "../../infra/local/needed-programs.ts";
import { type Counts, countBunTests, countPlaywright, countVerdict } from "./count-tests.ts";
import type { SystemPackage } from "./system-packages.ts";
import { CHROMIUM } from "./system-packages.ts";

export interface Step {
  readonly name: string;
  /** Arguments for bun itself. `report` is a fresh path that the command may write a report to. */
  readonly command: (report: string) => readonly string[];
  readonly env?: (report: string) => Readonly<Record<string, string>>;
  /** Reads the counts off a finished command. */
  readonly count: (output: string, report: string, exitCode: number) => Counts;
  /** After so long the step and everything it started are killed. Generous: only against hanging for ever. */
  readonly timeoutMinutes: number;
  readonly needs: readonly SystemPackage[];
}

/** A script of package.json that answers yes or no. `--bun`: its tools run on this Bun, whatever Node there is. */
function verdict(name: string, script: string): Step {
  return {
    name,
    command: () => ["run", "--bun", "--silent", script],
    count: (_output, _report, exitCode) => countVerdict(exitCode),
    timeoutMinutes: 5,
    needs: [],
  };
}

/** Tests that start servers share two slow cores: Bun's default of 5 s for one test is too little there. */
const TEST_TIMEOUT_MS = 30_000;

function bunTests(
  name: string,
  files: readonly string[],
  timeoutMinutes: number,
  needs: readonly SystemPackage[] = [],
): Step {
  return {
    name,
    command: () => ["test", "--only-failures", `--timeout=${TEST_TIMEOUT_MS}`, ...files],
    count: countBunTests,
    timeoutMinutes,
    needs,
  };
}

/** Faults in a minute or so; the long runs beside them are for a machine of one's own. */
const shortFaults = [...new Bun.Glob("tests/faults/**/*.short.test.ts").scanSync(".")].map(
  (file) => `./${file}`,
);

/** The contract suites of what hosts have, accounts, sessions and rooms, are a step of their own: half of the time. */
const OF_HOSTS = /^(account|session|tiered-sessions|room)-/;
const contracts = (ofHosts: boolean) =>
  [...new Bun.Glob("*.test.ts").scanSync("tests/contract")]
    .filter((file) => OF_HOSTS.test(file) === ofHosts)
    .map((file) => `./tests/contract/${file}`);

/** Round after round; the steps of a round run side by side, because they wait more than they compute. */
export const ROUNDS: readonly (readonly Step[])[] = [
  [verdict("format", "format:check")],
  [verdict("lint", "lint")],
  [verdict("types", "types")],
  [verdict("boundaries", "boundaries")],
  [bunTests("unit", ["./tests/unit"], 10)],
  [bunTests("model", ["./tests/model"], 10)],
  [
    bunTests("contract", contracts(false), 15, [REDIS, OPENSSL]),
    bunTests("hosts", contracts(true), 15, [REDIS, OPENSSL]),
    bunTests("wire", ["./tests/wire"], 10),
  ],
  [bunTests("faults", shortFaults, 20, [REDIS, HAPROXY])],
  [bunTests("cluster", ["./tests/cluster"], 30, [REDIS, HAPROXY, FAKETIME])],
  [e2e()],
];

function e2e(): Step {
  return {
    name: "e2e",
    command: () => ["run", "--bun", "--silent", "e2e", "--reporter=list,json"],
    env: (report) => ({ PLAYWRIGHT_JSON_OUTPUT_FILE: report }),
    count: countPlaywright,
    timeoutMinutes: 20,
    needs: [CHROMIUM, REDIS, HAPROXY],
  };
}

/** The system packages that these steps need, each once. */
export function needsOf(steps: readonly Step[]): readonly SystemPackage[] {
  return [...new Set(steps.flatMap((step) => step.needs))];
}
