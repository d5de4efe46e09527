import { readFile } from "node:fs/promises";
import type { Download, Page } from "@playwright/test";
import type { PollView } from "../../shared/messages.ts";
import { parseCsv } from "../faults/parse-csv.ts";
import { castVotes } from "../support/poll-calls.ts";
import { expect, PHONE, test } from "./actors.ts";
import { type AskedRoom, askPoll, askRoom } from "./asked.ts";
import { isSound, SMALLEST } from "./is-sound.ts";
import { newEmail, signUp } from "./own-account.ts";

/** The third would run in a spreadsheet. */
const MENU = ["Sushi", "Ramen", "=Pizza"];

/** A lesson with these questions, each yes or no; the first `asked` of them have been asked, and one said yes. */
async function holdLesson(origin: string, questions: readonly string[], asked: number): Promise<AskedRoom> {
  const texts = questions.map((question) => ({ question, options: ["Yes", "No"] }));
  const lesson = await askRoom(origin, texts, { title: "Lesson 4" });
  for (const pollId of lesson.polls.slice(0, asked)) {
    await lesson.room.step("go", { pollId });
    await castVotes(origin, pollId, "opt-1");
  }
  return lesson;
}

async function contentOf(download: Download): Promise<Buffer> {
  return readFile(await download.path());
}

async function saved(page: Page, name: string): Promise<Download> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByText(name, { exact: true }).click(),
  ]);
  return download;
}

test("[U70][U71] afterwards: everything without a script in UTC, and with one in the reader's zone", async ({
  openContext,
  origin,
}) => {
  const plain = await (await openContext({ javaScriptEnabled: false })).newPage();
  const asked = await askPoll(origin);
  const { code } = asked;
  await castVotes(origin, code, "opt-2", "opt-2", "opt-1");
  await asked.step("close");
  await plain.goto(`/${code}/results`);
  await expect(plain.getByRole("heading", { level: 1 })).toHaveText("Where shall we eat?");
  await expect(plain.locator(".status-line")).toContainText("Final");
  const table = plain.getByRole("table", { name: "Votes by option" });
  await expect(table.getByRole("row", { name: "Ramen" }).getByRole("cell")).toHaveText(["2", "66.7%"]);
  await expect(plain.getByRole("listitem").filter({ hasText: "Ramen" }).locator("b")).toHaveText("2");
  await expect(plain.locator(".timeline-area")).toBeVisible();
  await expect(plain.locator("time").first()).toContainText("UTC");
  await expect(plain.getByText("One vote per browser")).toBeVisible();

  const tokyo = await (await openContext({ timezoneId: "Asia/Tokyo" })).newPage();
  await tokyo.goto(`/${code}/results`);
  await expect(tokyo.locator("time").first()).toContainText("GMT+9");
  const at = await tokyo.locator("time").first().getAttribute("datetime");
  const hour = new Date(at ?? "").toLocaleString("en", {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone: "Asia/Tokyo",
  });
  await expect(tokyo.locator("time").first()).toContainText(hour);
});

test("[U72] hidden: the page says why, has no number of it, and has all of them once they may be seen", async ({
  openContext,
  origin,
}) => {
  const page = await (await openContext(PHONE)).newPage();
  const asked = await askPoll(origin, { settings: { resultsVisibility: "afterClose" } });
  const { code } = asked;
  await castVotes(origin, code, "opt-2", "opt-2");
  await page.goto(`/${code}/results`);
  await expect(page.getByText("when the poll closes")).toBeVisible();
  expect(await page.content()).not.toMatch(/"votes":|<table|class="fill"|timeline-area/);
  await expect(page.getByText("Picture (SVG)")).toHaveCount(0);
  await asked.step("close");
  // The page reads again by itself while the numbers may change.
  await expect(page.getByRole("row", { name: "Ramen" }).getByRole("cell")).toHaveText(["2", "100%"]);
  await expect(page.locator(".status-line")).toContainText("Final");
});

