/** Who has been here at some time, as browsers see it: each browser once. */
import { expect, test } from "bun:test";
import { waitFor } from "../support/wait-for.ts";
import { newVoterCookie, type WsClient } from "../support/ws-client.ts";
import { all, startWireNode } from "./wire-node.ts";

test("[C14] a browser is counted once over its tabs and reconnects, and still when it has left", async () => {
  await using node = await startWireNode();
  const { pollId } = await node.makePoll();
  const watcher = await node.join(pollId);
  const figures = (client: WsClient) => {
    const { viewerCount, joinedCount } = client.latestResults(pollId) ?? {};
    return [viewerCount, joinedCount];
  };
  const shows = (viewers: number, joined: number) =>
    waitFor(`${viewers} here and ${joined} joined`, () => figures(watcher).join() === `${viewers},${joined}`);
  await shows(1, 1);
  const cookie = await newVoterCookie(node.url);
  const tabs = await Promise.all([node.join(pollId, { cookie }), node.join(pollId, { cookie })]);
  // Two tabs are two viewers, and fewer have joined than are here is never said.
  await shows(3, 3);
  await tabs[0]?.close();
  await shows(2, 2);
  for (let reconnect = 0; reconnect < 3; reconnect += 1) {
    const back = await node.join(pollId, { cookie });
    await back.request({ type: "CAST_VOTE", data: { optionId: "opt-1" } });
    await back.close();
  }
  const other = await node.join(pollId);
  await shows(3, 3);
  await Promise.all([other.close(), tabs[1]?.close()]);
  await shows(1, 3);
  expect((await node.view(pollId)).results).toMatchObject({ viewerCount: 1, joinedCount: 3 });
}, 20_000);

test("[C14] who only reads the poll over HTTP has taken no seat, and who voted has been here", async () => {
  await using node = await startWireNode();
  const { pollId } = await node.makePoll();
  const cookie = await newVoterCookie(node.url);
  expect((await node.view(pollId, { cookie })).results.joinedCount).toBe(0);
  const answer = await node.http("POST", `/api/polls/${pollId}/votes`, { optionId: "opt-2" }, { cookie });
  expect(answer.status).toBe(201);
  expect((await node.view(pollId)).results).toMatchObject({
    participantCount: 1,
    viewerCount: 0,
    joinedCount: 1,
  });
});

test("[C14][F7] who join one after the other change the picture at most once a second", async () => {
  await using node = await startWireNode();
  const { pollId } = await node.makePoll();
  const watcher = await node.join(pollId);
  const began = performance.now();
  // Each leaves before the next comes: only the count of those who joined changes.
  for (let count = 0; count < 20; count += 1) await (await node.join(pollId)).close();
  await waitFor("all of them", () => watcher.latestResults(pollId)?.joinedCount === 21);
  const seconds = (performance.now() - began) / 1000;
  expect(all(watcher, "RESULTS_UPDATE").length).toBeLessThanOrEqual(3 + seconds);
});
