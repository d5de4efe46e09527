import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, PHONE, test } from "./actors.ts";

const EVIL = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;

test("[U3] text that would be HTML is text on every screen", async ({ host, voters: [ann], openContext }) => {
  const code = await host.createPoll({ question: EVIL, options: [EVIL, "</script>", "'\"&amp;"] });
  await ann.join(code);
  for (const { page } of [host, ann]) {
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(EVIL);
    await expect(page.locator("main img, main script")).toHaveCount(0);
  }
  await ann.vote(EVIL);
  await host.sees({ [EVIL]: 1, "'\"&amp;": 0 });
  await expect(ann.page).not.toHaveTitle("owned");
  const lost = await (await openContext()).newPage();
  await lost.goto(`/${encodeURIComponent(EVIL)}`);
  await expect(lost.getByRole("heading", { level: 1 })).toHaveText("No poll here");
  await expect(lost.locator("main img, main script")).toHaveCount(0);
});

test("[U11] the host key leaves the address, so that no projector shows it, and outlives a reload", async ({
  host,
}) => {
  await host.createPoll();
  expect(new URL(host.page.url()).hash).toBe("");
  await host.page.reload();
  await expect(host.page.getByRole("button", { name: "Close" })).toBeVisible();
});

test("[U4] a mistyped code says what a code looks like; an unknown one offers the field again", async ({
  openContext,
}) => {
  const page = await (await openContext()).newPage();
  await page.goto("/");
  await page.getByLabel("Code from the screen").fill("hello");
  await page.getByRole("button", { name: "Join" }).click();
  await expect(page.getByText("That is not a code")).toBeVisible();
  await page.getByLabel("Code from the screen").fill("zzzz zzzz");
  await page.getByRole("button", { name: "Join" }).click();
  await expect(page.getByText("There is no poll with the code ZZZZ-ZZZZ")).toBeVisible();
});

async function fits(page: Page): Promise<void> {
  const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  expect(content).toBeLessThanOrEqual(window ?? 0);
}

/** What is tapped: a radio's or checkbox's target is its label. */
async function areLargeEnough(page: Page): Promise<void> {
  for (const target of await page.locator("button:visible, select:visible, label:has(input):visible").all()) {
    expect((await target.boundingBox())?.height).toBeGreaterThanOrEqual(44);
  }
}

test("[U18] 320 pixels are enough, and everything tapped is at least 44 high", async ({
  host,
  openContext,
}) => {
  const long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft".repeat(1);
  const code = await host.createPoll({ question: `${long}?`, options: [long, "b", "c"], allowChange: true });
  const page = await (await openContext({ ...PHONE, viewport: { width: 320, height: 568 } })).newPage();
  for (const address of ["/", `/${code}`]) {
    await page.goto(address);
    await fits(page);
    await areLargeEnough(page);
  }
  await page.setViewportSize({ width: 320, height: 568 });
  await host.page.setViewportSize({ width: 320, height: 568 });
  await fits(host.page);
  await areLargeEnough(host.page);
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`[U19] axe finds nothing on any page, ${colorScheme}`, async ({
    host,
    openContext,
    voters: [ann],
  }) => {
    const code = await host.createPoll({ allowChange: true });
    await ann.join(code);
    await ann.vote("Ramen");
    await ann.isCounted("Ramen");
    const page = await (await openContext({ ...PHONE, colorScheme, reducedMotion: "reduce" })).newPage();
    const sound = async (of: Page) =>
      expect((await new AxeBuilder({ page: of }).analyze()).violations).toEqual([]);
    await page.goto("/");
    await sound(page);
    await page.goto("/?code=hello");
    await sound(page);
    await page.goto("/ZZZZZZZZ");
    await sound(page);
    await page.goto(`/${code.replace("-", "")}`);
    await sound(page);
    await page.getByLabel("Ramen").check();
    await page.getByRole("button", { name: "Vote" }).click();
    await expect(page.locator(".receipt")).toContainText("Counted");
    await sound(page);
    await page.context().setOffline(true);
    await expect(page.locator(".connection")).toContainText("Connection lost");
    await sound(page);
    await host.page.emulateMedia({ colorScheme });
    await sound(host.page);
  });
}
