/** Somebody with a browser: joins by code, votes, looks at the bars. */
import { expect, type Locator, type Page } from "@playwright/test";

export class Visitor {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** As people do: the address, the code in the field, Join. */
  async join(code: string): Promise<void> {
    await this.page.goto("/");
    await this.page.getByLabel("Code from the screen").fill(code);
    await this.page.getByRole("button", { name: "Join" }).click();
    await this.page.waitForURL(/\/(?:[0-9A-Z]{6}|[0-9A-Z]{8})$/);
  }

  async choose(label: string): Promise<void> {
    await this.page.getByLabel(label, { exact: true }).check();
  }

  async vote(...labels: string[]): Promise<void> {
    for (const label of labels) await this.choose(label);
    await this.page.getByRole("button", { name: "Vote", exact: true }).click();
  }

  /** Opens the form again and casts another choice. */
  async changeTo(label: string): Promise<void> {
    await this.page.getByRole("button", { name: "Change my vote" }).click();
    await this.choose(label);
    await this.page.getByRole("button", { name: "Change my vote" }).click();
  }

  /** What has become of the ballot. */
  get receipt(): Locator {
    return this.page.locator(".receipt");
  }

  get form(): Locator {
    return this.page.locator("form.ballot");
  }

  get heading(): Locator {
    return this.page.getByRole("heading", { level: 1 });
  }

  /** What screen readers are told of what changes by itself. */
  get announced(): Locator {
    return this.page.locator("p.unheard[role=status]");
  }

  get results(): Locator {
    return this.page.locator(".results");
  }

  get status(): Locator {
    return this.page.locator(".status-line");
  }

  bar(label: string): Locator {
    return this.page.locator(".bar").filter({ hasText: label });
  }

  async sees(votes: Readonly<Record<string, number>>): Promise<void> {
    for (const [label, count] of Object.entries(votes)) {
      await expect(this.bar(label).locator("b")).toHaveText(String(count));
    }
  }

  async isCounted(label: string): Promise<void> {
    await expect(this.receipt).toHaveText(`Counted${label}`);
  }

  /** Leaves something in the page that a reload would wipe away. */
  async mark(): Promise<void> {
    await this.page.evaluate(() => document.documentElement.setAttribute("data-marked", ""));
  }

  async wasNotReloaded(): Promise<void> {
    await expect(this.page.locator("html[data-marked]")).toHaveCount(1);
  }
}
