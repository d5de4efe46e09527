import { expect, test } from "bun:test";
import { CLOSE } from "../../shared/refusals.ts";
import { waitFor } from "../support/wait-for.ts";
import { RawSocket } from "./raw-socket.ts";
import { checkFrame, type MadePoll, startWireNode, type WireNode } from "./wire-node.ts";

/** A poll whose POLL_UPDATE is about 9 KB: 20 labels of 120 characters with 3 bytes each. */
const LONG_TEXT = {
  question: "問".repeat(300),
  options: Array.from({ length: 20 }, (_, index) => `${index} ${"選".repeat(110)}`),
};

/** Steps of a host, each of which tells every viewer the whole poll. */
async function steerTimes(node: WireNode, poll: MadePoll, times: number): Promise<void> {
  for (let step = 0; step < times / 2; step++) {
    await node.steer(poll, "hide");
    await node.steer(poll, "reveal");
  }
}

test("[F6] a socket that stops reading gets no queue, holds nobody up, and ends with the newest picture", async () => {
  await using node = await startWireNode();
  const poll = await node.makePoll(LONG_TEXT);
  const { pollId } = poll;
  const quick = await node.join(pollId);
  await using slow = await RawSocket.open(node.port);
  slow.send({ type: "JOIN_POLL", data: { pollId } });
  await waitFor("the slow one to have joined", () => slow.frames.length >= 3);
  slow.stopReading();
  // 13 MB: more than the kernel takes for one connection (about 4 MB on Linux, of which 64 KB are ours).
  await steerTimes(node, poll, 1_400);
  await quick.request({ type: "CAST_VOTE", data: { optionId: "opt-7" } });
  await waitFor("the quick one to see the vote", () => quick.latestResults(pollId)?.totalVotes === 1);
  const toldQuick = quick.frames.filter(({ type }) => type === "POLL_UPDATE").length;
  expect(toldQuick).toBeGreaterThan(1_400);
  const quickBytes = quick.frames.reduce((sum, frame) => sum + Buffer.byteLength(JSON.stringify(frame)), 0);
  expect(quickBytes).toBeGreaterThan(10_000_000);

  slow.readAgain();
  const newest = () => slow.frames.findLast(({ type }) => type === "RESULTS_UPDATE");
  const caughtUp = await waitFor("the newest picture", () => {
    const frame = newest();
    return frame?.type === "RESULTS_UPDATE" && frame.data.totalVotes === 1 && frame.data;
  });
  expect(caughtUp).toEqual(quick.latestResults(pollId) ?? caughtUp);
  expect(slow.bytes).toBeLessThan(quickBytes / 2);
  expect(slow.closeCode).toBeNull();

  // It takes part again.
  await node.steer(poll, "close");
  await waitFor("the end", () => {
    const frame = newest();
    return frame?.type === "RESULTS_UPDATE" && frame.data.final;
  });
  slow.frames.forEach(checkFrame);
});

test("[F6] many slow sockets do not keep a quick one waiting", async () => {
  await using node = await startWireNode();
  const poll = await node.makePoll(LONG_TEXT);
  const slow = await Promise.all(Array.from({ length: 10 }, () => RawSocket.open(node.port)));
  for (const socket of slow) socket.send({ type: "JOIN_POLL", data: { pollId: poll.pollId } });
  for (const socket of slow) await waitFor("it to have joined", () => socket.frames.length >= 3);
  for (const socket of slow) socket.stopReading();
  const quick = await node.join(poll.pollId);
  await steerTimes(node, poll, 500);
  const began = performance.now();
  for (let revision = 1; revision <= 20; revision++) {
    const voter = await node.connect();
    await voter.request({ type: "CAST_VOTE", data: { pollId: poll.pollId, optionId: "opt-1" } });
    await quick.next("RESULTS_UPDATE", ({ data }) => data.totalVotes === revision);
  }
  // 20 pictures, 50 ms apart.
  expect(performance.now() - began).toBeLessThan(5_000);
  for (const socket of slow) await socket[Symbol.asyncDispose]();
});

test("[F6] a socket that asks and asks and never reads is closed as too slow instead of being served without end", async () => {
  await using node = await startWireNode({ env: { FRAMES_PER_SECOND: "0" } });
  const { pollId } = await node.makePoll(LONG_TEXT);
  await using slow = await RawSocket.open(node.port);
  const other = await node.connect();
  slow.stopReading();
  // 18 MB of answers.
  for (let frame = 0; frame < 2_000; frame++) slow.send({ type: "JOIN_POLL", data: { pollId } });
  await waitFor("the node to have given it up", async () => {
    const ops = (await (await node.http("GET", "/api/ops")).json()) as { sockets: number };
    return ops.sockets === 1;
  });
  expect(await other.request({ type: "PING", data: {} })).toMatchObject({ type: "PONG" });
  slow.readAgain();
  await waitFor("the end", () => slow.ended);
  expect(slow.bytes).toBeLessThan(10_000_000);
  expect(slow.closeCode).toBe(CLOSE.TOO_SLOW);
});
