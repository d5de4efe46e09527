import { expect, PHONE, test } from "./actors.ts";
import { Asked, askRoom } from "./asked.ts";

const QUESTIONS = ["What first?", "What then?", "And at last?"];

test("[U40] everybody moves along without a reload, late joiners land on the live question, earlier ones stay", async ({
  origin,
  ann,
  ben,
  lateJoiner,
}) => {
  const { room, polls } = await askRoom(origin, QUESTIONS, { title: "All hands" });
  for (const each of [ann, ben]) {
    await each.join(room.code);
    await expect(each.page.getByRole("heading", { level: 1 })).toHaveText("All hands");
    await expect(each.page.getByText("The first question will appear here by itself.")).toBeVisible();
    await each.mark();
  }
  await room.step("go", { pollId: polls[0] });
  for (const each of [ann, ben]) {
    await expect(each.heading).toHaveText("What first?");
    await expect(each.page.locator(".room-line")).toHaveText("All hands Question 1 of 3");
    await expect(each.announced).toHaveText("Next question: What first?");
  }
  await ann.vote("Ramen");
  await ann.isCounted("Ramen");
  // Chosen and not sent: it stays behind when the room moves on.
  await ben.choose("Sushi");
  await room.step("go", { pollId: polls[1] });
  for (const each of [ann, ben]) {
    await expect(each.heading).toHaveText("What then?");
    await expect(each.form).toBeVisible();
    await expect(each.page.locator(".ballot :checked")).toHaveCount(0);
    await each.wasNotReloaded();
  }
  await lateJoiner.join(room.code.toLowerCase());
  await expect(lateJoiner.heading).toHaveText("What then?");
  await lateJoiner.vote("Pizza");
  await lateJoiner.isCounted("Pizza");
  for (const each of [ann, ben, lateJoiner]) await each.sees({ Sushi: 0, Ramen: 0, Pizza: 1 });

  await lateJoiner.page
    .getByRole("navigation", { name: "Earlier questions" })
    .getByText("What first?")
    .click();
  await lateJoiner.sees({ Sushi: 0, Ramen: 1, Pizza: 0 });
  await lateJoiner.page.getByRole("link", { name: "Back to the room" }).click();
  await expect(lateJoiner.heading).toHaveText("What then?");

  await room.remove();
  for (const each of [ann, ben]) {
    await expect(each.page.getByText("The host has ended this room.")).toBeVisible();
    await expect(each.form).toHaveCount(0);
  }
});

test("[U40][R2] a vote on its way when the room moves on is sent all the same, also over a reload", async ({
  origin,
  ann,
  ben,
}) => {
  const { room, polls } = await askRoom(origin, QUESTIONS);
  await room.step("go", { pollId: polls[0] });
  for (const each of [ann, ben]) {
    await each.join(room.code);
    await expect(each.status).toContainText("here");
    await each.page.context().setOffline(true);
    await each.vote("Ramen");
    await expect(each.receipt).toContainText("Kept");
  }
  await room.step("go", { pollId: polls[1] });
  await ann.page.context().setOffline(false);
  await expect(ann.heading).toHaveText("What then?");
  await expect(ann.form).toBeVisible();
  // Another phone is switched off meanwhile, and comes back to a new page.
  const context = ben.page.context();
  await ben.page.close();
  await context.setOffline(false);
  const later = await context.newPage();
  await later.goto(`/${room.code}`);
  const witness = await await ann.page.context().newPage();
  await witness.goto(`/${polls[0]}`);
  await expect(witness.locator(".bar").filter({ hasText: "Ramen" }).locator("b")).toHaveText("2");
  await expect(witness.locator(".receipt")).toHaveText("CountedRamen");
});

test("[U40][U9] a vote on an earlier question that came too late is told as such, where one is by then", async ({
  origin,
  ann,
}) => {
  const { room, polls } = await askRoom(origin, QUESTIONS);
  const [first = "", second = ""] = polls;
  await room.step("go", { pollId: first });
  await ann.join(room.code);
  await expect(ann.status).toContainText("1 here");
  await expect(ann.page).toHaveTitle("What first? · Pollcast");
  await ann.page.context().setOffline(true);
  await ann.vote("Ramen");
  await expect(ann.receipt).toContainText("Kept");
  await new Asked(origin, "polls", first, room.hostKey).step("close");
  await room.step("go", { pollId: second });
  await ann.page.context().setOffline(false);
  await expect(ann.heading).toHaveText("What then?");
  await expect(ann.page).toHaveTitle("What then? · Pollcast");
  await expect(ann.page.getByRole("alert")).toContainText(
    "Earlier questions: The poll closed before this vote",
  );
  await expect(ann.form).toBeVisible();
});

test("[U40] the focus goes along only where its place is gone", async ({ origin, openContext }) => {
  const { room, polls } = await askRoom(origin, QUESTIONS);
  await room.step("go", { pollId: polls[0] });
  const page = await (await openContext(PHONE)).newPage();
  await page.goto(`/${room.code}`);
  const heading = page.getByRole("heading", { level: 1 });
  // Nowhere in particular: nothing takes the focus.
  await room.step("go", { pollId: polls[1] });
  await expect(heading).toHaveText("What then?");
  expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true);
  // In the form of a question that is gone: at the next question.
  await page.getByLabel("Ramen").focus();
  await room.step("go", { pollId: polls[2] });
  await expect(heading).toHaveText("And at last?");
  await expect(heading).toBeFocused();
  // Elsewhere on the page: left alone.
  const brand = page.getByRole("link", { name: "Pollcast" });
  await brand.focus();
  await room.step("go", { pollId: polls[0] });
  await expect(heading).toHaveText("What first?");
  await expect(brand).toBeFocused();
});
