import type { PollView } from "../../shared/messages.ts";
import { expect, test } from "./actors.ts";
import {
  button,
  LAPTOP,
  labelsOf,
  madeBy,
  option,
  optionsOf,
  pageAt,
  paste,
  pollAt,
  question,
  roomAt,
  tabTo,
} from "./create-steps.ts";

test("[U30] a poll is made with the keyboard alone", async ({ openContext }) => {
  const page = await pageAt(openContext(LAPTOP));
  await tabTo(page, question(page));
  await page.keyboard.type("Tea or coffee?");
  await page.keyboard.press("Enter");
  await expect(option(page, 1)).toBeFocused();
  await page.keyboard.type("Tea");
  await page.keyboard.press("Enter");
  await page.keyboard.type("Coffee");
  await page.keyboard.press("Enter");
  await expect(option(page, 3)).toBeFocused();
  await page.keyboard.press("Backspace");
  await expect(option(page, 3)).toHaveCount(0);
  await expect(option(page, 2)).toBeFocused();
  await page.keyboard.type(" with milk");
  const { code } = await madeBy(page, () => page.keyboard.press("Control+Enter"));
  const poll = await pollAt(page, code);
  expect([poll.question, labelsOf(poll)]).toEqual(["Tea or coffee?", ["Tea", "Coffee with milk"]]);
  expect([poll.status, poll.kind]).toEqual(["open", "single"]);
});

test("[U31] a room of three questions is written, put in order and made with the keyboard alone", async ({
  openContext,
}) => {
  const page = await pageAt(openContext(LAPTOP));
  await tabTo(page, button(page, "Several questions"));
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByLabel("Title"));
  await page.keyboard.type("Lesson 3");
  await page.keyboard.press("Enter");
  for (const [index, asked] of ["First?", "Third?", "Second?"].entries()) {
    await expect(question(page)).toBeFocused();
    await page.keyboard.type(`${asked}`);
    await page.keyboard.press("Enter");
    await page.keyboard.type("Yes");
    await page.keyboard.press("Enter");
    await page.keyboard.type("No");
    // Two more: one makes an empty option, which the other ends the list with.
    if (index < 2) for (const key of ["Enter", "Enter"]) await page.keyboard.press(key);
  }
  await page.keyboard.press("Shift+Tab");
  await tabTo(page, page.getByLabel("Title"));
  await tabTo(page, page.getByLabel("Move question 3 up"));
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Move question 2 up")).toBeFocused();
  const made = await madeBy(page, () => page.keyboard.press("Control+Enter"));
  const { room, polls } = await roomAt(page, made);
  expect([room.title, room.current]).toEqual(["Lesson 3", null]);
  expect(polls.map((poll) => poll.question)).toEqual(["First?", "Second?", "Third?"]);
  expect(polls.map(labelsOf)).toEqual(Array(3).fill(["Yes", "No"]));
  expect(polls.map(({ status }) => status)).toEqual(Array(3).fill("draft"));
});

