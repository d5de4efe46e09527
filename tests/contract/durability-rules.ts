import { expect, test } from "bun:test";
import { isNewer } from "../../server/app/poll.ts";
import { ballotOf, newVoter, options } from "../support/fixtures.ts";
import { type PollStoreBench, refusalOf, repeated } from "./poll-store-harness.ts";

/** What must still be true when the process that said so is gone. */
export function durabilityRules(bench: PollStoreBench): void {
  test("[V2] acknowledged ballots and who cast them are there after a restart", async () => {
    const { pollId } = await bench.open({ settings: { allowChange: true } });
    const [changer, keeper] = [newVoter(), newVoter()];
    await bench.store.cast(ballotOf(pollId, changer, [1], 1));
    await bench.store.cast(ballotOf(pollId, keeper, [1], 1));
    await bench.store.cast(ballotOf(pollId, changer, [2], 2));
    await bench.harness.reopen();
    expect(await bench.tally(pollId)).toEqual([[1, 1, 0], 2]);
    expect(await bench.store.choicesOf(pollId, [changer, keeper])).toEqual([
      { optionIds: options(2), revision: 2 },
      { optionIds: options(1), revision: 1 },
    ]);
    expect(repeated(await bench.store.cast(ballotOf(pollId, keeper, [1], 1)))).toBe(true);
    expect(refusalOf(await bench.store.cast(ballotOf(pollId, changer, [1], 1))).code).toBe("ALREADY_VOTED");
    await bench.store.cast(ballotOf(pollId, newVoter(), [3]));
    expect(await bench.tally(pollId)).toEqual([[1, 1, 1], 3]);
  });

  test("[V6] what the host did is there after a restart: text, hidden, extended, closed, history", async () => {
    const { pollId } = await bench.open();
    const draft = await bench.open({}, { status: "draft", openedAt: null, closesAt: null });
    await bench.steer(pollId, { visibility: "hidden" }, "hidden");
    await bench.steer(pollId, { closesAt: bench.now() + 120_000 }, "extended");
    const ballot = ballotOf(pollId, newVoter(), [2]);
    await bench.store.cast(ballot);
    await bench.close(pollId);
    const before = await bench.read(pollId);
    const history = await bench.store.audit(pollId);
    await bench.harness.reopen();
    const after = await bench.read(pollId);
    expect(after).toEqual({
      ...before,
      tally: { ...before.tally, epoch: after.tally.epoch, version: after.tally.version },
    });
    expect(await bench.store.audit(pollId)).toEqual(history);
    expect(repeated(await bench.store.cast(ballot))).toBe(true);
    expect(refusalOf(await bench.store.cast(ballotOf(pollId, newVoter(), [2]))).code).toBe("POLL_CLOSED");
    expect((await bench.read(draft.pollId)).control.status).toBe("draft");
  });

  test("[V6] a removed poll does not return with a restart, and its code stays used", async () => {
    const definition = await bench.open();
    const { control } = await bench.read(definition.pollId);
    await bench.remove(definition.pollId);
    await bench.harness.reopen();
    expect(await bench.store.read(definition.pollId)).toBeNull();
    const audit = { at: bench.now(), action: "created", by: "host" } as const;
    expect(await bench.store.create(definition, control, audit)).toBe("taken");
  });

  test("[C7] what is read after a restart is not older than anything before it", async () => {
    const { pollId } = await bench.open();
    await bench.store.cast(ballotOf(pollId, newVoter(), [1]));
    const before = (await bench.read(pollId)).tally;
    await bench.harness.reopen();
    const after = (await bench.read(pollId)).tally;
    expect(isNewer(before, after)).toBe(false);
  });

  test("[V5] a ballot whose answer nobody heard counts once after a restart, however often it is sent again", async () => {
    const { pollId } = await bench.open();
    const ballots = Array.from({ length: 40 }, () => ballotOf(pollId, newVoter(), [1]));
    const unheard = ballots.map((ballot) => bench.store.cast(ballot));
    await bench.harness.reopen();
    await Promise.allSettled(unheard);
    const choices = await bench.store.choicesOf(
      pollId,
      ballots.map(({ voter }) => voter),
    );
    const kept = choices.filter((choice) => choice !== null).length;
    expect(await bench.tally(pollId)).toEqual([[kept, 0, 0], kept]);
    for (const ballot of [...ballots, ...ballots]) {
      expect((await bench.store.cast(ballot)).kind).toBe("accepted");
    }
    expect(await bench.tally(pollId)).toEqual([[40, 0, 0], 40]);
  });
}
