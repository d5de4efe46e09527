import readQr from "jsqr";
import { formatJoinCode } from "../../shared/ids.ts";
import { castVotes, makePoll, makeRoom, steer } from "../support/poll-calls.ts";
import { drawWalls, type WallScene } from "../support/wall-scene.ts";
import { expect, test } from "./actors.ts";
import { fits, hasNoBarriers, SMALLEST } from "./is-sound.ts";
import { bar, isLive, LAPTOP, openWall, PROJECTOR, word } from "./wall.ts";

test("[U60] the first answer is the whole wall: code, address, QR, question and bars, without the script", async ({
  openContext,
  origin,
}) => {
  const { pollId } = await makePoll(origin);
  await castVotes(origin, pollId, "opt-2");
  const page = await (await openContext({ javaScriptEnabled: false })).newPage();
  await page.goto(`/${pollId}/present`);
  await expect(page.locator(".join-code")).toHaveText(formatJoinCode(pollId));
  await expect(page.locator(".join-host")).toHaveText(new URL(origin).host);
  await expect(page.locator("svg.qr")).toBeVisible();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Tea or coffee?");
  await expect(bar(page, "Coffee").locator("b")).toHaveText("1");
});

test("[U69] what a phone reads from the QR code is the address that joins", async ({
  openContext,
  origin,
}) => {
  const { pollId } = await makePoll(origin);
  const { roomId, hostKey } = await makeRoom(origin, ["First?"]);
  for (const code of [pollId, roomId]) {
    const page = await openWall(openContext, code, code === roomId ? hostKey : null, { colorScheme: "dark" });
    const picture = (await page.locator("svg.qr").screenshot()).toString("base64");
    const { data, width, height } = await page.evaluate(async (png) => {
      const image = new Image();
      image.src = `data:image/png;base64,${png}`;
      await image.decode();
      const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
      if (!context) throw new Error("no canvas");
      context.drawImage(image, 0, 0);
      const { data, width, height } = context.getImageData(0, 0, image.width, image.height);
      return { data: Array.from(data), width, height };
    }, picture);
    expect(readQr(new Uint8ClampedArray(data), width, height)?.data).toBe(`${origin}/${code}`);
  }
});

const WORDS =
  "Considering everything that was said this morning about the budget, the new office, the travel policy and the many open positions, which of the following measures would help your own team the most during the coming year, if only a single one of them could be afforded by the whole of the company at all?";
const labelled = (count: number, length: number) =>
  Array.from({ length: count }, (_, index) => `${index + 1} ${WORDS}`.slice(0, length));
const rising = (count: number, step: number) => Array.from({ length: count }, (_, index) => index * step);
const FULL = { joined: 1_234_567, here: 1_000_000 } as const;

const SCENES: readonly (WallScene & { readonly cut?: boolean })[] = [
  { labels: ["Yes", "No"], votes: [0, 0] },
  { labels: ["Yes", "No", "Maybe"], votes: [612_345, 287_655, 100_000], previous: [5, 3, 2], ...FULL },
  { labels: labelled(5, 20), votes: rising(5, 7), previous: rising(5, 3), room: true, secondsLeft: 8 },
  { question: WORDS, labels: labelled(5, 120), votes: rising(5, 90_000), ...FULL },
  { labels: labelled(10, 30), votes: rising(10, 3), room: true },
  { question: WORDS, labels: labelled(10, 120), votes: rising(10, 20_000), ...FULL },
  { labels: labelled(20, 22), votes: rising(20, 5), previous: rising(20, 4), room: true },
  { question: WORDS, labels: labelled(20, 120), votes: rising(20, 5_000), ...FULL, cut: true },
  { kind: "rating", labels: ["1", "2", "3", "4", "5"], votes: [1, 4, 9, 22, 11], status: "final" },
  { labels: labelled(20, 40), votes: rising(20, 5), visibility: "afterClose" },
  { labels: labelled(5, 30), votes: rising(5, 1), status: "draft", question: WORDS.slice(0, 120), ...FULL },
  {
    labels: ["Yes", "No"],
    votes: [1, 1],
    status: "counting",
    connection: "reconnecting",
    notice: WORDS.slice(0, 60),
  },
  { labels: [], votes: [], lobby: true },
];

