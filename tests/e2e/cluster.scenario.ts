import { startCluster, type TestCluster } from "../support/start-cluster.ts";
import { test as base, expect } from "./actors.ts";
import { askRoom } from "./asked.ts";
import type { Visitor } from "./visitor.ts";

/** The same people, before three nodes and their balancer. */
const test = base.extend<{ cluster: TestCluster }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads what a fixture needs from this pattern
  cluster: async ({}, use) => {
    await using cluster = await startCluster();
    await use(cluster);
  },
  origin: async ({ cluster }, use) => use(cluster.origin),
});

/** Notes which node each page's socket has landed on, as its HELLO says. */
function watchNodes(visitors: readonly Visitor[]): Map<Visitor, string> {
  const nodeOf = new Map<Visitor, string>();
  for (const visitor of visitors) {
    visitor.page.on("websocket", (socket) =>
      socket.on("framereceived", ({ payload }) => {
        const node = /"type":"HELLO".*"node":"([^"]+)"/.exec(String(payload))?.[1];
        if (node) nodeOf.set(visitor, node);
      }),
    );
  }
  return nodeOf;
}

test("[P7] a host and five voters on three nodes: one node is killed, nobody reloads, no vote is lost", async ({
  cluster,
  host,
  voters,
}) => {
  const everybody = [host, ...voters];
  const nodeOf = watchNodes(everybody);
  const code = await host.createPoll({ allowChange: true });
  const [ann, ben, cem, dot, eve] = voters;
  for (const voter of voters) await voter.join(code);
  await expect(host.status).toContainText("6 here");
  expect(new Set(nodeOf.values()).size).toBe(3);

  await ann.vote("Ramen");
  await ben.vote("Sushi");
  for (const each of everybody) await each.sees({ Sushi: 1, Ramen: 1, Pizza: 0 });
  for (const each of everybody) await each.mark();

  const lost = nodeOf.get(cem);
  const killed = cluster.nodes.find((node) => node.name === lost);
  await killed?.kill9();
  await cem.vote("Pizza");
  await dot.vote("Pizza");
  await eve.vote("Ramen");
  for (const [voter, label] of [
    [ann, "Ramen"],
    [ben, "Sushi"],
    [cem, "Pizza"],
    [dot, "Pizza"],
    [eve, "Ramen"],
  ] as const) {
    await voter.isCounted(label);
  }
  await ann.changeTo("Sushi");
  for (const each of everybody) {
    await each.sees({ Sushi: 2, Ramen: 1, Pizza: 2 });
    await expect(each.page.locator(".connection")).toBeEmpty();
    await each.wasNotReloaded();
  }
  expect(new Set(nodeOf.values())).not.toContain(lost);

  await host.press("Close");
  for (const each of everybody) await expect(each.status).toContainText("Closed");
});

test("[U57][P7] a lesson on three nodes: five questions, next and back, and a node is killed in the middle", async ({
  cluster,
  origin,
  host,
  ann,
  ben,
}) => {
  const everybody = [host, ann, ben];
  const nodeOf = watchNodes(everybody);
  const questions = ["First?", "Second?", "Third?", "Fourth?", "Fifth?"];
  const { room } = await askRoom(origin, questions, { title: "A lesson" });
  await host.open(room);
  for (const voter of [ann, ben]) await voter.page.goto(`/${room.code}`);
  const areAt = async (question: string) => {
    for (const { page } of everybody) {
      await expect(page.getByRole("heading", { level: 1 })).toHaveText(question);
    }
  };
  await host.page.getByRole("button", { name: "Edit the list" }).click();
  await host.page.getByRole("button", { name: "Move question 5 up" }).click();
  await expect(host.rows).toContainText(["First?", "Second?", "Third?", "Fifth?", "Fourth?"]);
  await host.next("First?");
  await areAt("First?");
  expect(new Set(nodeOf.values()).size).toBe(3);
  await ann.vote("Sushi");
  await ann.isCounted("Sushi");
  await host.next("Second?");
  await areAt("Second?");
  await ben.vote("Ramen");
  for (const each of everybody) await each.sees({ Sushi: 0, Ramen: 1 });
  const health = host.page.getByRole("region", { name: "How it goes" });
  await expect(health).toContainText("Everything works. Each vote is on two servers before it counts.");
  for (const each of everybody) await each.mark();

  const lost = nodeOf.get(host);
  await cluster.nodes.find((node) => node.name === lost)?.kill9();
  await host.next("Third?");
  await areAt("Third?");
  await ann.vote("Pizza");
  await ben.vote("Pizza");
  for (const each of everybody) await each.sees({ Pizza: 2 });
  await host.press("Back");
  await areAt("Second?");
  await ben.isCounted("Ramen");
  for (const each of everybody) await each.sees({ Ramen: 1 });
  await host.goTo("Fifth?");
  await areAt("Fifth?");
  await host.next("Fourth?");
  await areAt("Fourth?");
  await ann.vote("Ramen");
  await ann.isCounted("Ramen");
  await host.press("Close");
  for (const each of everybody) {
    await expect(each.status).toContainText("Closed");
    await expect(each.page.locator(".connection")).toBeEmpty();
    await each.wasNotReloaded();
  }
  expect(new Set(nodeOf.values())).not.toContain(lost);
});
