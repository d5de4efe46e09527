import { expect, test } from "bun:test";
import { GRACE_MS } from "../../shared/limits.ts";
import { ballotOf, newVoter, options } from "../support/fixtures.ts";
import { type PollStoreBench, refusalOf, repeated } from "./poll-store-harness.ts";

/** What becomes of a ballot, by the poll, the clock and the ballot that stands. */
export function ballotRules(bench: PollStoreBench): void {
  test("[P3] a first ballot counts, and its acknowledgement repeats the ballot", async () => {
    const { pollId } = await bench.open();
    const outcome = await bench.store.cast(ballotOf(pollId, newVoter(), [2], 7));
    expect(outcome).toMatchObject({
      kind: "accepted",
      choice: { optionIds: options(2), revision: 7 },
      repeated: false,
    });
    expect(await bench.tally(pollId)).toEqual([[0, 1, 0], 1]);
  });

  test("[P3] of two tabs of one voter casting at the same time exactly one counts", async () => {
    const { pollId } = await bench.open();
    const voter = newVoter();
    const outcomes = await Promise.all([
      bench.store.cast(ballotOf(pollId, voter, [1])),
      bench.store.cast(ballotOf(pollId, voter, [2])),
    ]);
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(["accepted", "refused"]);
    const [votes, participants] = await bench.tally(pollId);
    expect([votes.reduce((sum, count) => sum + count, 0), participants]).toEqual([1, 1]);
  });

  test("[P3] the same ballot sent many times at once counts once, and every answer is a yes", async () => {
    const { pollId } = await bench.open();
    const ballot = ballotOf(pollId, newVoter(), [1]);
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => bench.store.cast(ballot)));
    expect(outcomes.filter((outcome) => !repeated(outcome))).toHaveLength(1);
    expect(await bench.tally(pollId)).toEqual([[1, 0, 0], 1]);
  });

  test("[V3] ballots of many voters at once all count, each in its own poll", async () => {
    const polls = [await bench.open(), await bench.open()];
    const voters = Array.from({ length: 60 }, newVoter);
    await Promise.all(
      polls.flatMap(({ pollId }, poll) =>
        voters.map((voter, index) => bench.store.cast(ballotOf(pollId, voter, [((index + poll) % 3) + 1]))),
      ),
    );
    for (const { pollId } of polls) expect(await bench.tally(pollId)).toEqual([[20, 20, 20], 60]);
  });

  test("[B2] the same choice again is accepted as repeated, whatever its revision", async () => {
    const { pollId } = await bench.open();
    const voter = newVoter();
    await bench.store.cast(ballotOf(pollId, voter, [1], 5));
    for (const revision of [5, 4, 6]) {
      const outcome = await bench.store.cast(ballotOf(pollId, voter, [1], revision));
      expect(outcome).toMatchObject({
        kind: "accepted",
        repeated: true,
        choice: { optionIds: options(1), revision },
      });
    }
    expect(await bench.tally(pollId)).toEqual([[1, 0, 0], 1]);
  });

  test("[B2] the same choice again is accepted as repeated after the end", async () => {
    const { pollId } = await bench.open();
    const ballot = ballotOf(pollId, newVoter(), [3]);
    await bench.store.cast(ballot);
    await bench.close(pollId);
    expect(repeated(await bench.store.cast(ballot))).toBe(true);
    expect(await bench.tally(pollId)).toEqual([[0, 0, 1], 1]);
  });

  test("[B3] another choice is ALREADY_VOTED with the vote that stands, whatever its revision", async () => {
    const { pollId } = await bench.open();
    const voter = newVoter();
    await bench.store.cast(ballotOf(pollId, voter, [1], 5));
    for (const revision of [4, 5, 6]) {
      const refusal = refusalOf(await bench.store.cast(ballotOf(pollId, voter, [2], revision)));
      expect(refusal).toMatchObject({ code: "ALREADY_VOTED", pollId, yourVote: options(1) });
    }
    expect(await bench.tally(pollId)).toEqual([[1, 0, 0], 1]);
  });

  test("[B3] where changing is allowed, another choice with a greater revision moves the vote", async () => {
    const { pollId } = await bench.open({ settings: { allowChange: true } });
    const voter = newVoter();
    await bench.store.cast(ballotOf(pollId, voter, [1], 1));
    expect(repeated(await bench.store.cast(ballotOf(pollId, voter, [3], 2)))).toBe(false);
    expect(await bench.tally(pollId)).toEqual([[0, 0, 1], 1]);
    expect(await bench.choiceOf(pollId, voter)).toEqual({ optionIds: options(3), revision: 2 });
  });

  test("[V1] a change that arrives after a newer one is refused and changes nothing", async () => {
    const { pollId } = await bench.open({ settings: { allowChange: true } });
    const voter = newVoter();
    const inOneTurn = [
      ballotOf(pollId, voter, [3], 9),
      ballotOf(pollId, voter, [2], 8),
      ballotOf(pollId, voter, [1], 9),
    ];
    const [first, ...late] = await Promise.all(inOneTurn.map((ballot) => bench.store.cast(ballot)));
    late.push(await bench.store.cast(ballotOf(pollId, voter, [2], 8)));
    expect(first).toMatchObject({ kind: "accepted", repeated: false });
    for (const outcome of late) {
      expect(refusalOf(outcome)).toMatchObject({ code: "ALREADY_VOTED", yourVote: options(3) });
    }
    expect(await bench.tally(pollId)).toEqual([[0, 0, 1], 1]);
  });

  test("[V1] revisions are ordered exactly up to 2^53 - 1", async () => {
    const { pollId } = await bench.open({ settings: { allowChange: true } });
    const voter = newVoter();
    const most = Number.MAX_SAFE_INTEGER;
    await bench.store.cast(ballotOf(pollId, voter, [1], most - 1));
    expect(repeated(await bench.store.cast(ballotOf(pollId, voter, [2], most)))).toBe(false);
    expect(refusalOf(await bench.store.cast(ballotOf(pollId, voter, [1], most - 1))).code).toBe(
      "ALREADY_VOTED",
    );
    expect(await bench.choiceOf(pollId, voter)).toEqual({ optionIds: options(2), revision: most });
  });

  test("[B7] the same choice with a greater revision keeps an older change out", async () => {
    const { pollId } = await bench.open({ settings: { allowChange: true } });
    const voter = newVoter();
    await bench.store.cast(ballotOf(pollId, voter, [1], 1));
    expect(repeated(await bench.store.cast(ballotOf(pollId, voter, [1], 3)))).toBe(true);
    expect(refusalOf(await bench.store.cast(ballotOf(pollId, voter, [2], 2))).code).toBe("ALREADY_VOTED");
    expect(await bench.choiceOf(pollId, voter)).toEqual({ optionIds: options(1), revision: 3 });
    expect(await bench.tally(pollId)).toEqual([[1, 0, 0], 1]);
  });

  test("[B4] a draft refuses with POLL_NOT_OPEN, a code without a poll with POLL_NOT_FOUND", async () => {
    const { pollId } = await bench.open({}, { status: "draft", openedAt: null, closesAt: null });
    expect(refusalOf(await bench.store.cast(ballotOf(pollId, newVoter(), [1])))).toMatchObject({
      code: "POLL_NOT_OPEN",
      pollId,
    });
    const { pollId: removed } = await bench.open();
    await bench.remove(removed);
    expect(refusalOf(await bench.store.cast(ballotOf(removed, newVoter(), [1])))).toMatchObject({
      code: "POLL_NOT_FOUND",
      pollId: removed,
    });
    expect(await bench.tally(pollId)).toEqual([[0, 0, 0], 0]);
  });

  test("[P5] a closed poll refuses first ballots and changes with POLL_CLOSED", async () => {
    const { pollId } = await bench.open({ settings: { allowChange: true } });
    const voter = newVoter();
    await bench.store.cast(ballotOf(pollId, voter, [1], 1));
    await bench.close(pollId);
    const first = refusalOf(await bench.store.cast(ballotOf(pollId, newVoter(), [1])));
    const change = refusalOf(await bench.store.cast(ballotOf(pollId, voter, [2], 2)));
    expect(first.code).toBe("POLL_CLOSED");
    expect(first.yourVote).toBeUndefined();
    expect(change).toMatchObject({ code: "POLL_CLOSED", yourVote: options(1) });
    expect(await bench.tally(pollId)).toEqual([[1, 0, 0], 1]);
  });

  test("[B5] after closesAt a ballot in flight still counts, after the grace none does, though nobody closed", async () => {
    const inGrace = await bench.open({}, { closesAt: bench.now() - GRACE_MS / 2 });
    const over = await bench.open({}, { closesAt: bench.now() - GRACE_MS });
    expect(repeated(await bench.store.cast(ballotOf(inGrace.pollId, newVoter(), [1])))).toBe(false);
    const refusal = refusalOf(await bench.store.cast(ballotOf(over.pollId, newVoter(), [1])));
    expect(refusal.code).toBe("POLL_CLOSED");
    expect(await bench.tally(over.pollId)).toEqual([[0, 0, 0], 0]);
  });

  test("[B1] options the poll does not have, and too many, are refused and count nowhere", async () => {
    const { pollId } = await bench.open({ optionCount: 2 });
    const unknown = refusalOf(await bench.store.cast(ballotOf(pollId, newVoter(), [3])));
    const many = refusalOf(await bench.store.cast(ballotOf(pollId, newVoter(), [1, 2])));
    expect([unknown.code, many.code]).toEqual(["UNKNOWN_OPTION", "TOO_MANY_OPTIONS"]);
    expect(await bench.tally(pollId)).toEqual([[0, 0], 0]);
  });

  test("[B6] bad ballots do not refuse the good ones that came with them", async () => {
    const { pollId } = await bench.open();
    const { pollId: removed } = await bench.open();
    await bench.remove(removed);
    const voter = newVoter();
    const ballots = [
      ballotOf(removed, voter, [1]),
      ballotOf(pollId, voter, [9]),
      ballotOf(pollId, voter, [2]),
      ballotOf(pollId, voter, [1]),
      ballotOf(pollId, newVoter(), [2]),
    ];
    const outcomes = await Promise.all(ballots.map((ballot) => bench.store.cast(ballot)));
    expect(
      outcomes.map((outcome) => (outcome.kind === "refused" ? outcome.refusal.code : outcome.kind)),
    ).toEqual(["POLL_NOT_FOUND", "UNKNOWN_OPTION", "accepted", "ALREADY_VOTED", "accepted"]);
    expect(await bench.tally(pollId)).toEqual([[0, 2, 0], 2]);
  });

  test("[B8] of several choices each option gets a vote and the voter is one participant; the order is no matter", async () => {
    const { pollId } = await bench.open({ kind: "multiple", settings: { allowChange: true } });
    const voter = newVoter();
    const first = await bench.store.cast(ballotOf(pollId, voter, [3, 1], 1));
    expect(first).toMatchObject({ choice: { optionIds: options(1, 3) }, repeated: false });
    expect(repeated(await bench.store.cast(ballotOf(pollId, voter, [1, 3], 1)))).toBe(true);
    await bench.store.cast(ballotOf(pollId, newVoter(), [3], 1));
    expect(await bench.tally(pollId)).toEqual([[1, 0, 2], 2]);
    await bench.store.cast(ballotOf(pollId, voter, [2, 3], 2));
    expect(await bench.tally(pollId)).toEqual([[0, 1, 2], 2]);
  });

  test("[B8] twenty options may all be chosen, and are kept one by one", async () => {
    const { pollId, options: all } = await bench.open({ kind: "multiple", optionCount: 20 });
    const voter = newVoter();
    await bench.store.cast({ pollId, voter, optionIds: all.map(({ optionId }) => optionId), revision: 1 });
    await bench.store.cast(ballotOf(pollId, newVoter(), [20]));
    expect(await bench.tally(pollId)).toEqual([[...Array(19).fill(1), 2], 2]);
    expect((await bench.choiceOf(pollId, voter))?.optionIds).toHaveLength(20);
  });

  test("[B8] a rating counts one step for each voter", async () => {
    const { pollId } = await bench.open({ kind: "rating", optionCount: 5 });
    for (const step of [5, 5, 2]) await bench.store.cast(ballotOf(pollId, newVoter(), [step]));
    expect(await bench.tally(pollId)).toEqual([[0, 1, 0, 0, 2], 3]);
  });

  test("[P2] choices are given in the order asked, null for who has none", async () => {
    const { pollId } = await bench.open();
    const voters = Array.from({ length: 256 }, newVoter);
    const casting = voters.filter((_, index) => index % 2 === 0);
    await Promise.all(
      casting.map((voter, index) => bench.store.cast(ballotOf(pollId, voter, [(index % 3) + 1], index))),
    );
    const choices = await bench.store.choicesOf(pollId, voters);
    expect(choices).toEqual(
      voters.map((_, index) =>
        index % 2 === 0 ? { optionIds: options(((index / 2) % 3) + 1), revision: index / 2 } : null,
      ),
    );
    const { pollId: another } = await bench.open();
    expect(await bench.store.choicesOf(another, voters.slice(0, 2))).toEqual([null, null]);
  });
}