test("[U73] a host with the key in the browser takes four files away, and they are right", async ({
  openContext,
  origin,
}) => {
  const page = await (await openContext()).newPage();
  const hidden = { options: MENU, settings: { resultsVisibility: "afterClose" } };
  const { code, hostKey } = await askPoll(origin, hidden);
  await castVotes(origin, code, "opt-3", "opt-3", "opt-1");
  await page.goto(`/${code}/results#host=${hostKey}`);
  await expect(page.getByRole("row", { name: "=Pizza" }).getByRole("cell")).toHaveText(["2", "66.7%"]);
  expect(new URL(page.url()).hash).toBe("");
  await expect(page.getByRole("region", { name: "What was done" }).getByRole("listitem")).toHaveText([
    /Made/,
  ]);

  const csv = await saved(page, "Table (CSV)");
  expect(csv.suggestedFilename()).toBe(`pollcast-${code.slice(0, 4)}-${code.slice(4)}.csv`);
  const text = String(await contentOf(csv));
  expect(text.startsWith("\ufeff")).toBe(true);
  expect(parseCsv(text)[3]?.slice(3)).toEqual(["opt-3", "'=Pizza", "2", "66.7", "3", "false"]);

  const json = JSON.parse(String(await contentOf(await saved(page, "Everything (JSON)"))));
  expect(json.results.results.map(({ votes }: { votes: number }) => votes)).toEqual([1, 0, 2]);

  const svg = String(await contentOf(await saved(page, "Picture (SVG)")));
  const texts = await page.evaluate((xml) => {
    const parsed = new DOMParser().parseFromString(xml, "image/svg+xml");
    return Array.from(parsed.querySelectorAll("parsererror, text"), ({ textContent }) => textContent);
  }, svg);
  expect(texts.slice(0, 7)).toEqual(["Where shall we eat?", "Sushi", "1", "33.3%", "Ramen", "0", "0%"]);

  const png = await contentOf(await saved(page, "Picture (PNG)"));
  expect([...png.subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
  expect(png.readUInt32BE(16)).toBe(2400);
  // A picture of nothing is a few hundred bytes.
  expect(png.length).toBeGreaterThan(20_000);

  await page.route("**/export.csv", (route) => route.abort());
  await page.getByText("Table (CSV)").click();
  await expect(page.getByRole("alert")).toHaveText("That could not be fetched. Please try again.");

  const other = await (await openContext()).newPage();
  await other.goto(`/${code}/results#host=wrong`);
  await expect(other.getByText("when the poll closes")).toBeVisible();
  await expect(other.getByText("Table (CSV)")).toHaveCount(0);
});

test("[U74] an owner who is signed in needs no script for the files", async ({ openContext }) => {
  const context = await openContext();
  await signUp(await context.newPage(), newEmail());
  const session = await (await context.request.post("/api/session")).json();
  const made = await context.request.post("/api/polls", {
    data: { question: "Where shall we eat?", options: MENU, settings: { resultsVisibility: "afterClose" } },
    headers: { "X-CSRF-Token": session.csrfToken },
  });
  const { poll, owned }: { poll: PollView["poll"]; owned: boolean } = await made.json();
  expect(owned).toBe(true);
  const plain = await (
    await openContext({ javaScriptEnabled: false, storageState: await context.storageState() })
  ).newPage();
  await plain.goto(`/${poll.pollId}/results`);
  await expect(plain.getByRole("region", { name: "What was done" })).toContainText("Made");
  const rows = parseCsv(String(await contentOf(await saved(plain, "Table (CSV)"))));
  expect(rows.map((row) => row[4])).toEqual(["label", "Sushi", "Ramen", "'=Pizza"]);
  expect(String(await contentOf(await saved(plain, "Picture (SVG)")))).toContain(">Ramen</text>");
});

test("[U75][U76] a room's questions on one page; the host takes them away as one table", async ({
  openContext,
  origin,
}) => {
  const page = await (await openContext()).newPage();
  const { room } = await holdLesson(origin, ["First?", "Second?", "Never asked?"], 2);
  await page.goto(`/${room.code}/results#host=${room.hostKey}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Lesson 4");
  await expect(page.getByRole("heading", { level: 2 })).toHaveText(["First?", "Second?"]);
  expect(await page.content()).not.toContain("Never asked?");
  const rows = parseCsv(String(await contentOf(await saved(page, "Table (CSV)"))));
  expect(rows.slice(1).map((row) => [row[1], row[4], row[5]])).toEqual([
    ["First?", "Yes", "1"],
    ["First?", "No", "0"],
    ["Second?", "Yes", "1"],
    ["Second?", "No", "0"],
  ]);
  await page.getByRole("link", { name: "Details of this question: Second?" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Second?");
  await page.getByRole("link", { name: "All results of this room" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Lesson 4");
});

test("[U77] on paper: black on white in either scheme, no ways to go, bars that need no background", async ({
  openContext,
  origin,
}) => {
  const page = await (await openContext({ colorScheme: "dark" })).newPage();
  const { code } = await askPoll(origin);
  await castVotes(origin, code, "opt-1", "opt-1", "opt-2");
  await page.goto(`/${code}/results`);
  await expect(page.getByRole("button", { name: "Print" })).toBeVisible();
  await page.emulateMedia({ media: "print" });
  for (const part of [".take-away", ".ways", ".languages"]) {
    for (const each of await page.locator(part).all()) await expect(each).toBeHidden();
  }
  const styleOf = (part: string, name: string) =>
    page
      .locator(part)
      .first()
      .evaluate((element, of) => getComputedStyle(element).getPropertyValue(of), name);
  expect(await styleOf("body", "color")).toBe("rgb(0, 0, 0)");
  expect(await styleOf("body", "background-color")).toBe("rgb(255, 255, 255)");
  expect(await styleOf(".leads .fill", "fill")).toBe("rgb(0, 0, 0)");
  expect(await styleOf(".bar:not(.leads) .fill", "fill")).not.toBe("rgb(0, 0, 0)");
  expect(await styleOf(".track", "stroke")).toBe("rgb(0, 0, 0)");
  expect(await styleOf(".bar", "break-inside")).toBe("avoid");
  for (const format of ["A4", "Letter"]) {
    const paper = String(await page.pdf({ format }));
    expect(paper.match(/\/Type \/Page\b/g)).toHaveLength(1);
  }
});

test("[U18][U19] the pages of results at 320 pixels and for everybody", async ({ openContext, origin }) => {
  const page = await (await openContext({ viewport: SMALLEST })).newPage();
  const long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";
  const asked = await askPoll(origin, { question: `${long}?`, options: [long, "b"] });
  const { code, hostKey } = asked;
  await castVotes(origin, code, "opt-1");
  await asked.step("again");
  const hidden = await askPoll(origin, { settings: { resultsVisibility: "afterVote" } });
  const { room } = await holdLesson(origin, ["First?", "Second?"], 2);
  for (const address of [
    `/${code}/results#host=${hostKey}`,
    `/${hidden.code}/results`,
    `/${room.code}/results`,
  ]) {
    await page.goto(address);
    await expect(page.getByRole("button", { name: "Print" })).toBeVisible();
    await isSound(page, "main a:visible");
  }
});

test("[U73] a keyboard is enough for the files", async ({ openContext, origin }) => {
  const page = await (await openContext()).newPage();
  const { code, hostKey } = await askPoll(origin);
  await castVotes(origin, code, "opt-1");
  await page.goto(`/${code}/results#host=${hostKey}`);
  await expect(page.getByText("Table (CSV)")).toBeVisible();
  const focused = page.locator(":focus");
  const passed: string[] = [];
  while (passed.at(-1) !== "Print" && passed.length < 20) {
    await page.keyboard.press("Tab");
    passed.push((await focused.textContent()) ?? "");
  }
  expect(passed.slice(1)).toEqual([
    "Table (CSV)",
    "Everything (JSON)",
    "Picture (SVG)",
    "Picture (PNG)",
    "Print",
  ]);
  await page.keyboard.press("Shift+Tab");
  const [png] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
  expect(png.suggestedFilename()).toMatch(/\.png$/);
});
