import { expect, test } from "./actors.ts";
import { askPoll } from "./asked.ts";

test("[U11] a draft opens in front of everybody, is extended and closed by its host", async ({
  host,
  ann,
  ben,
}) => {
  const code = await host.createPoll({ openNow: false });
  await ann.join(code);
  await expect(ann.page.getByText("has not been opened yet")).toBeVisible();
  await expect(ann.form).toHaveCount(0);
  await host.press("Open");
  await ann.vote("Ramen");
  await ann.isCounted("Ramen");
  await expect(ann.status).toContainText("left");
  await host.press("+1 min");
  await expect(ann.status).toContainText("1 h left");
  await host.press("Close");
  for (const each of [host, ann]) {
    await expect(each.status).toContainText("Closed");
    await expect(each.results).toContainText("Final results");
    await each.sees({ Ramen: 1 });
  }
  await ben.join(code);
  await expect(ben.form).toHaveCount(0);
  await ben.sees({ Ramen: 1 });
});

test("[R8] a poll ends by itself, and everybody has the final result, also who was away", async ({
  host,
  origin,
  ann,
  ben,
}) => {
  const asked = await askPoll(origin, { durationSeconds: 10 });
  const { code } = asked;
  await host.open(asked);
  await ann.join(code);
  await ben.join(code);
  await expect(ann.page.getByRole("timer")).toHaveText(/^0:0\d left$/);
  await ben.page.context().setOffline(true);
  await ann.vote("Sushi");
  await ann.isCounted("Sushi");
  for (const each of [host, ann]) {
    await expect(each.results).toContainText("Final results", { timeout: 20_000 });
    await expect(each.status).toContainText("Closed");
    await each.sees({ Sushi: 1, Ramen: 0 });
  }
  await ben.page.context().setOffline(false);
  await expect(ben.results).toContainText("Final results");
  await ben.sees({ Sushi: 1, Ramen: 0 });
  await expect(ben.form).toHaveCount(0);
});

test("[U9] a vote that comes too late is told as not counted", async ({ host, ann }) => {
  const code = await host.createPoll();
  await ann.join(code);
  await ann.page.context().setOffline(true);
  await ann.vote("Sushi");
  await expect(ann.receipt).toContainText("Kept");
  await host.press("Close");
  await expect(host.status).toContainText("Closed");
  await ann.page.context().setOffline(false);
  await expect(ann.page.getByRole("alert")).toContainText("closed before this vote arrived");
  await expect(ann.receipt).toHaveCount(0);
  await ann.sees({ Sushi: 0 });
});

test("[U7] a poll that its host deletes is gone from every screen", async ({ origin, ann }) => {
  const asked = await askPoll(origin);
  await ann.join(asked.code);
  await expect(ann.status).toContainText("1 here");
  await asked.remove();
  await expect(ann.page.getByText("The host has deleted this poll.")).toBeVisible();
  await ann.page.reload();
  await expect(ann.page.getByRole("heading", { level: 1 })).toHaveText("Nothing here");
});
