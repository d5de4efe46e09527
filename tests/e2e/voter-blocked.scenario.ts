import { startMuteProxy } from "../support/mute-proxy.ts";
import { castVotes } from "../support/poll-calls.ts";
import { expect, PHONE, test } from "./actors.ts";
import { askPoll, askRoom } from "./asked.ts";
import { Visitor } from "./visitor.ts";

test("[U42] where no WebSocket gets through, one votes, follows and changes by plain requests", async ({
  origin,
  openContext,
  ann,
}) => {
  const asked = await askPoll(origin, { settings: { allowChange: true } });
  const context = await openContext(PHONE);
  await context.routeWebSocket(/\/ws\?/, (socket) => void socket.close({ code: 1006 }));
  const page = await context.newPage();
  const calls: string[] = [];
  page.on("response", (answer) => {
    const path = new URL(answer.url()).pathname;
    if (path.startsWith("/api/")) calls.push(`${answer.request().method()} ${path} ${answer.status()}`);
  });
  const bo = new Visitor(page);
  await bo.join(asked.code);
  await bo.vote("Pizza");
  await bo.isCounted("Pizza");
  await bo.mark();
  await ann.join(asked.code);
  await ann.vote("Sushi");
  for (const each of [ann, bo]) await each.sees({ Sushi: 1, Ramen: 0, Pizza: 1 });
  await expect(page.locator(".connection")).toBeEmpty();
  await bo.changeTo("Sushi");
  await bo.isCounted("Sushi");
  for (const each of [ann, bo]) await each.sees({ Sushi: 2, Ramen: 0, Pizza: 0 });
  await asked.step("close");
  await expect(bo.status).toContainText("Closed");
  await expect(bo.results).toContainText("Final results");
  // Nothing new is told without a body.
  await expect.poll(() => calls.at(-1)).toBe(`GET /api/polls/${asked.code} 304`);
  expect(calls.filter((call) => call.startsWith("POST"))).toHaveLength(2);
  await bo.wasNotReloaded();
});

test("[U42] a socket that is accepted and says nothing is no better; a room is followed all the same", async ({
  origin,
  openContext,
}) => {
  const { room, polls } = await askRoom(origin, ["What first?", "What then?"]);
  await using proxy = await startMuteProxy(origin);
  const context = await openContext({ ...PHONE, baseURL: proxy.url });
  const bo = new Visitor(await context.newPage());
  await bo.page.goto(`/${room.code}`);
  await room.step("go", { pollId: polls[0] });
  // Two sockets of five seconds each come first.
  await expect(bo.heading).toHaveText("What first?", { timeout: 30_000 });
  await bo.vote("Ramen");
  await bo.isCounted("Ramen");
  await room.step("go", { pollId: polls[1] });
  await expect(bo.heading).toHaveText("What then?");
  await room.remove();
  await expect(bo.page.getByText("The host has ended this room.")).toBeVisible();
});

test("[U42] when WebSockets get through again the page moves back to them, and nobody notices", async ({
  origin,
  openContext,
}) => {
  const { code } = await askPoll(origin);
  const context = await openContext(PHONE);
  let isBlocked = true;
  await context.routeWebSocket(/\/ws\?/, (socket) => {
    if (isBlocked) void socket.close({ code: 1006 });
    else socket.connectToServer();
  });
  const page = await context.newPage();
  const bo = new Visitor(page);
  await bo.join(code);
  await castVotes(origin, code, "opt-2");
  await bo.sees({ Ramen: 1 });
  await bo.mark();
  // Who follows over HTTP is not counted as being here; who comes back to a socket is.
  await expect(bo.status).toContainText("0 here");
  await page.evaluate(() => {
    const line = document.querySelector(".connection");
    if (line) {
      new MutationObserver(() => document.documentElement.setAttribute("data-noticed", "")).observe(line, {
        childList: true,
        characterData: true,
        subtree: true,
      });
    }
  });
  isBlocked = false;
  await expect(bo.status).toContainText("1 here", { timeout: 30_000 });
  await castVotes(origin, code, "opt-2");
  await bo.sees({ Ramen: 2 });
  await expect(page.locator("html[data-noticed]")).toHaveCount(0);
  await bo.wasNotReloaded();
});

test("[U42][U8] a vote while the page moves back is kept until it has moved, and not said to have been received", async ({
  origin,
  openContext,
}) => {
  const { code } = await askPoll(origin);
  const context = await openContext(PHONE);
  let isBlocked = true;
  const held: (() => void)[] = [];
  // The node's words come through first, the page's only when they are let go.
  await context.routeWebSocket(/\/ws\?/, (socket) => {
    if (isBlocked) return void socket.close({ code: 1006 });
    const node = socket.connectToServer();
    socket.onMessage((text) => void held.push(() => node.send(text)));
  });
  const bo = new Visitor(await context.newPage());
  await bo.join(code);
  await castVotes(origin, code, "opt-2");
  await bo.sees({ Ramen: 1 });
  isBlocked = false;
  await expect.poll(() => held.length, { timeout: 30_000 }).toBe(1);
  await bo.vote("Pizza");
  // Before the link gives its join up after ten seconds.
  await expect(bo.receipt).toContainText("It will be sent when you are connected", { timeout: 5_000 });
  for (const letGo of held.splice(0)) letGo();
  await expect.poll(() => held.length).toBe(1);
  for (const letGo of held.splice(0)) letGo();
  await bo.isCounted("Pizza");
});
