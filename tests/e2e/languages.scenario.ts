import type { Page } from "@playwright/test";
import { expect, PHONE, test } from "./actors.ts";
import { askPoll } from "./asked.ts";

/** What stands in the root element, which is what screen readers and line breaking go by. */
const spokenBy = (page: Page) => page.locator("html");

/** Makes a poll with the form of the Japanese page; returns its code without the dash. */
async function makePollInJapanese(page: Page): Promise<string> {
  await page.goto("/");
  await expect(spokenBy(page)).toHaveAttribute("lang", "ja");
  await page.getByLabel("質問", { exact: true }).fill("お昼は何にしますか？");
  await page.getByLabel("選択肢1", { exact: true }).fill("寿司");
  await page.getByLabel("選択肢2", { exact: true }).fill("ラーメン");
  await page.getByRole("button", { name: "投票を作成" }).click();
  await page.waitForURL(/\/[0-9A-Z]{8}\/host$/);
  return new URL(page.url()).pathname.split("/")[1] ?? "";
}

test("[U80] a poll made in Japanese is voted on in Korean, and each reads their own language", async ({
  openContext,
}) => {
  const host = await (await openContext({ locale: "ja-JP" })).newPage();
  const code = await makePollInJapanese(host);
  await expect(spokenBy(host)).toHaveAttribute("lang", "ja");
  await expect(host.locator(".status.open")).toHaveText("受付中");

  const voter = await (await openContext({ ...PHONE, locale: "ko-KR" })).newPage();
  await voter.goto("/");
  await voter.getByLabel("화면에 보이는 참여 코드").fill(code);
  await voter.getByRole("button", { name: "참여", exact: true }).click();
  await voter.waitForURL(`/${code}`);
  await expect(spokenBy(voter)).toHaveAttribute("lang", "ko");
  await expect(voter.getByRole("heading", { level: 1 })).toHaveText("お昼は何にしますか？");
  await voter.getByLabel("ラーメン").check();
  await voter.getByRole("button", { name: "투표하기" }).click();
  await expect(voter.locator(".receipt strong")).toHaveText("집계되었습니다");
  await expect(voter.locator(".status-line")).toContainText("1명 투표");

  // What comes by the socket is said in the language of the page, too.
  await host.getByRole("button", { name: "終了", exact: true }).click();
  await expect(voter.locator(".status-line")).toContainText("마감");
  await expect(voter.locator(".results h2")).toHaveText("최종 결과");
  await expect(host.locator(".status.closed")).toHaveText("終了");
});

test("[U81] on a phone the link at the foot changes the language, and every later page keeps it", async ({
  openContext,
  host,
}) => {
  const code = (await host.createPoll()).replace("-", "");
  const page = await (await openContext({ ...PHONE, locale: "en-US" })).newPage();
  await page.goto(`/${code}`);
  await expect(page.getByRole("button", { name: "Vote", exact: true })).toBeVisible();
  await page.getByRole("link", { name: "日本語" }).tap();
  await page.waitForURL(`/${code}`);
  await expect(spokenBy(page)).toHaveAttribute("lang", "ja");
  await page.getByLabel("Ramen").check();
  await page.getByRole("button", { name: "投票する" }).click();
  await expect(page.locator(".receipt strong")).toHaveText("集計されました");
  for (const path of ["/", "/login", `/${code}/results`, `/${code}/host`, "/ZZZZZZZZ", `/${code}`]) {
    await page.goto(path);
    await expect(spokenBy(page)).toHaveAttribute("lang", "ja");
  }
  const korean = page.getByRole("link", { name: "한국어" });
  // Both big enough for a finger.
  expect((await korean.boundingBox())?.height).toBeGreaterThanOrEqual(44);
  await korean.tap();
  await expect(spokenBy(page)).toHaveAttribute("lang", "ko");
  await expect(page.locator(".receipt strong")).toHaveText("집계되었습니다");
});

test("[U88] the Enter that ends a composition adds no option; the next one does", async ({ openContext }) => {
  const page = await (await openContext({ locale: "ja-JP" })).newPage();
  await page.goto("/");
  const options = page.getByLabel(/^選択肢\d+$/);
  await page.getByLabel("選択肢1", { exact: true }).fill("寿司");
  const last = page.getByLabel("選択肢2", { exact: true });
  await last.focus();
  await expect(options).toHaveCount(2);
  const composition = await page.context().newCDPSession(page);
  await composition.send("Input.imeSetComposition", { text: "らーめん", selectionStart: 4, selectionEnd: 4 });
  await expect(last).toHaveValue("らーめん");
  // The Enter that takes the proposed word, as browsers send it; Safari says so by its code alone.
  const enter = { key: "Enter", code: "Enter", bubbles: true, cancelable: true };
  for (const how of [{ isComposing: true }, { isComposing: true, ctrlKey: true }, { keyCode: 229 }]) {
    await last.dispatchEvent("keydown", { ...enter, ...how });
  }
  await composition.send("Input.insertText", { text: "ラーメン" });
  await expect(last).toHaveValue("ラーメン");
  await expect(options).toHaveCount(2);
  await expect(last).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(options).toHaveCount(3);
  await expect(page).toHaveURL("/");
});

const RIGHT_TO_LEFT = {
  question: "ما هو أفضل وقت للاجتماع القادم مع الفريق כולו, يوم الأحد أم يوم الثلاثاء؟",
  options: ["صباح يوم الأحد في تمام الساعة التاسعة", "יום שלישי אחר הצהריים", "Pollcast 3000"],
};

for (const width of [320, 1280]) {
  test(`[U89] read from right to left at ${width} px, nothing sticks out and bars grow from the right`, async ({
    openContext,
    host,
    origin,
  }) => {
    const asked = await askPoll(origin, RIGHT_TO_LEFT);
    await host.open(asked);
    const context = await openContext({ viewport: { width, height: 800 } });
    const page = await context.newPage();
    await page.goto(`/${asked.code}`);
    await page.getByLabel(RIGHT_TO_LEFT.options[0] ?? "").check();
    await page.getByRole("button", { name: "Vote", exact: true }).click();
    await expect(page.locator(".receipt strong")).toHaveText("Counted");
    for (const each of [page, host.page]) await expect(each.locator(".bar b").first()).toHaveText("1");
    await host.page.setViewportSize({ width, height: 800 });
    await readsFromTheRight(page);
    await readsFromTheRight(host.page);
    await page.goto(`/${asked.code}/results`);
    await readsFromTheRight(page);
  });
}

/** Turns the page around. A bar that is not full leaves its gap at the left, and the page does not scroll sideways. */
async function readsFromTheRight(page: Page): Promise<void> {
  await page.evaluate(() => document.documentElement.setAttribute("dir", "rtl"));
  const wide = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect([new URL(page.url()).pathname, wide]).toEqual([new URL(page.url()).pathname, 0]);
  const bar = page.locator(".bar-drawing").first();
  await page.evaluate(() => {
    // Half of it, whatever was voted: what is looked at is from where it grows.
    document.querySelector(".bar-drawing .fill")?.setAttribute("width", "50%");
  });
  const place = async (part: string) =>
    bar.locator(part).evaluate((each) => each.getBoundingClientRect().toJSON());
  await expect
    .poll(async () => {
      const [track, fill] = [await place(".track"), await place(".fill")];
      return [Math.abs(fill.right - track.right) < 1, fill.left - track.left > track.width * 0.4];
    })
    .toEqual([true, true]);
}
