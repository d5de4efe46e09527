import { expect, test } from "./actors.ts";
import { askRoom } from "./asked.ts";

test("[U57] a room is prepared at the host's page: written, rewritten, put in order, named", async ({
  host,
  origin,
}) => {
  const { page } = host;
  await host.open((await askRoom(origin, [])).room);
  await expect(page.getByText("This room has no questions yet").first()).toBeVisible();
  await page.getByRole("button", { name: "Add a question" }).click();
  const form = page.getByRole("form", { name: "New question" });
  await expect(form.getByLabel("Question", { exact: true })).toBeFocused();
  await form.getByRole("button", { name: "Add", exact: true }).click();
  await expect(form.getByRole("alert")).toContainText("Something is missing");
  await expect(form.getByLabel("Question", { exact: true })).toBeFocused();
  await form.getByLabel("Question", { exact: true }).fill("Which day?");
  await form.getByLabel("Option 1").fill("Monday");
  await form.getByLabel("Option 2").fill("Friday");
  await form.getByRole("button", { name: "Add", exact: true }).click();
  await expect(host.rows).toHaveText(["1Which day?Not asked yet"]);
  await expect(page.getByRole("button", { name: "Add a question" })).toBeFocused();
  for (const question of ["How was it?", "What next?"]) {
    await page.getByRole("button", { name: "Add a question" }).click();
    await form.getByLabel("Question", { exact: true }).fill(question);
    await form.getByLabel("Rating 1 to 5").check();
    await form.getByRole("button", { name: "Add", exact: true }).click();
    await expect(host.rows.filter({ hasText: question })).toHaveCount(1);
  }

  await page.getByRole("button", { name: "Edit the list" }).click();
  // By keyboard: the focus stays with the question that moves.
  await page.getByRole("button", { name: "Move question 3 up" }).press("Enter");
  await expect(page.getByRole("button", { name: "Move question 2 up" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(host.rows).toContainText(["What next?", "Which day?", "How was it?"]);
  await expect(page.getByRole("button", { name: "Move question 1 down" })).toBeFocused();

  await page.getByRole("button", { name: "Edit question 2" }).click();
  const rewriting = page.getByRole("form", { name: "Edit the question" });
  await expect(rewriting.getByLabel("Option 2")).toHaveValue("Friday");
  await rewriting.getByLabel("Question", { exact: true }).fill("Which day of the week?");
  await rewriting.getByLabel("Option 2").fill("Sunday");
  await rewriting.getByRole("button", { name: "Save" }).click();
  await expect(host.rows).toContainText(["What next?", "Which day of the week?", "How was it?"]);

  await page.getByRole("button", { name: "Remove question 3" }).click();
  await page.getByRole("button", { name: "Delete for good" }).click();
  await expect(host.rows).toContainText(["What next?", "Which day of the week?"]);
  await page.getByLabel("Name of the room").fill("Biology 9b");
  await page.getByLabel("Name of the room").press("Enter");
  await expect(page.getByRole("heading", { name: "Biology 9b", level: 1 })).toBeVisible();
  await expect(page.getByLabel("Name of the room")).toBeFocused();
  await page.reload();
  await expect(host.rows).toContainText(["What next?", "Which day of the week?"]);
  await host.goTo("Which day of the week?");
  await expect(page.getByRole("listitem").filter({ hasText: "Sunday" })).toBeVisible();
});

test("[U57] next and back move everybody along, a late joiner lands on the live question, and results stay", async ({
  host,
  origin,
  ann,
  ben,
  lateJoiner,
}) => {
  const { room } = await askRoom(origin, ["First?", "Second?", "Third?"]);
  await host.open(room);
  for (const voter of [ann, ben]) await voter.page.goto(`/${room.code}`);
  await host.next("First?");
  for (const each of [ann, ben])
    await expect(each.page.getByRole("heading", { level: 1 })).toHaveText("First?");
  await ann.vote("Sushi");
  await host.sees({ Sushi: 1 });
  await host.next("Second?");
  for (const each of [host, ann, ben])
    await expect(each.page.getByRole("heading", { level: 1 })).toHaveText("Second?");
  await host.sees({ Sushi: 0 });
  await ben.vote("Ramen");
  await host.sees({ Ramen: 1 });
  await lateJoiner.page.goto(`/${room.code}`);
  await expect(lateJoiner.page.getByRole("heading", { level: 1 })).toHaveText("Second?");

  await host.page.keyboard.press("ArrowLeft");
  await expect(host.question).toHaveText("First?");
  await host.page.keyboard.press("ArrowRight");
  await expect(host.question).toHaveText("Second?");
  await host.press("Back");
  await expect(host.question).toHaveText("First?");
  await host.sees({ Sushi: 1 });
  await ann.isCounted("Sushi");
  await host.press("Close");
  await expect(host.status).toContainText("Closed");
  await host.press("Ask again");
  await expect(host.rows).toContainText(["First?", "First?", "Second?", "Third?"]);
  await expect(host.status).toContainText("Question 2 of 4");
  await expect(ann.form).toBeVisible();
  await ann.vote("Pizza");
  await expect(host.page.getByRole("region", { name: "Against last time" })).toContainText("+100 points");
  // What was asked is in the list, and leads back; its results have a page of their own.
  await expect(host.page.getByRole("link", { name: "Results of question 3" })).toBeVisible();
  await expect(host.page.getByRole("link", { name: "Results of question 4" })).toHaveCount(0);
  await host.page.getByRole("link", { name: "Results of question 1" }).click();
  await expect(host.page.getByRole("heading", { name: "First?" })).toBeVisible();
});

test("[U57] the host's page of one question leads to its room's, and takes the key along", async ({
  host,
  origin,
}) => {
  const { room, polls } = await askRoom(origin, ["First?", "Second?"]);
  await host.open({ code: `${polls[0]}`, hostKey: room.hostKey });
  await expect(host.question).toHaveText("First?");
  await expect(host.page.getByRole("button", { name: "Open", exact: true })).toBeEnabled();
  await host.page.getByRole("link", { name: "Go to the host’s page of the room" }).click();
  await expect(host.rows).toHaveCount(2);
  await host.next("First?");
});

test("[U57] a name that is typed while a step is under way is kept after it", async ({ host, origin }) => {
  const { room } = await askRoom(origin, ["First?", "Second?"]);
  const { page } = host;
  await host.open(room);
  await page.getByRole("button", { name: "Edit the list" }).click();
  const { promise: isLet, resolve: letGo } = Promise.withResolvers<void>();
  await page.route(/polls\/\w+$/, async (route) => {
    const response = await route.fetch();
    await isLet;
    await route.fulfill({ response });
  });
  await page.getByRole("button", { name: "Remove question 1" }).click();
  await page.getByRole("button", { name: "Delete for good" }).click();
  await expect(host.rows).toHaveCount(1);
  await page.getByLabel("Name of the room").fill("Biology 9b");
  await page.getByLabel("Name of the room").press("Enter");
  letGo();
  await expect(page.getByRole("heading", { name: "Biology 9b", level: 1 })).toBeVisible();
});

test("[U52] an answer that is lost leads nobody to take the step twice", async ({ host, origin }) => {
  const { room } = await askRoom(origin, ["First?", "Second?", "Third?"]);
  await host.open(room);
  await host.next("First?");
  await host.page.route("**/go", async (route) => {
    await route.fetch();
    await route.abort();
  });
  const isLost = host.page.waitForEvent("requestfailed");
  await host.next("Second?");
  await isLost;
  await expect(host.page.locator("button.next")).not.toHaveAttribute("aria-disabled");
  await expect(host.page.locator(".live > [role=alert]")).toBeEmpty();
});

test("[U55] a room that is deleted is gone for everybody, with its questions", async ({
  host,
  origin,
  ann,
}) => {
  const { room } = await askRoom(origin, ["First?", "Second?"]);
  await host.open(room);
  await ann.page.goto(`/${room.code}`);
  await host.next("First?");
  await expect(ann.form).toBeVisible();
  await host.page.getByRole("button", { name: "Delete the room" }).click();
  await host.page.getByRole("button", { name: "Delete for good" }).click();
  await expect(host.question).toHaveText("It is deleted.");
  await expect(ann.page.getByText("The host has ended this room.")).toBeVisible();
});