/** What is not wholly in the picture, by name, and how many labels end in an ellipsis. */
function lookForWhatIsCut() {
  const inside = (element: Element) => {
    const { right, bottom, left, top } = element.getBoundingClientRect();
    return left >= -1 && top >= -1 && right <= innerWidth + 1 && bottom <= innerHeight + 1;
  };
  const shown = [
    ...document.querySelectorAll(".joining > *, .stage h1, .wall-bar, .wall-figures, .wall-head > *"),
  ];
  const rows = [...document.querySelectorAll(".wall-bar")];
  const spill = rows.filter(({ scrollHeight, clientHeight }) => scrollHeight > clientHeight + 1);
  const labels = [...document.querySelectorAll(".wall-label")];
  return {
    outside: [...shown.filter((element) => !inside(element)), ...spill].map(
      ({ className }) => `${className}`,
    ),
    scrolls: document.documentElement.scrollHeight > innerHeight,
    cut: labels.filter(({ scrollHeight, clientHeight }) => scrollHeight > clientHeight + 2).length,
  };
}

for (const viewport of [LAPTOP, PROJECTOR]) {
  test(`[U61] 2 to 20 options, short or long, no vote or a million, fit ${viewport.width} by ${viewport.height}`, async ({
    openContext,
  }) => {
    const page = await (await openContext({ viewport })).newPage();
    for (const [index, html] of (await drawWalls(SCENES)).entries()) {
      await page.setContent(html);
      const { cut, ...rest } = await page.evaluate(lookForWhatIsCut);
      expect({ index, ...rest }).toEqual({ index, outside: [], scrolls: false });
      // Twenty labels of 120 characters under a question of 300 end in an ellipsis; phones have all of them.
      if (!SCENES[index]?.cut) expect({ index, cut }).toEqual({ index, cut: 0 });
    }
  });
}

test("[U61] bars are measured by one length, and drawn as long as the shares say", async ({
  openContext,
}) => {
  const page = await (await openContext({ viewport: PROJECTOR, reducedMotion: "reduce" })).newPage();
  const [html = ""] = await drawWalls([{ labels: ["Yes", "No", "Maybe"], votes: [1_000_000, 9, 500_000] }]);
  await page.setContent(html);
  const lengths = (selector: string) =>
    page.locator(selector).evaluateAll((bars) => bars.map((bar) => bar.getBoundingClientRect().width));
  const [track = 0, ...others] = await lengths(".track");
  expect(others).toEqual([track, track]);
  const [yes = 0, no = 0, maybe = 0] = await lengths(".fill");
  expect(yes / track).toBeCloseTo(0.667, 2);
  expect(no).toBe(0);
  expect(maybe / track).toBeCloseTo(0.333, 2);
});

for (const viewport of [SMALLEST, LAPTOP]) {
  test(`[U68] axe finds nothing on a wall that is ${viewport.width} pixels wide, which is enough`, async ({
    openContext,
    origin,
  }) => {
    const { pollId, hostKey } = await makePoll(origin, { open: false });
    const page = await openWall(openContext, pollId, hostKey, { viewport });
    const sound = async () => {
      await fits(page);
      await hasNoBarriers(page);
    };
    await sound();
    await page.keyboard.press("o");
    await expect(page.locator(".status")).toHaveText("Open");
    await castVotes(origin, pollId, "opt-1");
    await expect(bar(page, "Tea").locator("b")).toHaveText("1");
    await page.getByRole("button", { name: "Keys" }).focus();
    await sound();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("dialog")).toBeVisible();
    await sound();
    await page.keyboard.press("Escape");
    await page.keyboard.press("h");
    await expect(page.locator(".unseen")).toBeVisible();
    await page.keyboard.press("c");
    await expect(word(page)).toContainText("once more");
    await sound();
    await steer(origin, { pollId, hostKey }, "close");
    await expect(page.locator(".status")).toHaveText("Final results");
    await sound();
    await page.context().setOffline(true);
    await expect(page.locator(".connection")).toContainText("Connection lost");
    await sound();
    const { roomId } = await makeRoom(origin, ["First?"]);
    await page.context().setOffline(false);
    await page.goto(`/${roomId}/present`);
    await isLive(page);
    await sound();
  });
}
