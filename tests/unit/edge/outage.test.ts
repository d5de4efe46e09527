import { expect, test } from "bun:test";
import { Hono } from "hono";
import { home } from "../../../client/texts/spoken.ts";
import { answerError } from "../../../server/edge/answer-error.ts";
import { buildAssets } from "../../../server/edge/assets.ts";
import type { EdgeEnv } from "../../../server/edge/edge-ports.ts";
import { registerPages } from "../../../server/edge/pages.tsx";
import { createLog } from "../../../server/ops/log.ts";
import { newPollId } from "../../../shared/ids.ts";
import { startEdge } from "../../support/start-edge.ts";
import { storeInOutage } from "../../support/store-in-outage.ts";

test("[H6] while the store does not answer, a request is answered 503 UNAVAILABLE with when to try again", async () => {
  const polls = storeInOutage();
  const lines: string[] = [];
  const log = createLog(
    { level: "info", node: "n", environment: "test" },
    { write: (line) => lines.push(line) },
  );
  const app = new Hono<EdgeEnv>();
  app.onError(answerError(log));
  app.get("/", async (context) => context.json(await polls.read(newPollId())));
  const answer = await app.request("/");
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ code: "UNAVAILABLE", retryAfterMs: 1_000 });
  expect(answer.headers.get("Retry-After")).toBe("1");
  expect(lines).toEqual([]);
  await polls.close();
});

test("[U9] while the store does not answer, a poll's page says so in words and comes back by itself", async () => {
  const polls = storeInOutage();
  const assets = await buildAssets();
  await using edge = await startEdge({
    pages: (app, ports) => registerPages(app, { ...ports, polls, assets }),
  });
  const answer = await edge.call("/ABCD1234");
  expect([answer.status, answer.headers.get("Retry-After")]).toEqual([503, "2"]);
  const html = await answer.text();
  expect(html).toContain(home.outOfReach("ABCD-1234"));
  expect(html).toContain('http-equiv="refresh" content="2"');
  await polls.close();
});
