import type { Page } from "@playwright/test";
import { formatJoinCode } from "../../shared/ids.ts";
import { castVotes, makePoll, makeRoom, removePoll, viewRoom } from "../support/poll-calls.ts";
import { expect, test } from "./actors.ts";
import { bar, isLive, LAPTOP, openWall, word } from "./wall.ts";

/** Everything that reaches this browser but the answers to what its host does. */
function recordWire(page: Page): string[] {
  const received: string[] = [];
  page.on("websocket", (socket) =>
    socket.on("framereceived", ({ payload }) => received.push(String(payload))),
  );
  page.on("response", async (response) => {
    if (response.request().method() === "GET") received.push(await response.text().catch(() => ""));
  });
  return received;
}

const NUMBERS = /"votes":\d|class=\\?"fill/;

test("[U62] whoever opened the wall, what is hidden from the audience is neither on its wire nor in its page", async ({
  openContext,
  origin,
}) => {
  const made = await makePoll(origin, { settings: { resultsVisibility: "afterVote" } });
  const context = await openContext({ viewport: LAPTOP });
  const page = await context.newPage();
  // This browser has voted and has the key: each alone would let it see.
  await page.goto(`/${made.pollId}`);
  const vote = await page.request.post(`/api/polls/${made.pollId}/votes`, { data: { optionId: "opt-1" } });
  expect(vote.status()).toBe(201);
  const wire = recordWire(page);
  await page.goto(`/${made.pollId}/present#host=${made.hostKey}`);
  await isLive(page);
  expect(new URL(page.url()).hash).toBe("");
  await castVotes(origin, made.pollId, "opt-2");
  await expect(page.locator(".unseen")).toContainText("2 votes are in");
  await expect(page.locator(".numbers")).toContainText("voted");
  await page.keyboard.press("+");
  await expect(page.locator(".time")).toContainText("1 h");
  expect(wire.length).toBeGreaterThan(3);
  expect(wire.filter((text) => NUMBERS.test(text))).toEqual([]);
  await expect(page.locator(".wall-drawing")).toHaveCount(0);

  await page.keyboard.press("h");
  await expect(bar(page, "Coffee").locator("b")).toHaveText("1");
  await page.keyboard.press("h");
  await expect(page.locator(".unseen")).toContainText("hidden for now");
  await expect(page.locator(".wall-drawing")).toHaveCount(0);
});

test("[U62] a socket that looks on casts no ballots, so that a browser still has one vote", async ({
  openContext,
  origin,
}) => {
  const { pollId } = await makePoll(origin);
  const page = await openWall(openContext, pollId, null);
  const answer = await page.evaluate(
    (id) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(`ws://${location.host}/ws?protocol=1&as=audience`);
        const frame = { type: "CAST_VOTE", data: { pollId: id, optionId: "opt-1" }, id: "vote" };
        socket.onopen = () => socket.send(JSON.stringify(frame));
        socket.onmessage = ({ data }) => data.includes('"id":"vote"') && resolve(data);
      }),
    pollId,
  );
  expect(JSON.parse(answer)).toMatchObject({ type: "ERROR", data: { code: "NOT_ALLOWED" } });
});

test("[U63][U64] keys open, extend, hide, close at the second press, and ask again", async ({
  openContext,
  origin,
}) => {
  const { pollId, hostKey } = await makePoll(origin, { open: false, durationSeconds: 300 });
  const page = await openWall(openContext, pollId, hostKey);
  const status = page.locator(".status");
  await expect(status).toHaveText("Not open yet");
  await page.keyboard.press("o");
  await expect(status).toHaveText("Open");
  await castVotes(origin, pollId, "opt-1", "opt-1", "opt-2");
  await expect(bar(page, "Tea").locator("b")).toHaveText("2");
  await page.keyboard.press("+");
  await expect(page.locator(".time")).toHaveText(/^5:[45]\d left$/);
  await page.keyboard.press("Control+c");
  await page.keyboard.press("r");
  await expect(word(page)).toHaveText("That cannot be done just now.");
  await page.keyboard.press("c");
  await expect(word(page)).toContainText("once more");
  await page.keyboard.press("h");
  await expect(page.locator(".unseen")).toBeVisible();
  await page.keyboard.press("h");
  await expect(bar(page, "Tea")).toContainText("66.7%");
  await page.keyboard.press("c");
  await expect(word(page)).toContainText("once more");
  await expect(status).toHaveText("Open");
  await page.keyboard.press("c");
  await expect(status).toHaveText("Final results");
  await page.keyboard.press("r");
  await page.waitForURL((url) => !url.pathname.includes(pollId));
  await isLive(page);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Tea or coffee?");
  const again = /^\/(\w{8})\//.exec(new URL(page.url()).pathname)?.[1] ?? "";
  await expect(page.locator(".join-code")).toHaveText(formatJoinCode(again));
  await castVotes(origin, again, "opt-1");
  await expect(bar(page, "Tea").locator(".change")).toContainText("+33.3");
  await expect(bar(page, "Coffee").locator(".change")).toContainText("−33.3");
});

test("[U63] whoever has no key sees the same wall, and is told that only the host steers", async ({
  openContext,
  origin,
}) => {
  const { pollId } = await makePoll(origin);
  const page = await openWall(openContext, pollId, null);
  for (const key of ["h", "c", "+"]) {
    await page.keyboard.press(key);
    await expect(word(page)).toContainText("Only the host");
  }
  await expect(page.getByRole("button", { name: "Close" })).toHaveCount(0);
  await expect(page.locator(".status")).toHaveText("Open");
  await expect(page.getByRole("button", { name: "Full screen" })).toBeAttached();
});

