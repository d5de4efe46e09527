import { existsSync } from "node:fs";
import { chromium, defineConfig } from "@playwright/test";

/** Debian's browser, where Playwright has not downloaded its own. */
const DEBIAN_CHROMIUM = "/usr/bin/chromium";
const executablePath = existsSync(chromium.executablePath()) ? {} : { executablePath: DEBIAN_CHROMIUM };

export default defineConfig({
  testDir: "tests/e2e",
  testMatch: "**/*.scenario.ts",
  outputDir: "test-results",
  fullyParallel: true,
  workers: 2,
  forbidOnly: true,
  timeout: 60_000,
  // Two slow cores share a node and up to seven browsers.
  expect: { timeout: 15_000 },
  use: {
    trace: "retain-on-failure",
    launchOptions: {
      ...executablePath,
      args: [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
