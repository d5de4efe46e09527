import type { Page } from "@playwright/test";
import { castVotes } from "../support/poll-calls.ts";
import { expect, PHONE, test } from "./actors.ts";
import { askPoll } from "./asked.ts";
import { Visitor } from "./visitor.ts";

/** What wakes a page up, as its browser tells it. */
const WAKING = {
  online: () => window.dispatchEvent(new Event("online")),
  "pageshow from the cache": () =>
    window.dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })),
  visibilitychange: () => document.dispatchEvent(new Event("visibilitychange")),
} as const;

for (const [name, wake] of Object.entries(WAKING)) {
  test(`[U45][R4] ${name}: the page connects at once, however long it would still have waited`, async ({
    origin,
    openContext,
  }) => {
    const { code } = await askPoll(origin);
    const context = await openContext(PHONE);
    // Every wait at its ceiling: half a second, one, two, four, eight, ten, ten …
    await context.addInitScript(() => {
      Math.random = () => 1;
    });
    let isDead = false;
    let tries = 0;
    let drop: () => Promise<void> = () => Promise.resolve();
    await context.routeWebSocket(/\/ws\?/, (socket) => {
      tries += 1;
      drop = () => socket.close({ code: 1006 });
      if (isDead) void drop();
      else socket.connectToServer();
    });
    const page = await context.newPage();
    const ann = new Visitor(page);
    await ann.join(code);
    await expect(ann.status).toContainText("1 here");
    await page.route("**/api/**", (route) => (isDead ? route.abort() : route.continue()));
    isDead = true;
    await drop();
    await ann.vote("Ramen");
    await expect(ann.receipt).toContainText("Kept");
    await expect(page.locator(".connection")).toContainText("Connection lost");
    // The first connection and four attempts; every third goes over HTTP. The next is eight seconds or more away.
    await expect.poll(() => tries, { timeout: 30_000 }).toBeGreaterThanOrEqual(5);
    isDead = false;
    const began = Date.now();
    await page.evaluate(wake);
    await ann.isCounted("Ramen");
    expect(Date.now() - began).toBeLessThan(6_000);
    await expect(page.locator(".connection")).toBeEmpty();
  });
}

test("[U46] every reason why results are not shown is said, and they come when it is over", async ({
  origin,
  openContext,
}) => {
  const page = await (await openContext(PHONE)).newPage();
  const ann = new Visitor(page);
  const hidden = await askPoll(origin);
  await ann.join(hidden.code);
  await hidden.step("hide");
  await expect(ann.results).toContainText("hidden for now");
  await hidden.step("reveal");
  await ann.sees({ Sushi: 0 });

  const afterVote = await askPoll(origin, { settings: { resultsVisibility: "afterVote" } });
  await ann.join(afterVote.code);
  await expect(ann.results).toContainText("once you have voted");
  await ann.vote("Sushi");
  await ann.sees({ Sushi: 1 });

  const afterClose = await askPoll(origin, { settings: { resultsVisibility: "afterClose" } });
  await ann.join(afterClose.code);
  await ann.vote("Sushi");
  await ann.isCounted("Sushi");
  await expect(ann.results).toContainText("when the poll closes");
  await afterClose.step("close");
  await expect(ann.results).toContainText("Final results");
  await ann.sees({ Sushi: 1 });
});

test("[U46] nothing chosen, already voted, changed: each is said in words of the page", async ({
  origin,
  openContext,
}) => {
  const { code } = await askPoll(origin);
  const context = await openContext(PHONE);
  const page = await context.newPage();
  const ann = new Visitor(page);
  await ann.join(code);
  await ann.vote();
  await expect(page.getByRole("alert")).toHaveText("Please choose something first.");
  // The same browser, in another tab that does not know yet.
  await ann.choose("Sushi");
  await expect(page.getByRole("alert")).toHaveCount(0);
  const other = await context.newPage();
  await holdSocket(other);
  await other.goto(`/${code}`);
  const second = new Visitor(other);
  await second.choose("Pizza");
  await ann.vote();
  await ann.isCounted("Sushi");
  await second.vote();
  await expect(other.getByRole("alert")).toHaveText(
    "You have already voted in this poll. Your first vote stands.",
  );
  await second.isCounted("Sushi");
});

/** Lets frames out and no picture in, so that this page does not learn of the vote in another tab. */
async function holdSocket(page: Page): Promise<void> {
  await page.routeWebSocket(/\/ws\?/, (socket) => {
    const server = socket.connectToServer();
    let isJoined = false;
    server.onMessage((message) => {
      const frame = String(message);
      const isPicture = /"type":"(POLL|RESULTS)_UPDATE"/.test(frame);
      if (!isPicture || !isJoined) socket.send(message);
      if (frame.includes('"id":"join"')) isJoined = true;
    });
  });
}

test("[U47] by keyboard alone: choose, vote, change; the focus is always where one is", async ({
  origin,
  openContext,
}) => {
  const { code } = await askPoll(origin, { settings: { allowChange: true } });
  const page = await (await openContext()).newPage();
  await page.goto(`/${code}`);
  const ann = new Visitor(page);
  await expect(ann.status).toContainText("1 here");
  const { keyboard } = page;
  await keyboard.press("Tab");
  await keyboard.press("Tab");
  await expect(page.getByLabel("Sushi")).toBeFocused();
  await keyboard.press("ArrowDown");
  await expect(page.getByLabel("Ramen")).toBeChecked();
  await keyboard.press("Enter");
  await ann.isCounted("Ramen");
  await expect(ann.receipt).toBeFocused();
  await keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Change my vote" })).toBeFocused();
  await keyboard.press("Enter");
  await expect(page.getByLabel("Ramen")).toBeFocused();
  await keyboard.press("ArrowDown");
  await keyboard.press("Tab");
  await keyboard.press("Space");
  await ann.isCounted("Pizza");
  // What others do takes no focus away.
  await expect(ann.receipt).toBeFocused();
  await castVotes(origin, code, "opt-1");
  await ann.sees({ Sushi: 1, Pizza: 1 });
  await expect(ann.receipt).toBeFocused();
});
