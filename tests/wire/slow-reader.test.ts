import { expect, test } from "bun:test";
import { CLOSE } from "../../shared/refusals.ts";
import { waitFor } from "../support/wait-for.ts";
import {
  joinWithoutReading,
  LONG_TEXT,
  POLLS_AT_ONCE,
  ROUNDS_TO_OVERFLOW,
  tellAgainAndAgain,
} from "./heavy-polls.ts";
import { RawSocket } from "./raw-socket.ts";
import { checkFrame, type MadePoll, startWireNode, type WireNode } from "./wire-node.ts";

/** A node with long polls and a viewer of all of them who keeps up. */
async function crowdedNode() {
  const node = await startWireNode({ env: { FRAMES_PER_SECOND: "0" } });
  const polls = await Promise.all(Array.from({ length: POLLS_AT_ONCE }, () => node.makePoll(LONG_TEXT)));
  const quick = await node.connect();
  const pollIds = polls.map(({ pollId }) => pollId);
  for (const pollId of pollIds) await quick.request({ type: "JOIN_POLL", data: { pollId } });
  const tell = (rounds: number) =>
    tellAgainAndAgain(polls, quick, rounds, (poll, action) => node.steer(poll, action));
  return { node, pollIds, quick, tell, first: firstOf(polls) };
}

function firstOf([first]: readonly MadePoll[]): MadePoll {
  if (!first) throw new Error("There are polls.");
  return first;
}

const resultsOf = (slow: RawSocket, { pollId }: MadePoll) => {
  const last = slow.frames.findLast(
    (frame) => frame.type === "RESULTS_UPDATE" && frame.data.pollId === pollId,
  );
  return last?.type === "RESULTS_UPDATE" ? last.data : null;
};

const vote = async (node: WireNode, { pollId }: MadePoll) => {
  const voter = await node.connect();
  await voter.request({ type: "CAST_VOTE", data: { pollId, optionId: "opt-7" } });
};

test("[F6] a socket that stops reading gets no queue, and ends with the newest picture when it reads again", async () => {
  const { node, pollIds, quick, tell, first } = await crowdedNode();
  await using _ = node;
  await using slow = await RawSocket.open(node.port);
  await joinWithoutReading([slow], pollIds, quick);
  await tell(ROUNDS_TO_OVERFLOW);
  await vote(node, first);
  await waitFor("the quick one to see the vote", () => quick.latestResults(first.pollId)?.totalVotes === 1);
  const told = quick.frames.reduce((sum, frame) => sum + Buffer.byteLength(JSON.stringify(frame)), 0);
  expect(told).toBeGreaterThan(12_000_000);

  slow.readAgain();
  await waitFor("the newest picture", () => resultsOf(slow, first)?.totalVotes === 1);
  await slow.answersPing();
  expect(resultsOf(slow, first)).toEqual(quick.latestResults(first.pollId));
  // What the kernel had taken, one newest state of each poll, and 64 KB.
  console.log(slow.bytes, told);
  expect(slow.bytes).toBeLessThan(told / 2);
  expect(slow.closeCode).toBeNull();

  await node.steer(first, "close");
  await waitFor("the end: it takes part again", () => resultsOf(slow, first)?.final);
  slow.frames.forEach(checkFrame);
});

test("[F6] sockets that do not read keep nobody waiting", async () => {
  const { node, pollIds, quick, tell, first } = await crowdedNode();
  await using _ = node;
  const slow = await Promise.all(Array.from({ length: 5 }, () => RawSocket.open(node.port)));
  await joinWithoutReading(slow, pollIds, quick);
  await tell(20);
  const began = performance.now();
  for (let votes = 1; votes <= 20; votes++) {
    await vote(node, first);
    await quick.next("RESULTS_UPDATE", ({ data }) => data.totalVotes === votes);
  }
  // 20 pictures, 50 ms apart.
  expect(performance.now() - began).toBeLessThan(10_000);
  for (const socket of slow) await socket[Symbol.asyncDispose]();
});

test("[F6] a socket that asks and asks and never reads is closed with 4009, not served without end", async () => {
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
