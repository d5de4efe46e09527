import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { countBunTests, countPlaywright, countVerdict } from "../../runner/count-tests.ts";

const summary = (lines: string) => `(pass) a\n\n --seed=7\n${lines}Ran 11 tests across 3 files. [5.01s]\n`;

test("[G4] bun's summary is read, with crashed files and what was left out", () => {
  const output = summary(" 5 pass\n 1 skip\n 1 todo\n 4 fail\n 1 error\n 1 expect() calls\n");
  expect(countBunTests(output, "", 1)).toEqual({ passed: 5, failed: 4, skipped: 2 });
});

test("[G4] a test that prints a summary of its own does not count for it", () => {
  const output = ` 900 pass\n 0 fail\nRan 900 tests across 1 file.\n${summary(" 2 pass\n 0 fail\n")}`;
  expect(countBunTests(output, "", 0)).toEqual({ passed: 2, failed: 0, skipped: 0 });
});

test("[G4] an end without a summary is a failure, also with exit code 0", () => {
  expect(countBunTests("tests/a.test.ts:\n", "", 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  expect(countBunTests("", "", 137)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test("[G4] a failing exit of a run without failed tests is a failure", () => {
  expect(countBunTests(summary(" 2 pass\n 0 fail\n"), "", 1)).toEqual({ passed: 2, failed: 1, skipped: 0 });
});

test("[G4] a tool that only says yes or no counts as one", () => {
  expect(countVerdict(0)).toEqual({ passed: 1, failed: 0, skipped: 0 });
  expect(countVerdict(2)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test("[G4] Playwright: passed only when tried again is failed, and so is what breaks outside a test", () => {
  const folder = mkdtempSync(join(tmpdir(), "pollcast-count-"));
  try {
    const report = join(folder, "report.json");
    const stats = { expected: 3, unexpected: 1, flaky: 1, skipped: 2 };
    writeFileSync(report, JSON.stringify({ stats, errors: [] }));
    expect(countPlaywright("", report, 1)).toEqual({ passed: 3, failed: 2, skipped: 2 });
    const good = { expected: 3, unexpected: 0, flaky: 0, skipped: 0 };
    writeFileSync(report, JSON.stringify({ stats: good, errors: [{ message: "no config" }] }));
    expect(countPlaywright("", report, 1)).toEqual({ passed: 3, failed: 1, skipped: 0 });
    expect(countPlaywright("", join(folder, "none.json"), 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
