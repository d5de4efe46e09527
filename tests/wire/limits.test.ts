import { expect, test } from "bun:test";
import { CLOSE } from "../../shared/refusals.ts";
import { waitFor } from "../support/wait-for.ts";
import { all, startWireNode } from "./wire-node.ts";

const SLOW = { env: { FRAMES_PER_SECOND: "2" } };

test("[L4] frames beyond the burst are RATE_LIMITED with their id and when to send again, which then works", async () => {
  await using node = await startWireNode(SLOW);
  const client = await node.connect();
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => client.request({ type: "PING", data: {} })),
  );
  // Four in a burst; on a machine that stands still for a while some more.
  const granted = answers.filter(({ type }) => type === "PONG").length;
  expect(answers.slice(0, 4).map(({ type }) => type)).toEqual(["PONG", "PONG", "PONG", "PONG"]);
  expect(granted).toBeWithin(4, 12);
  expect(all(client, "ERROR")).toHaveLength(20 - granted);
  const [refused] = all(client, "ERROR");
  expect(refused).toMatchObject({ code: "RATE_LIMITED" });
  expect(refused?.retryAfterMs).toBeWithin(1, 501);
  await waitFor("the next frame to be let in", async () => {
    const answer = await client.request({ type: "PING", data: {} });
    return answer.type === "PONG";
  });
});

test("[L4] a refused frame is not carried out", async () => {
  await using node = await startWireNode(SLOW);
  const { pollId } = await node.makePoll();
  const client = await node.connect();
  for (let frame = 0; frame < 20; frame++) client.send({ type: "PING", data: {} });
  expect(await client.request({ type: "CAST_VOTE", data: { pollId, optionId: "opt-1" } })).toMatchObject({
    type: "ERROR",
    data: { code: "RATE_LIMITED" },
  });
  expect((await node.view(pollId)).poll.participantCount).toBe(0);
});

test("[L4] whoever ignores 500 refusals in a row is closed with 4008; others notice nothing", async () => {
  await using node = await startWireNode(SLOW);
  const [flooding, other] = [await node.connect(), await node.connect()];
  for (let frame = 0; frame < 1_500; frame++) flooding.send({ type: "PING", data: {} });
  expect((await flooding.closed).code).toBe(CLOSE.FLOOD);
  expect(all(flooding, "PONG").length).toBeWithin(4, 100);
  expect(all(flooding, "ERROR").length).toBeWithin(500, 1_400);
  expect(await other.request({ type: "PING", data: {} })).toMatchObject({ type: "PONG" });
});
