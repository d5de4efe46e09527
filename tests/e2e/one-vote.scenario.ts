import { expect, test } from "./actors.ts";
import { askPoll } from "./asked.ts";
import { Visitor } from "./visitor.ts";

test("[U15] a reload keeps the choice, and another tab of the same browser cannot vote again", async ({
  host,
  ann,
}) => {
  const code = await host.createPoll();
  await ann.join(code);
  await ann.vote("Ramen");
  await ann.isCounted("Ramen");
  await ann.page.reload();
  await ann.isCounted("Ramen");
  await expect(ann.form).toHaveCount(0);
  await expect(ann.bar("Ramen")).toContainText("Your vote");

  const sixthTab = new Visitor(await ann.page.context().newPage());
  await sixthTab.join(code);
  await sixthTab.isCounted("Ramen");
  await expect(sixthTab.form).toHaveCount(0);
  await host.sees({ Sushi: 0, Ramen: 1, Pizza: 0 });
});

test("[U15] two tabs of one voter at the same moment: one vote counts, and both show which", async ({
  host,
  ann,
}) => {
  const code = await host.createPoll();
  const other = new Visitor(await ann.page.context().newPage());
  await ann.join(code);
  await other.join(code);
  await ann.choose("Sushi");
  await other.choose("Pizza");
  // By script, so that the second click does not wait for the first tab to come to rest.
  const click = (tab: Visitor) =>
    tab.page.locator("form.ballot button.primary").evaluate((button) => (button as HTMLElement).click());
  await Promise.all([click(ann), click(other)]);
  await expect(ann.receipt).toHaveText(/^Counted(Sushi|Pizza)$/);
  await expect(host.status).toContainText("1 voted");
  const counted = (await ann.receipt.textContent())?.replace("Counted", "") ?? "";
  await other.isCounted(counted);
  await host.sees({ Sushi: counted === "Sushi" ? 1 : 0, Pizza: counted === "Pizza" ? 1 : 0 });
});

test("[U8] where it is allowed a vote can be changed, and moves", async ({ host, ann, ben }) => {
  const code = await host.createPoll({ allowChange: true });
  await ann.join(code);
  await ben.join(code);
  await ann.vote("Sushi");
  await ann.isCounted("Sushi");
  await ben.sees({ Sushi: 1, Ramen: 0 });
  await ann.changeTo("Ramen");
  await ann.isCounted("Ramen");
  for (const each of [host, ann, ben]) await each.sees({ Sushi: 0, Ramen: 1, Pizza: 0 });
  await expect(host.status).toContainText("1 voted");

  await ann.page.getByRole("button", { name: "Change my vote" }).click();
  await ann.page.getByRole("button", { name: "Keep my vote" }).click();
  await ann.isCounted("Ramen");
});

test("[U13] blocked storage does not keep anybody from voting or hosting", async ({
  host,
  openContext,
  origin,
}) => {
  const context = await openContext();
  await context.addInitScript(() => {
    const deny = () => {
      throw new DOMException("Access is denied for this document.", "SecurityError");
    };
    Object.defineProperty(window, "localStorage", { get: deny });
    Object.defineProperty(window, "sessionStorage", { get: deny });
  });
  const wary = new Visitor(await context.newPage());
  const code = await host.createPoll();
  await wary.join(code);
  await wary.vote("Pizza");
  await wary.isCounted("Pizza");
  await host.sees({ Pizza: 1 });
  await wary.page.reload();
  await wary.isCounted("Pizza");

  const made = await askPoll(origin);
  await wary.page.goto(`/${made.code}#host=${made.hostKey}`);
  await expect(wary.page.getByRole("button", { name: "Close" })).toBeVisible();
  // The key stays in the address, for it can be kept nowhere else.
  await wary.page.reload();
  await wary.page.getByRole("button", { name: "Close" }).click();
  await expect(wary.status).toContainText("Closed");
});
