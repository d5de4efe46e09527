import { expect, test } from "bun:test";
import { createLog } from "../../../server/ops/log.ts";
import { storeLog } from "../../../server/ops/store-log.ts";

/** What pino calls its levels. */
const INFO = 30;
const WARN = 40;
const ERROR = 50;

function logUnderTest() {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => lines.push(JSON.parse(line)) };
  return { lines, ...storeLog(createLog({ level: "info", node: "n", environment: "e" }, destination)) };
}

test.each([
  [0, 1, WARN, "level 0 → 1 (replica): seen"],
  [1, 4, ERROR, "level 1 → 4 (minimal): seen"],
  [4, 0, INFO, "level 4 → 0 (normal): seen"],
] as const)("[K91] level %d to %d is one line that says where, what and why", (from, to, level, msg) => {
  const { lines, onLevel } = logUnderTest();
  onLevel({ shard: "a:1", from, to, why: "seen", ballots: "ledger" });
  expect(lines).toEqual([
    expect.objectContaining({ level, msg, shard: "a:1", from, to, why: "seen", ballots: "ledger" }),
  ]);
});

test("[K93] an emergency says which store, since when, and what to do", () => {
  const { lines, onNotice } = logUnderTest();
  const since = Date.UTC(2030, 0, 1);
  onNotice({
    severity: "emergency",
    store: "a:1",
    text: "manual intervention required",
    since,
    action: "do",
  });
  onNotice({ severity: "warning", store: "a:1", text: "slow" });
  onNotice({ severity: "info", store: "a:1", text: "quick" });
  const emergency = { severity: "emergency", store: "a:1", since: "2030-01-01T00:00:00.000Z", action: "do" };
  expect(lines).toEqual([
    expect.objectContaining({ level: ERROR, msg: "manual intervention required", ...emergency }),
    expect.objectContaining({ level: WARN, msg: "slow", store: "a:1" }),
    expect.objectContaining({ level: INFO, msg: "quick", store: "a:1" }),
  ]);
});
