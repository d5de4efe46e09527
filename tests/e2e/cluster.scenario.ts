import { startCluster, type TestCluster } from "../support/start-cluster.ts";
import { test as base, expect } from "./actors.ts";
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
