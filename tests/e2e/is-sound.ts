/** What a page has to be for everybody, whatever it shows. */
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/** As small as phones are. */
export const SMALLEST = { width: 320, height: 568 } as const;

/** What is tapped: a radio's or checkbox's target is its label, and a link within a sentence is none. */
const TARGETS = ":is(button, select, textarea, summary, a.button, label:has(input)):visible";
const LEAST_HEIGHT = 44;

/** What axe judges by colours, which is all that another scheme changes. */
const COLOUR_RULES = ["color-contrast", "link-in-text-block"];

/** Nothing to scroll sideways, nothing small to hit, no barrier. */
export async function isSound(page: Page, targets?: string): Promise<void> {
  await fits(page);
  await isEasyToHit(page, targets);
  await hasNoBarriers(page);
}

export async function fits(page: Page): Promise<void> {
  const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  expect(content).toBeLessThanOrEqual(window ?? 0);
}

/** `targets`: more than the usual ones, as a selector. */
export async function isEasyToHit(page: Page, targets?: string): Promise<void> {
  const heights = await page
    .locator([TARGETS, ...(targets ? [targets] : [])].join(", "))
    .evaluateAll((all) =>
      all.map((each) => ({ target: each.outerHTML, height: each.getBoundingClientRect().height })),
    );
  expect(heights.filter(({ height }) => height < LEAST_HEIGHT)).toEqual([]);
}

/** Axe finds nothing, in light and in dark. Leaves the page in the light. */
export async function hasNoBarriers(page: Page): Promise<void> {
  await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
  const inDark = await new AxeBuilder({ page }).withRules(COLOUR_RULES).analyze();
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  const inLight = await new AxeBuilder({ page }).analyze();
  expect({ dark: inDark.violations, light: inLight.violations }).toEqual({ dark: [], light: [] });
}