test("[U65] the keys are listed, and those of one character can be turned off for good", async ({
  openContext,
  origin,
}) => {
  const { pollId, hostKey } = await makePoll(origin);
  const page = await openWall(openContext, pollId, hostKey);
  await page.keyboard.press("?");
  const dialog = page.getByRole("dialog", { name: "Keys" });
  await expect(dialog).toBeVisible();
  await page.keyboard.press("h");
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(page.locator(".unseen")).toHaveCount(0);
  // By keyboard alone the button is there too, and seen once it has the focus.
  await page.getByRole("button", { name: "Keys" }).focus();
  await expect(page.locator(".controls")).toHaveCSS("opacity", "1");
  await page.keyboard.press("Enter");
  await dialog.getByRole("checkbox").uncheck();
  await dialog.getByRole("button", { name: "Done" }).click();
  await page.reload();
  await isLive(page);
  await page.keyboard.press("h");
  await page.keyboard.press("?");
  await expect(dialog).toBeHidden();
  await page.getByRole("button", { name: "Hide results" }).press("Enter");
  await expect(page.locator(".unseen")).toContainText("hidden for now");
});

test("[U63] F fills the screen and gives it back", async ({ openContext, origin }) => {
  const { pollId } = await makePoll(origin);
  const page = await openWall(openContext, pollId, null);
  const button = page.getByRole("button", { name: "Full screen" });
  await page.keyboard.press("f");
  await expect(button).toHaveAttribute("aria-pressed", "true");
  await page.keyboard.press("f");
  await expect(button).toHaveAttribute("aria-pressed", "false");
});

test("[U66] a room: its code stays, clickers move everybody, and asking again tells the change", async ({
  openContext,
  origin,
}) => {
  const made = await makeRoom(origin, ["First?", "Second?", "Third?"]);
  const { roomId, hostKey } = made;
  const page = await openWall(openContext, roomId, hostKey);
  const guest = await openWall(openContext, roomId, null);
  const walls = [page, guest];
  const shows = async (question: string, place: string) => {
    for (const wall of walls) {
      await expect(wall.getByRole("heading", { level: 1 })).toHaveText(question);
      await expect(wall.locator(".place")).toHaveText(place);
      await expect(wall.locator(".join-code")).toHaveText(formatJoinCode(roomId));
    }
  };
  await expect(page.locator(".plain")).toContainText("The first question appears here");
  await page.keyboard.press("PageDown");
  await shows("First?", "Question 1 of 3");
  await page.keyboard.press("ArrowRight");
  await shows("Second?", "Question 2 of 3");
  await page.keyboard.press("PageUp");
  await shows("First?", "Question 1 of 3");
  await page.keyboard.press("ArrowLeft");
  await expect(word(page)).toHaveText("This is the first question.");
  await page.keyboard.press("Space");
  await shows("Second?", "Question 2 of 3");
  await guest.keyboard.press("PageDown");
  await expect(word(guest)).toContainText("Only the host");

  await castVotes(origin, `${made.polls[1]}`, "opt-1", "opt-2");
  await expect(bar(page, "Yes").locator("b")).toHaveText("1");
  await page.keyboard.press("c");
  await page.keyboard.press("c");
  await expect(page.locator(".status")).toHaveText("Final results");
  await page.keyboard.press("r");
  await shows("Second?", "Question 3 of 4");
  const { room } = await viewRoom(origin, made);
  await castVotes(origin, `${room.current}`, "opt-1");
  for (const wall of walls) await expect(bar(wall, "Yes").locator(".change")).toContainText("+50");
});

test("[U63] a key pressed while a step is under way is answered, and does nothing", async ({
  openContext,
  origin,
}) => {
  const { roomId, hostKey } = await makeRoom(origin, ["First?", "Second?", "Third?"]);
  const page = await openWall(openContext, roomId, hostKey);
  const { promise: isLet, resolve: letGo } = Promise.withResolvers<void>();
  await page.route("**/go", async (route) => {
    await isLet;
    await route.continue();
  });
  await page.keyboard.press("PageDown");
  await page.keyboard.press("PageDown");
  await expect(word(page)).toContainText("still on its way");
  letGo();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("First?");
  await expect(word(page)).toBeEmpty();
  await page.keyboard.press("PageDown");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Second?");
});

test("[U67] joined, connected and voted are told apart", async ({ openContext, origin }) => {
  const { pollId } = await makePoll(origin);
  const page = await openWall(openContext, pollId, null);
  const other = await openContext();
  await (await other.newPage()).goto(`/${pollId}`);
  const number = (name: string) => page.locator(".numbers div").filter({ hasText: name }).locator("dd");
  await expect(number("here")).toHaveText("2");
  await castVotes(origin, pollId, "opt-1");
  await expect(number("voted")).toHaveText("1");
  await other.close();
  await expect(number("here")).toHaveText("1");
  await expect(number("joined")).toHaveText("2");
});

test("[U60] removed and cut off are said, and the code stays", async ({ openContext, origin }) => {
  const made = await makePoll(origin);
  const page = await openWall(openContext, made.pollId, made.hostKey);
  await page.context().setOffline(true);
  await expect(page.locator(".connection")).toContainText("Connection lost");
  await page.context().setOffline(false);
  await expect(page.locator(".connection")).toHaveText("");
  await removePoll(origin, made);
  await expect(page.locator(".plain")).toContainText("The host has deleted this poll.");
  await expect(page.locator(".join-code")).toBeVisible();
});
