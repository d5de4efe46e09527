import { expect, test } from "bun:test";
import { Hono } from "hono";
import { answerError } from "../../../server/edge/answer-error.ts";
import type { EdgeEnv } from "../../../server/edge/edge-ports.ts";
import { createLog } from "../../../server/ops/log.ts";
import { connectRedis } from "../../../server/store/redis/connect-redis.ts";
import { RedisPollStore } from "../../../server/store/redis/redis-poll-store.ts";
import { newPollId } from "../../../shared/ids.ts";

/** Nobody listens there: it is for TCP port services, which no machine of today has. */
const NOWHERE = { nodes: [{ host: "127.0.0.1", port: 1 }], username: undefined, password: undefined };

test("[H6] while the store does not answer, a request is answered 503 UNAVAILABLE with when to try again", async () => {
  const clients = [
    connectRedis(NOWHERE, "single", "test"),
    connectRedis(NOWHERE, "single", "test-ballots"),
  ] as const;
  for (const client of clients) client.on("error", () => {});
  const [commands, ballots] = clients;
  const polls = new RedisPollStore({ commands, ballots, onTrouble: () => {} });
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
