import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { countSteps } from "../../server/app/timeline.ts";
import { ballotOf, NOON, newVoter } from "../support/fixtures.ts";
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

  test("[C15] when they were cast is kept without the ballots, over a restart and later steering", async () => {
    const { pollId } = await bench.open({}, { openedAt: bench.now() - 60_000 });
    for (const ms of [30_000, 20_000, 20_500, 0]) {
      await bench.store.cast(ballotOf(pollId, newVoter(), [1], bench.now() - ms));
    }
    await bench.close(pollId);
    await bench.harness.reopen();
    expect(await harness.store.forgetBallots(bench.now() + 1)).toBe(1);
    for (const visibility of ["hidden", "live"] as const) {
      const timeline = await bench.store.timeline(pollId);
      const { from, to, ballots } = timeline ?? {};
      expect({ from, to }).toEqual({ from: bench.now() - 60_000, to: bench.now() });
      const steps = [...(ballots ?? []).entries()].filter(([, count]) => count > 0);
      expect(steps).toEqual([
        [30, 1],
        [39, 1],
        [40, 1],
        [59, 1],
      ]);
      await bench.steer(pollId, { visibility }, visibility === "live" ? "revealed" : "hidden");
      await bench.harness.reopen();
    }
    await bench.remove(pollId);
    expect(await bench.store.timeline(pollId)).toBeNull();
  });

  test("[C15] the database counts steps as the rule does, whatever the revisions", async () => {
    const anyMs = fc.oneof(fc.integer({ min: -90_000, max: 90_000 }), fc.constantFrom(0, 60_000));
    const anyRevisions = fc.array(
      fc.oneof(
        anyMs.map((ms) => NOON - 60_000 + ms),
        fc.maxSafeNat(),
      ),
      { maxLength: 30 },
    );
    await fc.assert(
      fc.asyncProperty(anyRevisions, fc.nat(60_000), async (signed, length) => {
        const revisions = signed.map((revision) => Math.max(0, revision));
        const { pollId } = await bench.open({}, { openedAt: NOON - 60_000 });
        const cast = (revision: number) => bench.store.cast(ballotOf(pollId, newVoter(), [1], revision));
        await Promise.all(revisions.map(cast));
        const closedAt = NOON - 60_000 + length;
        await bench.steer(pollId, { status: "closed", closedAt }, "closed");
        const span = { from: NOON - 60_000, to: closedAt };
        const counts = await countSteps([revisions.map((revision) => ({ revision }))], span);
        expect(await bench.store.timeline(pollId)).toEqual({ ...span, ballots: counts });
      }),
      { numRuns: 60 },
    );
  });
});
