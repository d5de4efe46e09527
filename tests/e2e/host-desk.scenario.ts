import type { Page } from "@playwright/test";
import { generate } from "lean-qr";
import { toSvgPath } from "lean-qr/extras/svg";
import { expect, PHONE, test } from "./actors.ts";
import { askPoll } from "./asked.ts";
import { Host } from "./host.ts";
import { Visitor } from "./visitor.ts";

const hostLink = (page: Page) => page.getByLabel("Host link", { exact: true });

test("[U50] the key leaves the address, outlives a reload, and an old link leads to the host's page", async ({
  host,
  openContext,
  origin,
}) => {
  const code = await host.createPoll();
  const { pathname, hash } = new URL(host.page.url());
  expect([pathname, hash]).toEqual([`/${code.replace("-", "")}/host`, ""]);
  await host.page.reload();
  await expect(host.page.getByRole("button", { name: "Close" })).toBeEnabled();
  // Somebody sends the host a link with another key, which is opened in the same tab: the right one is not lost.
  await host.page.goto(`${pathname}#host=not-the-key`);
  await expect(host.question).toHaveText("Only the host steers here");
  expect(new URL(host.page.url()).hash).toBe("");
  await host.page.reload();
  await host.press("Close");
  await expect(host.status).toContainText("Closed");

  const made = await askPoll(origin);
  const other = new Host(await (await openContext()).newPage());
  await other.page.goto(`/${made.code}#host=${made.hostKey}`);
  await other.page.waitForURL(`/${made.code}/host`);
  await other.press("Close");
  await expect(other.status).toContainText("Closed");
});

test("[U51] without the key one is told what to do and sees nothing hidden; the same with a wrong key", async ({
  host,
  openContext,
}) => {
  const code = (await host.createPoll({ results: "Everyone, at the end" })).replace("-", "");
  const other = new Visitor(await (await openContext()).newPage());
  for (const address of [`/${code}/host`, `/${code}/host#host=not-the-key`]) {
    await other.page.goto("about:blank");
    await other.page.goto(address);
    await expect(other.page.getByRole("heading", { level: 1 })).toHaveText("Only the host steers here");
    await expect(other.page.getByRole("button", { name: "Close" })).toHaveCount(0);
    await expect(other.page.getByRole("listitem")).toHaveCount(0);
  }
  await expect(other.page.getByText("is not the one of this code")).toBeVisible();
  await other.page.getByRole("link", { name: "Vote here" }).click();
  await other.vote("Sushi");
  await other.isCounted("Sushi");
});

test("[U52] a step that failed says why and works when repeated; a double click is one step", async ({
  host,
  ann,
}) => {
  const code = await host.createPoll({ openNow: false });
  await ann.join(code);
  await host.page.route("**/open", (route) => route.abort(), { times: 1 });
  await host.press("Open");
  await expect(host.page.getByRole("alert")).toHaveText("The server did not answer. Please try again.");
  await expect(host.status).toContainText("Not open yet");
  // Where Open was there is Close a moment later.
  await host.page.getByRole("button", { name: "Open", exact: true }).dblclick();
  await expect(host.status).toContainText(/^Open/);
  await expect(host.page.getByRole("alert")).toHaveCount(0);
  await ann.vote("Ramen");
  await ann.isCounted("Ramen");
  await expect(host.status).toContainText("1 voted");
  await host.press("+5 min");
  await expect(host.page.getByRole("timer")).toHaveText(/^1 h [45] min left$/);
  await expect(ann.status).toContainText(/1 h [45] min left/);
});

test("[U53] joined, here and voted are three numbers, and the health of it all is said in words", async ({
  host,
  ann,
  ben,
}) => {
  const code = await host.createPoll();
  await ann.join(code);
  await ben.join(code);
  await ann.vote("Ramen");
  for (const part of ["3 joined", "3 here", "1 voted"]) await expect(host.status).toContainText(part);
  await ben.page.goto("/");
  for (const part of ["3 joined", "2 here", "1 voted"]) await expect(host.status).toContainText(part);
  const health = host.page.getByRole("region", { name: "How it goes" });
  await expect(health).toContainText(/The server answers you in [\d,]+ ms/);
  await expect(health).toContainText("Everything works. Each vote is on this server's disk");
  await host.page.context().setOffline(true);
  await expect(health).toContainText("You are not connected.");
  await expect(host.page.locator(".connection")).toContainText("Connection lost");
  await host.page.context().setOffline(false);
  await expect(health).toContainText("You are connected.");
});

