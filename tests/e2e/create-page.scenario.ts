import type { Page } from "@playwright/test";
import { expect, PHONE, test } from "./actors.ts";
import { askPoll } from "./asked.ts";
import { button, LAPTOP, labelsOf, madeBy, option, pageAt, question, roomAt } from "./create-steps.ts";
import { fits, hasNoBarriers, isEasyToHit, SMALLEST } from "./is-sound.ts";

test("[U35] what was typed survives a reload and a server that does not answer, until it is made", async ({
  openContext,
}) => {
  const page = await pageAt(openContext(LAPTOP));
  await button(page, "Several questions").click();
  await question(page).fill("First?");
  await button(page, "Yes / No").click();
  await button(page, "Add a question").click();
  await question(page).fill("Second?");
  await page.reload();
  await expect(page.getByText("What you typed before is here again.")).toBeVisible();
  await expect(question(page)).toHaveValue("Second?");
  await button(page, "A–D").click();

  await page.route("**/api/rooms", (route) => route.abort());
  await button(page, "Create room").click();
  await expect(page.getByRole("alert")).toContainText("The server did not answer");
  await expect(option(page, 4)).toHaveValue("D");
  await page.unroute("**/api/rooms");
  const { polls } = await roomAt(page, await madeBy(page, () => button(page, "Create room").click()));
  expect(polls.map(labelsOf)).toEqual([
    ["Yes", "No"],
    ["A", "B", "C", "D"],
  ]);
  await page.goto("/");
  await expect(question(page)).toHaveValue("");

  await question(page).fill("Another?");
  await page.reload();
  await button(page, "Start afresh").click();
  await expect(question(page)).toHaveValue("");
  await page.reload();
  await expect(page.locator(".origin")).toHaveCount(0);
});

test("[U36] without a script joining works, and the form says that it needs one instead of half working", async ({
  openContext,
  origin,
}) => {
  const page = await pageAt(openContext({ ...PHONE, javaScriptEnabled: false }));
  await expect(page.locator("noscript p")).toHaveText(/^Making a poll needs JavaScript/);
  await expect(page.locator("noscript p")).toBeVisible();
  await expect(page.locator("form.create")).toBeHidden();
  const { code } = await askPoll(origin);
  await page.getByLabel("Code from the screen").fill(code.toLowerCase());
  await button(page, "Join").click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Where shall we eat?");
});

/** Keeps the page's script back until it is let go; what the server rendered is there meanwhile. */
async function holdScript(page: Page): Promise<() => void> {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route("**/assets/home-*.js", async (route) => {
    await released;
    await route.continue();
  });
  return release;
}

test("[U37] what is typed and chosen before the script comes is there when it has come", async ({
  openContext,
}) => {
  const page = await (await openContext(LAPTOP)).newPage();
  const release = await holdScript(page);
  await page.goto("/", { waitUntil: "commit" });
  await question(page).fill("Begun");
  await page.getByLabel("Rating 1 to 5").check();
  await page.getByLabel("Code from the screen").focus();
  release();
  await expect(page.locator(".options")).toHaveCount(0);
  await expect(question(page)).toHaveValue("Begun");
  await expect(page.getByLabel("Code from the screen")).toBeFocused();
});

test("[U37] the script moves nothing when it comes, and leaves the cursor to who joins", async ({
  openContext,
}) => {
  const page = await (await openContext(LAPTOP)).newPage();
  await page.addInitScript(() => {
    const shifts: number[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.push((entry as unknown as { value: number }).value);
    }).observe({ type: "layout-shift", buffered: true });
  });
  const painted = () =>
    page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    );
  for (const address of ["/", "/?from=ZZZZ-ZZZZ"]) {
    const release = await holdScript(page);
    await page.goto(address, { waitUntil: "commit" });
    await expect(question(page)).toBeVisible();
    await painted();
    release();
    // A page has loaded when its script has run.
    await page.waitForLoadState("load");
    await painted();
    expect(await page.evaluate(() => Reflect.get(window, "shifts"))).toEqual([]);
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("BODY");
    await page.unroute("**/assets/home-*.js");
  }
});

/** A room with a blank question, one that lacks something and one that is complete, tried to be made. */
async function writeRoomWithFlaws(page: Page): Promise<void> {
  await button(page, "Several questions").click();
  await question(page).fill(
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft?",
  );
  await button(page, "Agree 1–5").click();
  await button(page, "Add a question").click();
  await button(page, "Add a question").click();
  await question(page).fill("Which?");
  await page.getByLabel("Several answers").check();
  await button(page, "Create room").click();
  await expect(page.getByText("Write at least 2 options.")).toBeVisible();
}

test("[U18] the form fits on 320 pixels, written or not, and everything tapped is at least 44 high", async ({
  openContext,
}) => {
  const page = await pageAt(openContext({ ...PHONE, viewport: SMALLEST }));
  await fits(page);
  await isEasyToHit(page);
  await writeRoomWithFlaws(page);
  await fits(page);
  await isEasyToHit(page);
});

test("[U19] axe finds nothing in the form, whatever is in it", async ({ openContext }) => {
  const page = await pageAt(openContext(LAPTOP));
  await hasNoBarriers(page);
  await button(page, "Create poll").click();
  await expect(question(page)).toHaveAttribute("aria-invalid", "true");
  await option(page, 1).fill("Mine");
  await button(page, "Agree 1–5").click();
  await hasNoBarriers(page);
  await writeRoomWithFlaws(page);
  await page.getByLabel("Remove question 1").click();
  await expect(button(page, "Undo")).toBeVisible();
  await hasNoBarriers(page);
  await page.reload();
  await expect(page.getByText("What you typed before")).toBeVisible();
  await hasNoBarriers(page);
  await page.goto("/?from=ZZZZZZZZ");
  await hasNoBarriers(page);
});
