import type { Page } from "@playwright/test";
import { expect, test } from "./actors.ts";

/** Everything that reaches this browser about the poll: pages and frames. */
function recordWire(page: Page): string[] {
  const received: string[] = [];
  page.on("websocket", (socket) =>
    socket.on("framereceived", ({ payload }) => received.push(String(payload))),
  );
  page.on("response", async (response) => {
    if (response.request().resourceType() === "document")
      received.push(await response.text().catch(() => ""));
  });
  return received;
}

const NUMBERS = /"votes":|class=\\?"fill/;

test("[U2] afterVote: nothing about the results reaches a browser before its voter has voted", async ({
  host,
  ann,
  ben,
}) => {
  const code = await host.createPoll({ results: "Each voter, after voting" });
  const wire = recordWire(ben.page);
  await ben.join(code);
  await expect(ben.status).toContainText("2 here");
  await ann.join(code);
  await ann.vote("Sushi");
  await ann.isCounted("Sushi");
  await ann.sees({ Sushi: 1 });
  await host.sees({ Sushi: 1 });

  await expect(ben.status).toContainText("1 voted");
  await expect(ben.results).toContainText("once you have voted");
  await ben.page.reload();
  await expect(ben.results).toContainText("once you have voted");
  expect(wire.length).toBeGreaterThan(3);
  expect(wire.filter((text) => NUMBERS.test(text))).toEqual([]);

  await ben.vote("Ramen");
  await ben.isCounted("Ramen");
  for (const each of [host, ann, ben]) await each.sees({ Sushi: 1, Ramen: 1, Pizza: 0 });
});

test("[U2] afterClose: voters see nothing until the poll has closed, the host sees all along", async ({
  host,
  ann,
}) => {
  const code = await host.createPoll({ results: "Everyone, at the end" });
  const wire = recordWire(ann.page);
  await ann.join(code);
  await ann.vote("Sushi");
  await ann.isCounted("Sushi");
  await host.sees({ Sushi: 1 });
  await expect(ann.results).toContainText("when the poll closes");
  expect(wire.filter((text) => NUMBERS.test(text))).toEqual([]);
  await host.press("Close");
  await expect(ann.results).toContainText("Final results");
  await ann.sees({ Sushi: 1, Ramen: 0 });
});

test("[U11] the host hides and reveals results on every screen", async ({ host, ann, lateJoiner }) => {
  const code = await host.createPoll();
  await ann.join(code);
  await ann.vote("Sushi");
  await ann.sees({ Sushi: 1 });
  await host.press("Hide results");
  await expect(ann.results).toContainText("hidden for now");
  await expect(ann.page.getByRole("listitem")).toHaveCount(0);
  await host.sees({ Sushi: 1 });
  const wire = recordWire(lateJoiner.page);
  await lateJoiner.join(code);
  await expect(lateJoiner.status).toContainText("3 here");
  expect(wire.filter((text) => NUMBERS.test(text))).toEqual([]);
  await host.press("Reveal results");
  for (const each of [ann, lateJoiner]) await each.sees({ Sushi: 1 });
});
