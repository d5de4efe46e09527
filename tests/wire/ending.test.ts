import { expect, test } from "bun:test";
import type { ServerMessage } from "../../shared/messages.ts";
import { waitFor } from "../support/wait-for.ts";
import { all, type MadePoll, startWireNode, type WireNode } from "./wire-node.ts";

test("[F8][C13] the natural end: ballots in flight count for a second, then it is final for everybody", async () => {
  await using node = await startWireNode();
  const { pollId } = await node.makePoll({
    durationSeconds: 10,
    settings: { resultsVisibility: "afterClose" },
  });
  const [early, inFlight, late] = [await node.join(pollId), await node.join(pollId), await node.join(pollId)];
  await early.request({ type: "CAST_VOTE", data: { optionId: "opt-1" } });
  node.clock.step(10_999);
  expect(await inFlight.request({ type: "CAST_VOTE", data: { optionId: "opt-2" } })).toMatchObject({
    type: "VOTE_ACCEPTED",
  });
  expect((await node.view(pollId)).poll).toMatchObject({ status: "open", remainingTime: 0 });
  node.clock.step(1);
  expect(await late.request({ type: "CAST_VOTE", data: { optionId: "opt-3" } })).toMatchObject({
    type: "ERROR",
    data: { code: "POLL_CLOSED" },
  });
  for (const client of [early, inFlight, late]) {
    expect((await client.next("POLL_SYSTEM")).data.event).toBe("closed");
    const update = await client.next("POLL_UPDATE");
    expect(update.data).toMatchObject({ status: "closed", remainingTime: 0, participantCount: 2 });
    await waitFor("the final picture", () => client.latestResults(pollId)?.final);
    // Nothing was called final before the last ballot was in it.
    const finals = all(client, "RESULTS_UPDATE").filter(({ final }) => final);
    expect(new Set(finals.map(({ totalVotes }) => totalVotes))).toEqual(new Set([2]));
    expect(client.latestResults(pollId)).toMatchObject({ totalVotes: 2, participantCount: 2 });
  }
  expect((await node.view(pollId)).results).toMatchObject({ final: true, totalVotes: 2 });
});

test("[P5] a poll that nobody watches ends too, and one that was extended does not end early", async () => {
  await using node = await startWireNode();
  const [unwatched, extended] = [
    await node.makePoll({ durationSeconds: 10 }),
    await node.makePoll({ durationSeconds: 10 }),
  ];
  await node.steer(extended, "extend", { seconds: 10 });
  node.clock.step(11_000);
  await waitFor("the end", async () => (await node.view(unwatched.pollId)).poll.status === "closed");
  expect((await node.view(extended.pollId)).poll.status).toBe("open");
  node.clock.step(10_000);
  await waitFor("the other end", async () => (await node.view(extended.pollId)).poll.status === "closed");
});

const VOTERS = 12;

/** One race: everybody votes while the host closes. Returns how many were accepted. */
async function race(
  node: WireNode,
  poll: MadePoll,
  voters: Awaited<ReturnType<WireNode["connectMany"]>>,
  at: number,
) {
  const { pollId } = poll;
  const cast = (voter: (typeof voters)[number]) =>
    voter.request({ type: "CAST_VOTE", data: { pollId, optionId: "opt-1" } });
  const before = voters.slice(0, at).map(cast);
  const closing = node.steer(poll, "close");
  const answers = await Promise.all([...before, ...voters.slice(at).map(cast)]);
  await closing;
  const accepted = answers.filter(({ type }) => type === "VOTE_ACCEPTED").length;
  const refused = answers.filter((answer) => refusedAsClosed(answer)).length;
  expect(accepted + refused).toBe(VOTERS);
  const { results } = await node.view(pollId);
  expect(results).toMatchObject({ final: true, totalVotes: accepted, participantCount: accepted });
  for (const [index, voter] of voters.entries()) {
    const joined = await voter.request({ type: "JOIN_POLL", data: { pollId } });
    const counted = joined.type === "POLL_UPDATE" && joined.data.yourVote !== null;
    expect(counted).toBe(answers[index]?.type === "VOTE_ACCEPTED");
    voter.send({ type: "LEAVE_POLL", data: { pollId } });
  }
  return accepted;
}

function refusedAsClosed(answer: ServerMessage): boolean {
  return answer.type === "ERROR" && answer.data.code === "POLL_CLOSED";
}

test("[V2] votes racing the close: accepted if and only if in the final result, round after round", async () => {
  await using node = await startWireNode({ env: { FRAMES_PER_SECOND: "0" } });
  const voters = await node.connectMany(VOTERS);
  const outcomes = new Set<"all" | "some" | "none">();
  for (let round = 0; round < 40; round++) {
    const accepted = await race(node, await node.makePoll(), voters, round % (VOTERS + 1));
    outcomes.add(accepted === VOTERS ? "all" : accepted > 0 ? "some" : "none");
  }
  // Else these were no races.
  expect(outcomes).toContain("some");
});

test("[P5] votes racing the natural end: accepted if and only if in the final result", async () => {
  await using node = await startWireNode({ env: { FRAMES_PER_SECOND: "0" } });
  const voters = await node.connectMany(VOTERS);
  const counts: number[] = [];
  for (let round = 0; round < 10; round++) {
    const { pollId } = await node.makePoll({ durationSeconds: 10 });
    node.clock.step(10_999);
    const answers: Promise<ServerMessage>[] = [];
    for (const [index, voter] of voters.entries()) {
      if (index === round) await voter.request({ type: "PING", data: {} });
      if (index === round) node.clock.step(1);
      answers.push(voter.request({ type: "CAST_VOTE", data: { pollId, optionId: "opt-1" } }));
    }
    const accepted = (await Promise.all(answers)).filter(({ type }) => type === "VOTE_ACCEPTED").length;
    await waitFor("the end", async () => (await node.view(pollId)).results.final);
    expect((await node.view(pollId)).results).toMatchObject({ totalVotes: accepted });
    counts.push(accepted);
  }
  expect(new Set(counts).size).toBeGreaterThan(1);
});
