/** A wall in a scenario: opened, looked at. */
import type { BrowserContextOptions, Locator, Page } from "@playwright/test";
import { expect, type OpenContext } from "./actors.ts";

export const LAPTOP = { width: 1280, height: 720 } as const;
export const PROJECTOR = { width: 1920, height: 1080 } as const;

/** A wall of its own browser. `hostKey`: this browser has it. */
export async function openWall(
  openContext: OpenContext,
  code: string,
  hostKey: string | null,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const page = await (await openContext({ viewport: LAPTOP, ...options })).newPage();
  await page.goto(`/${code}/present${hostKey ? `#host=${hostKey}` : ""}`);
  await isLive(page);
  return page;
}

/** Taken over by the script: its buttons are there. */
export async function isLive(page: Page): Promise<void> {
  await expect(page.locator(".controls button").first()).toBeAttached();
}

export function bar(page: Page, label: string): Locator {
  return page.locator(".wall-bar").filter({ hasText: label });
}

/** What the wall says to whoever stands at its keys. */
export function word(page: Page): Locator {
  return page.locator(".word");
}
