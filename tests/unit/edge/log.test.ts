import { expect, test } from "bun:test";
import { createLog } from "../../../server/ops/log.ts";

test("[H16] what slips into a log line under a telling name is hidden", () => {
  const lines: string[] = [];
  const log = createLog(
    { level: "info", node: "n", environment: "e" },
    { write: (line) => lines.push(line) },
  );
  const secret = "must not be seen";
  log.info({ voter: secret, hostKey: secret, headers: { cookie: secret, "x-host-key": secret } }, "flat");
  log.info({ ballot: { voter: secret }, request: { headers: { authorization: secret } } }, "nested");
  log.debug("not written at level info");
  expect(lines).toHaveLength(2);
  expect(lines.join("")).not.toContain(secret);
  expect(JSON.parse(lines[0] ?? "{}")).toMatchObject({ node: "n", environment: "e", voter: "[hidden]" });
});
