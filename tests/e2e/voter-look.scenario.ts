import { networkInterfaces } from "node:os";
import type { Page } from "@playwright/test";
import { castVotes } from "../support/poll-calls.ts";
import { startNode } from "../support/start-node.ts";
import { expect, PHONE, test } from "./actors.ts";
import { askPoll, askRoom } from "./asked.ts";
import { isSound, SMALLEST } from "./is-sound.ts";
import { Visitor } from "./visitor.ts";

/** Adds up what moves by itself after the first paint; what follows a press within half a second is expected. */
async function watchShifts(page: Page): Promise<() => Promise<unknown[]>> {
  await page.addInitScript(() => {
    const shifts: unknown[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & {
        value: number;
        hadRecentInput: boolean;
        sources: { node: Node | null }[];
      })[]) {
        const moved = entry.sources.map(({ node }) => (node as Element | null)?.className ?? node?.nodeName);
        if (!entry.hadRecentInput) shifts.push({ value: entry.value, moved });
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
  return () => page.evaluate(() => (window as unknown as { shifts: unknown[] }).shifts);
}

for (const [device, size] of [
  ["phone", PHONE],
  ["laptop", { viewport: { width: 1280, height: 800 } }],
] as const) {
  test(`[U43] nothing moves by itself: not when the script comes, not with a vote, not with any count; ${device}`, async ({
    origin,
    openContext,
  }) => {
    const { code } = await askPoll(origin, { settings: { allowChange: true } });
    const page = await (await openContext(size)).newPage();
    const shifts = await watchShifts(page);
    const ann = new Visitor(page);
    await page.goto(`/${code}`);
    await expect(ann.status).toContainText("1 here");
    for (let votes = 1; votes <= 11; votes++) {
      await castVotes(origin, code, votes % 3 === 0 ? "opt-3" : "opt-2");
      await expect(ann.status).toContainText(`${votes} voted`);
    }
    await ann.vote("Ramen");
    await ann.isCounted("Ramen");
    for (let votes = 13; votes <= 16; votes++) {
      await castVotes(origin, code, "opt-1");
      await expect(ann.status).toContainText(`${votes} voted`);
    }
    expect(await shifts()).toEqual([]);
  });
}

test("[U44] on plain http at an address of the network, which is no secure context, everything works", async ({
  openContext,
}) => {
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const address = own.find(({ family, internal }) => family === "IPv4" && !internal)?.address;
  expect(address, "an address of this machine that is not loopback").toBeDefined();
  await using node = await startNode({ env: { HOST: "0.0.0.0" } });
  const lan = node.url.replace("127.0.0.1", `${address}`);
  const { code } = await askPoll(lan, { settings: { allowChange: true } });
  const page = await (await openContext({ ...PHONE, baseURL: lan })).newPage();
  const ann = new Visitor(page);
  await ann.join(code);
  expect(await page.evaluate(() => [isSecureContext, location.hostname])).toEqual([false, address]);
  await ann.vote("Ramen");
  await ann.isCounted("Ramen");
  await expect(ann.status).toContainText("1 here");
  await ann.changeTo("Sushi");
  await ann.isCounted("Sushi");
  await ann.sees({ Sushi: 1, Ramen: 0 });
  await page.context().setOffline(true);
  await expect(page.locator(".connection")).toContainText("this device is offline");
});

test("[U92] an option is read as one: label, votes, share, whether it is in front and whether it is yours", async ({
  origin,
  ann,
}) => {
  const { code } = await askPoll(origin);
  await castVotes(origin, code, "opt-1");
  await ann.join(code);
  await ann.vote("Ramen");
  await ann.isCounted("Ramen");
  await castVotes(origin, code, "opt-2");
  await ann.sees({ Sushi: 1, Ramen: 2 });
  await expect(ann.page.locator("main")).toMatchAriaSnapshot(`
    - heading "Where shall we eat?" [level=1]
    - status:
      - paragraph:
        - strong: Counted
        - text: Ramen
    - region "Results":
      - heading "Results" [level=2]
      - list:
        - listitem: Sushi 1 vote, 33.3%
        - listitem:
          - text: Ramen
          - emphasis: Your vote
          - text: /2 votes, 66.7% ?, In front/
        - listitem: Pizza 0 votes, 0%
  `);
});

test("[U90] results are announced now and then, in words", async ({ origin, ann }) => {
  const { code } = await askPoll(origin);
  await ann.join(code);
  await expect(ann.status).toContainText("1 here");
  await expect(ann.announced).toBeEmpty();
  await castVotes(origin, code, "opt-2");
  await expect(ann.announced).toHaveText("1 voted. In front: Ramen, 1 vote");
  for (const optionId of ["opt-1", "opt-1", "opt-3"]) await castVotes(origin, code, optionId);
  await expect(ann.status).toContainText("4 voted");
  await expect(ann.announced).toHaveText("1 voted. In front: Ramen, 1 vote");
  await expect(ann.announced).toHaveText("4 voted. In front: Sushi, 2 votes");
});

test("[U18] where letters are twice as large, words stay whole and nothing is cut off", async ({
  origin,
  openContext,
}) => {
  const { code } = await askPoll(origin);
  const page = await (await openContext(PHONE)).newPage();
  await page.goto(`/${code}`);
  const heights = () =>
    page
      .locator(":is(.left, .voted, .connected, .brand, .code)")
      .evaluateAll((all) => all.map((each) => each.getBoundingClientRect().height));
  const before = await heights();
  await page.evaluate(() => {
    document.documentElement.style.fontSize = "200%";
  });
  // Each still on one line.
  expect(await heights()).toEqual(before.map((height) => expect.closeTo(2 * height, 0)));
  await isSound(page, "a:visible");
});

test("[U93] twenty options and long labels fit 320 pixels, before and after the vote, in both schemes", async ({
  origin,
  openContext,
}) => {
  const long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";
  const options = [
    long,
    `${"a word and another ".repeat(6)}`.trim(),
    ...Array.from({ length: 18 }, (_, at) => `Option ${at}`),
  ];
  const { room, polls } = await askRoom(
    origin,
    [
      { question: `${long}?`, options },
      { question: "And?", kind: "rating", options: undefined },
    ],
    {
      title: long,
    },
  );
  await room.step("go", { pollId: polls[0] });
  const context = await openContext({ ...PHONE, viewport: SMALLEST });
  const ann = new Visitor(await context.newPage());
  await ann.page.goto(`/${room.code}`);
  await isSound(ann.page, "a:visible");
  await ann.vote(long);
  await ann.isCounted(long);
  await isSound(ann.page, "a:visible");
  await room.step("go", { pollId: polls[1] });
  await ann.vote("5");
  await ann.isCounted("5");
  await isSound(ann.page, "a:visible");
});

test("[U93] bars stand still where motion is not wanted", async ({ origin, openContext }) => {
  const { code } = await askPoll(origin);
  const page = await (await openContext({ ...PHONE, reducedMotion: "reduce" })).newPage();
  await page.goto(`/${code}`);
  const fill = page.locator(".bar .fill").first();
  expect(await fill.evaluate((bar) => getComputedStyle(bar).transitionDuration)).toBe("0s");
});
