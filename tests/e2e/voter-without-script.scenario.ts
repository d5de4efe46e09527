import type { Page } from "@playwright/test";
import { castVotes } from "../support/poll-calls.ts";
import { expect, PHONE, test } from "./actors.ts";
import { askPoll, askRoom } from "./asked.ts";
import { Visitor } from "./visitor.ts";

const WITHOUT_SCRIPT = { ...PHONE, javaScriptEnabled: false };

test("[U41] without JavaScript: join, vote, see the results, change the vote", async ({
  origin,
  openContext,
}) => {
  const { code } = await askPoll(origin, { settings: { allowChange: true } });
  const noor = new Visitor(await (await openContext(WITHOUT_SCRIPT)).newPage());
  await noor.join(code);
  await noor.vote("Ramen");
  await noor.isCounted("Ramen");
  await noor.sees({ Sushi: 0, Ramen: 1, Pizza: 0 });
  // Sent by Post/Redirect/Get: a reload asks for the page, and sends nothing again.
  await noor.page.reload();
  await noor.isCounted("Ramen");

  await castVotes(origin, code, "opt-1");
  await noor.page.getByRole("link", { name: "Update this page" }).click();
  await noor.sees({ Sushi: 1, Ramen: 1, Pizza: 0 });

  await noor.changeTo("Sushi");
  await noor.isCounted("Sushi");
  await noor.sees({ Sushi: 2, Ramen: 0, Pizza: 0 });
  await noor.page.getByRole("button", { name: "Change my vote" }).click();
  await noor.page.getByRole("button", { name: "Keep my vote" }).click();
  await noor.isCounted("Sushi");
});

test("[U41] without JavaScript what is wrong stands at the form, and what was ticked stays", async ({
  origin,
  openContext,
}) => {
  const { code } = await askPoll(origin, { kind: "multiple", settings: { maxChoices: 2 } });
  const noor = new Visitor(await (await openContext(WITHOUT_SCRIPT)).newPage());
  await noor.join(code);
  const notice = noor.page.getByRole("alert");
  await noor.vote();
  await expect(notice).toHaveText("Please choose something first.");
  await noor.vote("Sushi", "Ramen", "Pizza");
  await expect(notice).toContainText("more than you may choose");
  await expect(noor.page.locator(".ballot :checked")).toHaveCount(3);
  await noor.page.getByLabel("Pizza").uncheck();
  await noor.vote();
  await noor.isCounted("Sushi, Ramen");
});

test("[U41] a browser that keeps no cookies is told so at the form", async ({ origin, openContext }) => {
  const { code } = await askPoll(origin);
  const context = await openContext(WITHOUT_SCRIPT);
  const page = await context.newPage();
  await page.goto(`/${code}`);
  await context.clearCookies();
  await page.getByLabel("Ramen").check();
  await page.getByRole("button", { name: "Vote" }).click();
  await expect(page.getByRole("alert")).toContainText("does not keep cookies");
  await expect(page.getByLabel("Ramen")).toBeChecked();
});

test("[U41][U40] without JavaScript a vote lands on the question that was shown", async ({
  origin,
  openContext,
}) => {
  const { room, polls } = await askRoom(origin, ["What first?", "What then?"]);
  await room.step("go", { pollId: polls[0] });
  const noor = new Visitor(await (await openContext(WITHOUT_SCRIPT)).newPage());
  await noor.join(room.code);
  await expect(noor.heading).toHaveText("What first?");
  await room.step("go", { pollId: polls[1] });
  await noor.vote("Pizza");
  await noor.isCounted("Pizza");
  await expect(noor.heading).toHaveText("What first?");
  await noor.page.getByRole("link", { name: "Back to the room" }).click();
  await expect(noor.heading).toHaveText("What then?");
  await noor.sees({ Pizza: 0 });
});