test("[U54] phone and laptop steer the same poll: the link and its QR are shown when asked for, and can be copied", async ({
  host: laptop,
  openContext,
  ann,
}) => {
  const code = await laptop.createPoll();
  await ann.join(code);
  await expect(hostLink(laptop.page)).toHaveCount(0);
  await laptop.page.getByRole("button", { name: "Show the host link" }).click();
  const address = await hostLink(laptop.page).inputValue();
  expect(address).toContain(`/${code.replace("-", "")}/host#host=`);
  const drawn = laptop.page.getByRole("img", { name: "QR code of the host link" });
  await expect(drawn.locator("path")).toHaveAttribute("d", toSvgPath(generate(address)));
  await laptop.page.getByRole("button", { name: "Put it away" }).click();
  await expect(hostLink(laptop.page)).toHaveCount(0);
  await expect(laptop.page.getByRole("button", { name: "Show the host link" })).toBeFocused();

  const phone = new Host(await (await openContext(PHONE)).newPage());
  await phone.page.goto(address);
  await phone.press("Hide results");
  await expect(ann.results).toContainText("hidden for now");
  await expect(laptop.page.getByRole("button", { name: "Reveal results" })).toBeVisible();
  await laptop.press("Reveal results");
  await expect(ann.results).not.toContainText("hidden for now");
  await phone.press("Close");
  for (const each of [laptop, phone, ann]) await expect(each.status).toContainText("Closed");
});

for (const [browser, script] of [
  ["with the clipboard API", "0"],
  [
    "without it, as on plain http",
    "Object.defineProperty(Navigator.prototype, 'clipboard', { value: undefined })",
  ],
] as const) {
  test(`[U54] the host link is copied ${browser}`, async ({ openContext }) => {
    const context = await openContext({ permissions: ["clipboard-read", "clipboard-write"] });
    await context.addInitScript(script);
    const host = new Host(await context.newPage());
    await host.createPoll();
    await host.page.getByRole("button", { name: "Show the host link" }).click();
    await host.page.getByRole("button", { name: "Copy" }).click();
    await expect(host.page.getByText("Copied.")).toBeVisible();
    const address = await hostLink(host.page).inputValue();
    await host.page.goto("/");
    await host.page.getByLabel("Question", { exact: true }).focus();
    await host.page.keyboard.press("Control+V");
    await expect(host.page.getByLabel("Question", { exact: true })).toHaveValue(address);
  });
}

test("[U55] deleting is asked a second time, and then it is gone from every screen", async ({
  host,
  ann,
}) => {
  const code = await host.createPoll();
  await ann.join(code);
  const begin = host.page.getByRole("button", { name: "Delete the poll" });
  await begin.click();
  await expect(host.page.getByRole("button", { name: "Keep it" })).toBeFocused();
  await host.page.keyboard.press("Enter");
  await expect(host.page.getByRole("button", { name: "Delete for good" })).toHaveCount(0);
  await expect(begin).toBeFocused();
  await begin.click();
  await host.page.getByRole("button", { name: "Delete for good" }).click();
  await expect(host.question).toHaveText("It is deleted.");
  await expect(ann.page.getByText("The host has deleted this poll.")).toBeVisible();
  await host.page.reload();
  await expect(host.question).toHaveText("Nothing here");
});

test("[U56] asking again keeps the key, and shows the change against last time", async ({
  host,
  ann,
  ben,
}) => {
  const code = await host.createPoll({ question: "Tea or what?" });
  for (const [voter, label] of [
    [ann, "Sushi"],
    [ben, "Ramen"],
  ] as const) {
    await voter.join(code);
    await voter.vote(label);
    await voter.isCounted(label);
  }
  await host.press("Close");
  await expect(host.results).toContainText("Final results");
  await host.press("Ask again");
  await expect(host.page.locator(".big-code")).not.toHaveText(code);
  await expect(host.question).toHaveText("Tea or what?");
  const second = (await host.page.locator(".big-code").textContent()) ?? "";
  const change = host.page.getByRole("region", { name: "Against last time" });
  await expect(change).toHaveCount(0);
  await ann.join(second);
  await ann.vote("Sushi");
  const row = (label: string) => change.getByRole("row").filter({ hasText: label });
  await expect(row("Sushi")).toContainText("was 50%");
  await expect(row("Sushi")).toContainText("+50 points");
  await expect(row("Ramen")).toContainText("−50 points");
  await expect(row("Pizza")).toContainText("the same");
  await expect(change).toContainText("Last time 2 people voted.");
  await host.page.reload();
  await expect(row("Sushi")).toContainText("+50 points");
  await host.press("Close");
  await expect(host.status).toContainText("Closed");
});
