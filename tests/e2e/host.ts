import { expect, type Page } from "@playwright/test";
import type { PollView } from "../../shared/messages.ts";
import { Visitor } from "./visitor.ts";

export interface Wishes {
  readonly question?: string;
  readonly options?: readonly string[];
  readonly kind?: "One answer" | "Several answers" | "Rating 1 to 5";
  readonly results?: "Everyone, live" | "Each voter, after voting" | "Everyone, at the end";
  readonly allowChange?: boolean;
  readonly openNow?: boolean;
}

export const MENU = ["Sushi", "Ramen", "Pizza"] as const;

/** Whoever makes the poll and steers it. */
export class Host extends Visitor {
  constructor(page: Page) {
    super(page);
  }

  /** Makes a poll with the form on the home page and returns the code that the page then shows. */
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
    await page.waitForURL(/\/[0-9A-Z]{8}/);
    const code = page.locator(".big-code");
    await expect(code).toBeVisible();
    return (await code.textContent()) ?? "";
  }

  /**
   * Makes a poll by a call and opens its page as its host; for what the form does not offer, such as a poll of seconds.
   */
  async createByCall(body: object): Promise<string> {
    const answer = await this.page.request.post("/api/polls", { data: { options: MENU, ...body } });
    const { poll, hostKey }: { poll: PollView["poll"]; hostKey: string } = await answer.json();
    await this.page.goto(`/${poll.pollId}#host=${hostKey}`);
    return poll.pollId;
  }

  async press(step: "Open" | "Close" | "Hide results" | "Reveal results" | "+1 min"): Promise<void> {
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
