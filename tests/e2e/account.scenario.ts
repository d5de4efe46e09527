import { expect, type Page } from "@playwright/test";
import { PHONE, test } from "./actors.ts";
import { Host } from "./host.ts";
import { isSound, SMALLEST } from "./is-sound.ts";
import { newEmail, PASSWORD, sessionsOf, signIn, signOtherOut, signUp } from "./own-account.ts";

const signOutEverywhere = (page: Page) => page.getByRole("button", { name: "Sign out everywhere" });

test("[A48] sign up, sign in on a second browser, list both, sign the other out: it is out at its next action", async ({
  openContext,
}) => {
  const email = newEmail();
  const [phone, laptop] = [await (await openContext(PHONE)).newPage(), await (await openContext()).newPage()];
  await signUp(phone, email);
  const code = await new Host(phone).createPoll();
  await signIn(laptop, email);
  await expect(sessionsOf(laptop)).toHaveCount(2);
  await expect(sessionsOf(laptop).filter({ hasText: "This browser" })).toHaveCount(1);
  await signOtherOut(laptop);

  await phone.goto("/account");
  await expect(phone.getByRole("heading", { level: 1 })).toHaveText("Sign in");
  // The poll was made in that browser: the key it kept still steers, as it would for a host without an account.
  await phone.goto(`/${code.replace("-", "")}/host`);
  await phone.getByRole("button", { name: "Close" }).click();
  await expect(phone.locator(".status-line")).toContainText("Closed");
});

test("[A48] sign out everywhere: both browsers are out, and the open page of a poll loses its host", async ({
  openContext,
  host: made,
}) => {
  const email = newEmail();
  const [phone, laptop] = [await (await openContext(PHONE)).newPage(), await (await openContext()).newPage()];
  await signUp(made.page, email);
  const code = await made.createPoll();
  await signIn(phone, email);
  await phone.goto(`/${code.replace("-", "")}/host`);
  await expect(phone.getByRole("button", { name: "Close" })).toBeVisible();
  await signIn(laptop, email);
  await signOutEverywhere(laptop).click();
  await expect(laptop.getByText("You are signed out in every browser.")).toBeVisible();
  await expect(phone.getByRole("button", { name: "Close" })).toHaveCount(0);
  await expect(phone.locator(".connection")).toBeEmpty();
  await phone.goto("/account");
  await expect(phone.getByRole("heading", { level: 1 })).toHaveText("Sign in");
});

test("[A48] a poll made while signed in is among one's own, and is steered without its key", async ({
  openContext,
  ann,
}) => {
  const page = await (await openContext({ viewport: { width: 1280, height: 800 } })).newPage();
  await signUp(page, newEmail());
  const code = await new Host(page).createPoll({ question: "Where do we meet?" });
  await ann.join(code);
  await ann.vote("Ramen");
  await ann.isCounted("Ramen");
  await page.evaluate(() => localStorage.clear());
  await page.goto("/");
  await page.getByRole("link", { name: "My polls" }).click();
  await expect(page.getByText("1 voted")).toBeVisible();
  await page.getByRole("link", { name: "Where do we meet?" }).click();
  await page.getByRole("button", { name: "Close" }).click();
  await expect(ann.status).toContainText("Closed");
  await page.goto("/account");
  await expect(page.getByRole("link", { name: "Results" })).toBeVisible();
});

test("[A48] a poll made before signing in is taken over with the key that the browser kept", async ({
  host,
}) => {
  const code = await host.createPoll({ question: "Mine too?" });
  const { page } = host;
  await expect(page.getByRole("button", { name: "Keep it in my polls" })).toHaveCount(0);
  await signUp(page, newEmail());
  await expect(page.getByText("Polls you make while signed in appear here.")).toBeVisible();
  await page.goto(`/${code.replace("-", "")}/host`);
  await page.getByRole("button", { name: "Keep it in my polls" }).click();
  await expect(page.getByRole("button", { name: "Keep it in my polls" })).toHaveCount(0);
  await page.goto("/account");
  await expect(page.getByRole("link", { name: "Mine too?" })).toBeVisible();
});

test("[A48] a form on the home page that was begun before signing in elsewhere is not lost", async ({
  openContext,
}) => {
  const context = await openContext();
  const [form, other] = [await context.newPage(), await context.newPage()];
  await form.goto("/");
  await form.getByLabel("Question").fill("Begun before?");
  await form.getByLabel("Option 1").fill("Yes");
  await form.getByLabel("Option 2").fill("No");
  await signUp(other, newEmail());
  await form.getByRole("button", { name: "Create poll" }).click();
  await form.waitForURL(/\/[0-9A-Z]{8}/);
  await other.reload();
  await expect(other.getByRole("link", { name: "Begun before?" })).toBeVisible();
});

test("[A42] all of it works without any script", async ({ openContext }) => {
  const page = await (await openContext({ javaScriptEnabled: false })).newPage();
  const email = newEmail();
  await signUp(page, email);
  await page.getByText("Change password").first().click();
  const form = page.locator("form[action='/account/password']");
  await form.getByLabel("Current password").fill("not the password");
  await form.getByLabel("New password").fill("another good password");
  await form.getByRole("button").click();
  await expect(form.getByText("The password is not right.")).toBeVisible();
  await form.getByLabel("Current password").fill(PASSWORD);
  await form.getByLabel("New password").fill("another good password");
  await form.getByRole("button").click();
  await expect(page.getByText("Your password is changed.")).toBeVisible();
  await signOutEverywhere(page).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sign in");
});

test("[U19] axe finds nothing on the pages of accounts, and 320 pixels are enough", async ({
  openContext,
}) => {
  const page = await (await openContext({ ...PHONE, viewport: SMALLEST })).newPage();
  await page.goto("/login");
  await isSound(page);
  await page.getByRole("region", { name: "Sign in" }).getByLabel("E-mail").fill("nobody@example.org");
  await page.getByRole("region", { name: "Sign in" }).getByLabel("Password").fill("not the password");
  await page.getByRole("region", { name: "Sign in" }).getByRole("button").click();
  await expect(page.getByRole("alert")).toBeVisible();
  await isSound(page);
  await signUp(page, newEmail());
  await isSound(page);
  await new Host(page).createPoll({ question: "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk?" });
  await page.goto("/account");
  for (const summary of await page.locator("summary").all()) await summary.click();
  await isSound(page);
});
