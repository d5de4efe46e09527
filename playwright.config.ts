import { existsSync } from "node:fs";
import { chromium, defineConfig } from "@playwright/test";

/**
 * Debian's browsers, where Playwright has not downloaded its own. The shell opens a page in a fifth of the time: the whole
 * browser draws the frame of a window around each, which nobody sees, in a process of its own.
 */
const DEBIAN_CHROMIUM = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"].find((path) =>
  existsSync(path),
);
const executablePath =
  DEBIAN_CHROMIUM && !existsSync(chromium.executablePath()) ? { executablePath: DEBIAN_CHROMIUM } : {};

export default defineConfig({
  testDir: "tests/e2e",
  testMatch: "**/*.scenario.ts",
  outputDir: "test-results",
  fullyParallel: true,
  workers: 2,
  forbidOnly: true,
  // Two slow cores share two nodes, or two clusters, and up to fourteen browsers.
  timeout: 120_000,
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
