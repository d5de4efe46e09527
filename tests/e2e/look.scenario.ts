import { expect, PHONE, test } from "./actors.ts";
import { fits, hasNoBarriers, isEasyToHit, SMALLEST } from "./is-sound.ts";

const EVIL = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;

test("[U3] text that would be HTML is text on every screen", async ({ host, ann, openContext }) => {
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
  await expect(lost.getByRole("heading", { level: 1 })).toHaveText("Nothing here");
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
  await expect(page.getByText("There is no poll and no room with the code ZZZZ-ZZZZ")).toBeVisible();
});

test("[U18] 320 pixels are enough, and everything tapped is at least 44 high", async ({
  host,
  openContext,
}) => {
  const long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";
  const code = await host.createPoll({ question: `${long}?`, options: [long, "b", "c"], allowChange: true });
  const page = await (await openContext({ ...PHONE, viewport: SMALLEST })).newPage();
  for (const address of ["/", `/${code}`]) {
    await page.goto(address);
    await fits(page);
    await isEasyToHit(page);
  }
  await host.page.setViewportSize(SMALLEST);
  await fits(host.page);
  await isEasyToHit(host.page);
});

test("[U19] axe finds nothing where there is no poll, in light and in dark", async ({ openContext }) => {
  const page = await (await openContext(PHONE)).newPage();
  for (const address of ["/", "/?code=hello", "/ZZZZZZZZ"]) {
    await page.goto(address);
    await hasNoBarriers(page);
  }
});

test("[U19] axe finds nothing while people vote, in light and in dark", async ({ host, ann }) => {
  const code = await host.createPoll({ allowChange: true });
  await ann.join(code);
  await expect(ann.form).toBeVisible();
  await hasNoBarriers(ann.page);
  await ann.vote("Ramen");
  await ann.isCounted("Ramen");
  await hasNoBarriers(ann.page);
  await ann.page.context().setOffline(true);
  await expect(ann.page.locator(".connection")).toContainText("Connection lost");
  await hasNoBarriers(ann.page);
  await host.sees({ Ramen: 1 });
  await hasNoBarriers(host.page);
});