/** Holds the page's script back until it is let go. */
async function holdScript(page: Page): Promise<() => void> {
  let letGo: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  await page.route("**/assets/voter-*.js", async (route) => {
    await held;
    await route.continue();
  });
  return letGo;
}

test("[U41] the script comes late: what was ticked before counts, once", async ({ origin, openContext }) => {
  const { code } = await askPoll(origin);
  const page = await (await openContext(PHONE)).newPage();
  const letGo = await holdScript(page);
  const slow = new Visitor(page);
  await page.goto(`/${code}`, { waitUntil: "commit" });
  await slow.choose("Pizza");
  letGo();
  await expect(slow.status).toContainText("1 here");
  await expect(page.getByLabel("Pizza")).toBeChecked();
  await slow.vote();
  await slow.isCounted("Pizza");
  await slow.sees({ Sushi: 0, Ramen: 0, Pizza: 1 });
});

test("[U41] the form is sent before the script is there: the vote counts once, and the script goes on from it", async ({
  origin,
  openContext,
}) => {
  const { code } = await askPoll(origin, { settings: { allowChange: true } });
  const page = await (await openContext(PHONE)).newPage();
  const letGo = await holdScript(page);
  const slow = new Visitor(page);
  await page.goto(`/${code}`, { waitUntil: "commit" });
  await slow.choose("Ramen");
  // Without waiting for the navigation, which waits for the script.
  await page.getByRole("button", { name: "Vote" }).click({ noWaitAfter: true });
  await slow.isCounted("Ramen");
  letGo();
  await expect(slow.status).toContainText("1 here");
  await slow.isCounted("Ramen");
  await slow.sees({ Ramen: 1 });
  await slow.changeTo("Sushi");
  await slow.isCounted("Sushi");
  await slow.sees({ Sushi: 1, Ramen: 0 });
  await expect(slow.status).toContainText("1 voted");
});

test("[U41] the script takes over what the plain form brought back", async ({ origin, openContext }) => {
  const { code } = await askPoll(origin, { kind: "multiple", settings: { maxChoices: 2 } });
  const page = await (await openContext(PHONE)).newPage();
  const letGo = await holdScript(page);
  const slow = new Visitor(page);
  await page.goto(`/${code}`, { waitUntil: "commit" });
  for (const label of ["Sushi", "Ramen", "Pizza"]) await slow.choose(label);
  await page.getByRole("button", { name: "Vote" }).click({ noWaitAfter: true });
  await expect(page.getByRole("alert")).toContainText("more than you may choose");
  letGo();
  await expect(slow.status).toContainText("1 here");
  await expect(page.getByRole("alert")).toContainText("more than you may choose");
  await expect(page.locator(".ballot :checked")).toHaveCount(3);
  await page.getByLabel("Sushi").uncheck();
  await slow.vote();
  await slow.isCounted("Ramen, Pizza");
});

for (const [clock, shiftMs] of [
  ["slow", -3_600_000],
  ["fast", 3_600_000],
] as const) {
  test(`[U41] on a machine whose clock is an hour ${clock}, of form and script the later vote counts`, async ({
    origin,
    openContext,
  }) => {
    const { code } = await askPoll(origin, { settings: { allowChange: true } });
    const context = await openContext(PHONE);
    await context.addInitScript((shift) => {
      const now = Date.now;
      Date.now = () => now() + shift;
    }, shiftMs);
    const page = await context.newPage();
    const sam = new Visitor(page);
    const voteByForm = (choice: string) =>
      page.request.post(`/${code}/vote`, { form: { poll: code, choice } });
    await page.goto(`/${code}`);
    await voteByForm("opt-2");
    await page.reload();
    await sam.isCounted("Ramen");
    await sam.changeTo("Sushi");
    await sam.isCounted("Sushi");
    await voteByForm("opt-3");
    await page.reload();
    await sam.isCounted("Pizza");
    await sam.sees({ Sushi: 0, Ramen: 0, Pizza: 1 });
  });
}
