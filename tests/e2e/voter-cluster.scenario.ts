import { startCluster, type TestCluster } from "../support/start-cluster.ts";
import { test as base, expect } from "./actors.ts";
import { askRoom } from "./asked.ts";

/** The same people, before three nodes and their balancer. */
const test = base.extend<{ cluster: TestCluster }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads what a fixture needs from this pattern
  cluster: async ({}, use) => {
    await using cluster = await startCluster();
    await use(cluster);
  },
  origin: async ({ cluster }, use) => use(cluster.origin),
});

test("[U40][U42] a room on three nodes: everybody moves along, also without WebSocket and with a node killed", async ({
  cluster,
  origin,
  ann,
  ben,
  cem,
  dot,
  lateJoiner,
}) => {
  const { room, polls } = await askRoom(origin, ["What first?", "What then?", "And at last?"]);
  await room.step("go", { pollId: polls[0] });
  await dot.page.context().routeWebSocket(/\/ws\?/, (socket) => void socket.close({ code: 1006 }));
  const everybody = [ann, ben, cem, dot];
  for (const each of everybody) {
    await each.join(room.code);
    await expect(each.heading).toHaveText("What first?");
    await each.mark();
  }
  await ann.vote("Ramen");
  await dot.vote("Pizza");
  for (const each of everybody) await each.sees({ Sushi: 0, Ramen: 1, Pizza: 1 });

  await room.step("go", { pollId: polls[1] });
  for (const each of everybody) await expect(each.heading).toHaveText("What then?");
  await cluster.nodes[0]?.kill9();
  for (const each of everybody) await each.vote("Sushi");
  for (const each of everybody) {
    await each.isCounted("Sushi");
    await each.sees({ Sushi: 4, Ramen: 0, Pizza: 0 });
  }
  await lateJoiner.join(room.code);
  await lateJoiner.sees({ Sushi: 4 });

  await room.step("go", { pollId: polls[2] });
  for (const each of [...everybody, lateJoiner]) await expect(each.heading).toHaveText("And at last?");
  for (const each of everybody) await each.wasNotReloaded();
});