test("[U31] a question taken out by mistake comes back with all that was written", async ({
  openContext,
}) => {
  const page = await pageAt(openContext(LAPTOP));
  await button(page, "Several questions").click();
  await question(page).fill("First?");
  await button(page, "A–D").click();
  await button(page, "Add a question").click();
  await question(page).fill("How was it?");
  await page.getByLabel("Rating 1 to 5").check();
  await page.getByLabel("Remove question 1").click();
  await expect(button(page, "Undo")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(question(page)).toHaveValue("First?");
  expect(await optionsOf(page)).toEqual(["A", "B", "C", "D"]);
  const { polls } = await roomAt(page, await madeBy(page, () => button(page, "Create room").click()));
  expect(polls.map(({ kind }) => kind)).toEqual(["single", "rating"]);
});

test("[U10] a pasted list of 25 fills 20 options, and says that the rest was left out", async ({
  openContext,
}) => {
  const permissions = ["clipboard-read", "clipboard-write"];
  const page = await pageAt(openContext({ ...LAPTOP, permissions }));
  const list = Array.from({ length: 25 }, (_, index) => `City ${index + 1}`);
  await paste(page, option(page, 1), list.join("\n"));
  await expect(option(page, 20)).toBeFocused();
  expect(await optionsOf(page)).toEqual(list.slice(0, 20));
  await expect(page.getByRole("alert")).toContainText("at most 20 options");
  await question(page).fill("Where to?");
  await page.getByLabel("Several answers").check();
  await page.getByLabel("How many may be chosen").selectOption("At most 3");
  const { code } = await madeBy(page, () => button(page, "Create poll").click());
  const poll = await pollAt(page, code);
  expect([poll.settings.maxChoices, poll.options.length]).toEqual([3, 20]);
});

test("[U32] a template is one press, and what was typed is one press back", async ({ openContext }) => {
  const page = await pageAt(openContext(LAPTOP));
  await option(page, 1).fill("Tea");
  await button(page, "Yes / No").click();
  await button(page, "Agree 1–5").click();
  await expect(option(page, 5)).toHaveValue("Strongly disagree");
  await button(page, "Undo: my own options").click();
  expect(await optionsOf(page)).toEqual(["Tea", ""]);
  await expect(option(page, 1)).toBeFocused();
  await expect(button(page, "Undo: my own options")).toHaveCount(0);
});

test("[U33] what the server refuses of a room is told where it was written", async ({ openContext }) => {
  const page = await pageAt(openContext(LAPTOP));
  await button(page, "Several questions").click();
  for (const [asked, second] of [
    ["First?", "No"],
    ["", ""],
    ["Third?", "No\u0007"],
    ["Fourth?", "No"],
  ] as const) {
    await question(page).fill(asked);
    if (asked) await option(page, 1).fill("Yes");
    if (second) await option(page, 2).fill(second);
    if (asked !== "Fourth?") await button(page, "Add a question").click();
  }
  await button(page, "Create room").click();
  await expect(option(page, 2)).toBeFocused();
  await expect(question(page)).toHaveValue("Third?");
  await expect(option(page, 2)).toHaveAttribute("aria-invalid", "true");
  await expect(page.locator("#option-1-error")).toContainText("plain text");
  await option(page, 2).fill("No");
  await expect(page.locator("#option-1-error")).toHaveCount(0);
  const { polls } = await roomAt(page, await madeBy(page, () => button(page, "Create room").click()));
  expect(polls.map((poll) => poll.question)).toEqual(["First?", "Third?", "Fourth?"]);
});

test("[U34] what was asked before is asked again, with all its settings", async ({ openContext }) => {
  const page = await pageAt(openContext(LAPTOP));
  const text = {
    question: "Which two?",
    kind: "multiple",
    options: ["Tea", "Milk", "Juice"],
    settings: { maxChoices: 2, allowChange: true, resultsVisibility: "afterVote", durability: "ledger" },
  };
  const answer = await page.request.post("/api/polls", { data: text });
  const { poll: before }: PollView = await answer.json();
  await page.goto(`/?from=${before.pollId}`);
  await expect(question(page)).toBeFocused();
  await expect(question(page)).toHaveValue("Which two?");
  const { code } = await madeBy(page, () => button(page, "Create poll").click());
  expect(code).not.toBe(before.pollId);
  const again = await pollAt(page, code);
  expect([again.question, again.kind, again.settings]).toEqual([
    before.question,
    before.kind,
    before.settings,
  ]);
  expect(labelsOf(again)).toEqual(["Tea", "Milk", "Juice"]);
  await page.goto("/?from=ZZZZ-ZZZZ");
  await expect(page.getByText("There is nothing with the code ZZZZ-ZZZZ")).toBeVisible();
  await expect(question(page)).toHaveValue("");
});
