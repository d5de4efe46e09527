import { describe, expect, test } from "bun:test";
import { ballotOf, newVoter } from "../support/fixtures.ts";
import { embeddedHarness } from "./embedded-harness.ts";
import { PollStoreBench, refusalOf } from "./poll-store-harness.ts";

describe("embedded store, retention", () => {
  let harness: Awaited<ReturnType<typeof embeddedHarness>>;
  const bench = new PollStoreBench(async () => {
    harness = await embeddedHarness();
    return harness;
  });

  test("[C6] forgetting deletes the ballots of polls closed before, and their results stay", async () => {
    const old = await bench.open();
    const recent = await bench.open();
    const open = await bench.open();
    const voter = newVoter();
    for (const { pollId } of [old, recent, open]) await bench.store.cast(ballotOf(pollId, voter, [2]));
    const limit = bench.now() - 1_000;
    await bench.steer(old.pollId, { status: "closed", closedAt: limit - 1 }, "closed");
    await bench.steer(recent.pollId, { status: "closed", closedAt: limit }, "closed");
    expect(await harness.store.forgetBallots(limit)).toBe(1);
    expect(await harness.store.forgetBallots(limit)).toBe(0);
    const choices = await Promise.all([old, recent, open].map(({ pollId }) => bench.choiceOf(pollId, voter)));
    expect(choices.map((choice) => choice === null)).toEqual([true, false, false]);
    for (const { pollId } of [old, recent, open]) expect(await bench.tally(pollId)).toEqual([[0, 1, 0], 1]);
  });

  test("[C6] results without ballots outlive a restart and later steering", async () => {
    const { pollId } = await bench.open();
    for (const option of [1, 1, 3]) await bench.store.cast(ballotOf(pollId, newVoter(), [option]));
    await bench.close(pollId);
    expect(await harness.store.forgetBallots(bench.now() + 1)).toBe(1);
    await bench.harness.reopen();
    expect(await bench.tally(pollId)).toEqual([[2, 0, 1], 3]);
    await bench.steer(pollId, { visibility: "hidden" }, "hidden");
    await bench.harness.reopen();
    expect(await bench.tally(pollId)).toEqual([[2, 0, 1], 3]);
    expect(refusalOf(await bench.store.cast(ballotOf(pollId, newVoter(), [1]))).code).toBe("POLL_CLOSED");
  });
});
