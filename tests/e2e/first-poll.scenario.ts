import { expect, test } from "./actors.ts";

test("[U14] a host makes a poll, five join by its code and vote, and the bars move on every screen", async ({
  host,
  voters,
  lateJoiner,
}) => {
  const code = await host.createPoll();
  const [ann, ben, cem, dot, eve] = voters;
  for (const voter of voters) await voter.join(code);
  await expect(host.status).toContainText("6 here");
  for (const each of [host, ...voters]) await each.mark();

  await ann.vote("Ramen");
  await ann.isCounted("Ramen");
  for (const each of [host, ...voters]) await each.sees({ Sushi: 0, Ramen: 1, Pizza: 0 });

  await ben.vote("Ramen");
  await cem.vote("Pizza");
  await dot.vote("Sushi");
  await eve.vote("Ramen");
  for (const each of [host, ...voters]) {
    await each.sees({ Sushi: 1, Ramen: 3, Pizza: 1 });
    await expect(each.status).toContainText("5 voted");
    await expect(each.bar("Ramen").locator(".fill")).toHaveAttribute("width", "60%");
    await expect(each.page.locator(".leads")).toHaveCount(1);
    await each.wasNotReloaded();
  }

  await lateJoiner.join(code.toLowerCase());
  await lateJoiner.sees({ Sushi: 1, Ramen: 3, Pizza: 1 });
  await expect(lateJoiner.form).toBeVisible();
});

test("[U14] several answers and ratings are counted for what they are", async ({
  host,
  ann,
  ben,
  openContext,
}) => {
  const several = await host.createPoll({ kind: "Several answers" });
  await ann.join(several);
  await ann.vote("Sushi", "Pizza");
  await ann.isCounted("Sushi, Pizza");
  await ben.join(several);
  await ben.vote("Pizza");
  await host.sees({ Sushi: 1, Ramen: 0, Pizza: 2 });
  await expect(host.bar("Pizza")).toContainText("100%");
  await expect(host.status).toContainText("2 voted");

  await (await openContext()).newPage();
  const rating = await host.createPoll({ kind: "Rating 1 to 5", question: "How was it?" });
  await ann.join(rating);
  await ann.vote("5");
  await ben.join(rating);
  await ben.vote("4");
  await expect(host.results).toContainText("4.5 average of 5");
});

test("[U1] the first answer shows the question and the results; the script asks for no more to show them", async ({
  host,
  ann,
  ben,
}) => {
  const code = await host.createPoll();
  await ann.join(code);
  await ann.vote("Sushi");
  await ann.isCounted("Sushi");
  const asked: string[] = [];
  ben.page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await ben.page.goto(`/${code.replace("-", "")}`);
  await ben.sees({ Sushi: 1, Ramen: 0, Pizza: 0 });
  await expect(ben.status).toContainText("3 here");
  expect(asked.filter((path) => path.startsWith("/api/"))).toEqual([]);
});

test("[U10] the form works by keyboard, takes a pasted list, and says where something is missing", async ({
  openContext,
}) => {
  const page = await (await openContext({ permissions: ["clipboard-read", "clipboard-write"] })).newPage();
  await page.goto("/");
  await page.getByRole("button", { name: "Create poll" }).click();
  await expect(page.getByLabel("Question")).toBeFocused();
  await expect(page.getByLabel("Question")).toHaveAttribute("aria-invalid", "true");
  await page.keyboard.type("Which day?");
  await page.evaluate(() => navigator.clipboard.writeText("Monday\nTuesday\n\nFriday"));
  await page.getByLabel("Option 1").focus();
  await page.keyboard.press("Control+V");
  await expect(page.getByLabel("Option 3", { exact: true })).toHaveValue("Friday");
  await expect(page.getByLabel("Option 3", { exact: true })).toBeFocused();
  await page.getByRole("button", { name: "Create poll" }).press("Enter");
  await page.waitForURL(/\/[0-9A-Z]{8}/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Which day?");
  await expect(page.getByRole("listitem")).toHaveCount(3);
});
