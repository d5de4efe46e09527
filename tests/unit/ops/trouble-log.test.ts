import { expect, test } from "bun:test";
import { createLog } from "../../../server/ops/log.ts";
import { troubleLog } from "../../../server/ops/trouble-log.ts";

test("[X23] trouble that lasts is written once a minute, with how often it came", () => {
  const lines: { msg: string; timesSinceWritten?: number }[] = [];
  let now = 0;
  const destination = { write: (line: string) => lines.push(JSON.parse(line)) };
  const log = createLog({ level: "info", node: "n", environment: "e" }, destination);
  const onTrouble = troubleLog(log, () => now);
  for (let poll = 1; poll <= 500; poll++) onTrouble("read back", new Error(`10.0.0.${poll} is away`));
  onTrouble("report viewers", new Error("10.0.0.7 is away"));
  onTrouble("read back", new TypeError("x is not a function"));
  now = 60_000;
  onTrouble("read back", new Error("10.0.0.3 is away"));
  onTrouble("read back", new Error("10.0.0.3 is away"));
  expect(lines.map(({ msg, timesSinceWritten }) => [msg, timesSinceWritten])).toEqual([
    ["could not read back", undefined],
    ["could not report viewers", undefined],
    ["could not read back", undefined],
    ["could not read back", 499],
  ]);
});
