import { expect, type Locator, type Page } from "@playwright/test";
import { Visitor } from "./visitor.ts";

export interface Wishes {
  readonly question?: string;
  readonly options?: readonly string[];
  readonly kind?: "One answer" | "Several answers" | "Rating 1 to 5";
  readonly results?: "Everyone, live" | "Each voter, after voting" | "Everyone, at the end";
  readonly allowChange?: boolean;
  readonly openNow?: boolean;
}

type HostButton =
  | "Open"
  | "Close"
  | "Hide results"
  | "Reveal results"
  | "+1 min"
  | "+5 min"
  | "Ask again"
  | "Back";

export const MENU = ["Sushi", "Ramen", "Pizza"] as const;

/** Whoever makes the poll and steers it. */
export class Host extends Visitor {
  constructor(page: Page) {
    super(page);
  }

  /** Makes a poll with the form on the home page and returns the code that the host's page then shows. */
  async createPoll(wishes: Wishes = {}): Promise<string> {
    const { page } = this;
    await page.goto("/");
    await page.getByLabel("Question").fill(wishes.question ?? "Where shall we eat?");
    if (wishes.kind) await page.getByLabel(wishes.kind).check();
    if (wishes.kind !== "Rating 1 to 5") await this.#writeOptions(wishes.options ?? MENU);
    if (wishes.results) await page.getByLabel(wishes.results).check();
    if (wishes.allowChange) await page.getByLabel("Voters may change their vote").check();
    if (wishes.openNow === false) await page.getByLabel("Open it now").uncheck();
    await page.getByRole("button", { name: "Create poll" }).click();
    await page.waitForURL(/\/[0-9A-Z]{8}\/host$/);
    const code = page.locator(".big-code");
    await expect(code).toBeVisible();
    return (await code.textContent()) ?? "";
  }

  /** Goes to the page of what was made by a call, as its host. */
  async open({ code, hostKey }: { readonly code: string; readonly hostKey: string }): Promise<void> {
    await this.page.goto(`/${code}/host#host=${hostKey}`);
  }

  /** The question that is steered. */
  get question(): Locator {
    return this.page.getByRole("heading", { level: 1 });
  }

  /** A room's list of questions, as its rows read. */
  get rows(): Locator {
    return this.page.locator(".room-question .go");
  }

  /** Presses Next (at first: Begin), which says where it leads. */
  async next(question: string): Promise<void> {
    await this.page.locator("button.next").filter({ hasText: question }).click();
    await expect(this.question).toHaveText(question);
  }

  /** Goes to a question of the room by its row in the list. */
  async goTo(question: string): Promise<void> {
    await this.rows.filter({ hasText: question }).click();
    await expect(this.question).toHaveText(question);
  }

  async press(step: HostButton): Promise<void> {
    await this.page.getByRole("button", { name: step, exact: true }).click();
  }

  async #writeOptions(options: readonly string[]): Promise<void> {
    await this.page.getByLabel("Option 1").click();
    for (const [index, option] of options.entries()) {
      if (index > 0) await this.page.keyboard.press("Enter");
      await expect(this.page.getByLabel(`Option ${index + 1}`, { exact: true })).toBeFocused();
      await this.page.keyboard.type(option);
    }
  }
}
