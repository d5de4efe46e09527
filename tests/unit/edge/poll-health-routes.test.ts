import { expect, test } from "bun:test";
import { expectRefusal } from "../../support/expect-problem.ts";
import { startEdge } from "../../support/start-edge.ts";

test("[U58] a host is told how well the service can look after the poll, and nobody else", async () => {
  await using edge = await startEdge();
  const { path, host } = await edge.makePoll();
  const answer = await edge.call(`${path}/health`, { headers: host });
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({ level: 0, levelName: "normal", keptIn: "embedded" });
  await expectRefusal(await edge.call(`${path}/health`), "NOT_ALLOWED");
  await expectRefusal(
    await edge.call(`${path}/health`, { headers: { "x-host-key": "not-the-key" } }),
    "NOT_ALLOWED",
  );
  await expectRefusal(await edge.call("/api/polls/ZZZZZZZZ/health", { headers: host }), "POLL_NOT_FOUND");
});

test("[U58] a room's key opens the health of its questions", async () => {
  await using edge = await startEdge();
  const { polls, host } = await edge.makeRoom(["Now?"]);
  for (const pollId of polls) {
    expect((await edge.call(`/api/polls/${pollId}/health`, { headers: host })).status).toBe(200);
  }
  expect(polls.length).toBeGreaterThan(0);
});
