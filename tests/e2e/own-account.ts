import { expect, type Locator, type Page } from "@playwright/test";

export const PASSWORD = "correct horse battery staple";

/** Somebody nobody else is. */
export const newEmail = () => `host-${crypto.randomUUID()}@example.org`;

export async function signUp(page: Page, email: string): Promise<void> {
  await page.goto("/");
  await page.getByRole("link", { name: "Sign in" }).click();
  await sendForm(page, "Create an account", email);
}

export async function signIn(page: Page, email: string): Promise<void> {
  await page.goto("/login");
  await sendForm(page, "Sign in", email);
}

/** What `/account` lists, the browser that looks included. */
export function sessionsOf(page: Page): Locator {
  return page.getByRole("region", { name: "Where you are signed in" }).getByRole("listitem");
}

/** Signs the one other browser out from `/account`; returns when that is acknowledged. */
export async function signOtherOut(page: Page): Promise<void> {
  await sessionsOf(page).getByRole("button").click();
  await expect(page.getByText("That browser is signed out.")).toBeVisible();
  await expect(sessionsOf(page)).toHaveCount(1);
}

async function sendForm(page: Page, name: string, email: string): Promise<void> {
  const form = page.getByRole("region", { name });
  await form.getByLabel("E-mail").fill(email);
  await form.getByLabel("Password").fill(PASSWORD);
  await form.getByRole("button", { name }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("My polls");
}
