import { expect, test } from "./actors.ts";
import { Visitor } from "./visitor.ts";

const LOST = "Connection lost";

test("[R2] a vote cast offline is kept, and counts once the network is back", async ({ host, ann, ben }) => {
  const code = await host.createPoll();
  await ann.join(code);
  await ben.join(code);
  await ann.mark();
  await ann.page.context().setOffline(true);
  await ann.vote("Ramen");
  await expect(ann.receipt).toContainText("Kept");
  await expect(ann.page.locator(".connection")).toContainText(LOST);
  await ben.vote("Pizza");
  await host.sees({ Ramen: 0, Pizza: 1 });

  await ann.page.context().setOffline(false);
  await ann.isCounted("Ramen");
  await expect(ann.page.locator(".connection")).toBeEmpty();
  await ann.wasNotReloaded();
  for (const each of [host, ann, ben]) await each.sees({ Sushi: 0, Ramen: 1, Pizza: 1 });
});

test("[R2] a vote that could not be sent outlives the tab", async ({ host, ann }) => {
  const code = await host.createPoll();
  await ann.join(code);
  const context = ann.page.context();
  await context.setOffline(true);
  await ann.vote("Ramen");
  await expect(ann.receipt).toContainText("Kept");
  await ann.page.close();
  await context.setOffline(false);
  const later = new Visitor(await context.newPage());
  await later.join(code);
  await later.isCounted("Ramen");
  await host.sees({ Ramen: 1 });
});

test("[R7] the node is killed and comes back: all reconnect by themselves, and no vote is lost", async ({
  node,
  host,
  voters,
}) => {
  const code = await host.createPoll({ allowChange: true });
  const [ann, ben, cem, dot] = voters;
  for (const voter of voters) await voter.join(code);
  await ann.vote("Ramen");
  await ann.isCounted("Ramen");
  await ben.vote("Sushi");
  await ben.isCounted("Sushi");
  for (const each of [host, ...voters]) await each.mark();

  await node.kill9();
  await expect(cem.page.locator(".connection")).toContainText(LOST);
  await cem.vote("Pizza");
  await expect(cem.receipt).toContainText("Kept");
  await node.restart();

  await cem.isCounted("Pizza");
  await ann.isCounted("Ramen");
  await dot.vote("Ramen");
  for (const each of [host, ...voters]) {
    await each.sees({ Sushi: 1, Ramen: 2, Pizza: 1 });
    await expect(each.page.locator(".connection")).toBeEmpty();
    await each.wasNotReloaded();
  }
  await ann.changeTo("Sushi");
  for (const each of [host, ...voters]) await each.sees({ Sushi: 2, Ramen: 1, Pizza: 1 });
});

test("[R5] a node that is stopped says so first, and is found again when it is back", async ({
  node,
  host,
  ann,
  ben,
}) => {
  const code = await host.createPoll();
  await ann.join(code);
  await ben.join(code);
  await expect(host.status).toContainText("3 here");
  await ann.vote("Ramen");
  await ann.isCounted("Ramen");
  for (const each of [host, ann, ben]) await each.mark();
  const stopped = node.stop();
  await expect(host.page.locator(".connection")).toContainText(/restarting|Connection lost/);
  expect(await stopped).toBe(0);
  await node.restart();
  await ben.vote("Pizza");
  for (const each of [host, ann, ben]) {
    await each.sees({ Ramen: 1, Pizza: 1 });
    await each.wasNotReloaded();
  }
});
