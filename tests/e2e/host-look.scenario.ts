import { castVotes } from "../support/poll-calls.ts";
import { expect, PHONE, test } from "./actors.ts";
import { askPoll, askRoom } from "./asked.ts";
import { Host } from "./host.ts";
import { isSound, SMALLEST } from "./is-sound.ts";

const LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";

const formatted = (code: string) => `${code.slice(0, 4)}-${code.slice(4)}`;

const MANY = Array.from({ length: 20 }, (_, index) => (index ? `Option ${index}` : LONG));

test("[U59] a host's page is sound until the close, at 320 pixels", async ({ openContext, origin, ann }) => {
  const host = new Host(await (await openContext({ ...PHONE, viewport: SMALLEST })).newPage());
  const { page } = host;
  const asked = await askPoll(origin, { question: `${LONG}?`, options: MANY, open: false });
  await host.open(asked);
  await expect(page.getByRole("button", { name: "Open", exact: true })).toBeEnabled();
  await isSound(page);
  await host.press("Open");
  await ann.join(asked.code);
  await ann.vote(LONG);
  await host.sees({ [LONG]: 1 });
  await host.press("Hide results");
  await expect(page.getByRole("button", { name: "Reveal results" })).toBeVisible();
  await isSound(page);
  await page.getByRole("button", { name: "Show the host link" }).click();
  await isSound(page);
  await page.getByRole("button", { name: "Delete the poll" }).click();
  await isSound(page);
});

test("[U59] a host's page is sound after the close and for a guest, at 320 pixels", async ({
  openContext,
  origin,
  ann,
}) => {
  const host = new Host(await (await openContext({ ...PHONE, viewport: SMALLEST })).newPage());
  const { page } = host;
  const asked = await askPoll(origin, { question: `${LONG}?`, options: MANY });
  const { code } = asked;
  await castVotes(origin, code, "opt-1");
  await host.open(asked);
  await host.press("Close");
  await expect(host.results).toContainText("Final results");
  await page.context().setOffline(true);
  await expect(page.locator(".connection")).toContainText("Connection lost");
  await isSound(page);
  await page.context().setOffline(false);
  await expect(page.locator(".connection")).toBeEmpty();
  await host.press("Ask again");
  await expect(page.locator(".big-code")).not.toHaveText(formatted(code));
  await ann.join((await page.locator(".big-code").textContent()) ?? "");
  await ann.vote(LONG);
  await expect(page.getByRole("region", { name: "Against last time" })).toContainText("the same");
  await isSound(page);
  await ann.page.goto(page.url());
  await expect(ann.page.getByRole("heading", { level: 1 })).toHaveText("Only the host steers here");
  await isSound(ann.page);
});

test("[U59] a room's list is sound at 320 pixels and on a laptop", async ({ openContext, origin }) => {
  const host = new Host(await (await openContext({ ...PHONE, viewport: SMALLEST })).newPage());
  const { page } = host;
  await host.open((await askRoom(origin, [`${LONG}?`, "Second?", "Third?"], { title: LONG })).room);
  await expect(page.locator("button.next")).toBeEnabled();
  await isSound(page);
  await host.next(`${LONG}?`);
  await page.getByRole("button", { name: "Edit the list" }).click();
  await page.getByRole("button", { name: "Remove question 2" }).click();
  await isSound(page);
  await page.getByRole("button", { name: "Edit question 3" }).click();
  await page.getByRole("form").getByText("Settings").click();
  await isSound(page);
  await page.setViewportSize({ width: 1280, height: 800 });
  await isSound(page);
});

test("[U59] on a phone the steering stays under the thumb, wherever the page is", async ({
  openContext,
  origin,
}) => {
  const host = new Host(await (await openContext(PHONE)).newPage());
  await host.open((await askRoom(origin, ["First?", "Second?"])).room);
  await host.next("First?");
  for (const scroll of [0, 10_000]) {
    await host.page.evaluate((top) => window.scrollTo(0, top), scroll);
    const box = await host.page.locator("button.next").boundingBox();
    expect(box?.y).toBeGreaterThan(844 / 2);
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(844);
  }
  // What is last on the page is not covered by it.
  const remove = host.page.getByRole("button", { name: "Delete the room" });
  const steering = await host.page.locator(".steering").boundingBox();
  const last = await remove.boundingBox();
  expect((last?.y ?? 0) + (last?.height ?? 0)).toBeLessThanOrEqual(steering?.y ?? 0);
});

test("[U59] everything is done by keyboard, and the focus is never lost", async ({ host }) => {
  const { page } = host;
  await host.createPoll({ openNow: false });
  const open = page.getByRole("button", { name: "Open", exact: true });
  await expect(open).toBeEnabled();
  for (let tabs = 0; !(await open.evaluate((button) => button === document.activeElement)); tabs++) {
    expect(tabs).toBeLessThan(20);
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Enter");
  await expect(host.status).toContainText(/^Open/);
  await expect(page.locator(".steering")).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Close", exact: true })).toBeFocused();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Reveal results" })).toBeVisible();
  await expect(page.locator(".steering")).toBeFocused();
});

for (const [device, viewport] of [
  ["a phone", PHONE.viewport],
  ["a laptop", { width: 1280, height: 800 }],
] as const) {
  test(`[U59] nothing moves when the script takes the page over, on ${device}`, async ({ host }) => {
    await host.createPoll();
    if (viewport) await host.page.setViewportSize(viewport);
    await host.page.addInitScript(() => {
      const shifts: number[] = [];
      Object.assign(window, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) shifts.push((entry as unknown as { value: number }).value);
      }).observe({ type: "layout-shift", buffered: true });
    });
    await host.page.reload();
    await expect(host.page.getByRole("button", { name: "Close" })).toBeEnabled();
    await expect(host.page.getByText(/The server answers you/)).toBeVisible();
    const shifted = await host.page.evaluate(() =>
      (window as unknown as { shifts: number[] }).shifts.reduce((sum, value) => sum + value, 0),
    );
    // Digits that grow move their neighbours by a hair.
    expect(shifted).toBeLessThan(0.01);
  });
}
