import { expect, test } from "bun:test";
import type { Choice } from "../../../server/app/ballot.ts";
import type { PollStore } from "../../../server/app/ports.ts";
import { ChoiceLookup } from "../../../server/fanout/choice-lookup.ts";
import { newPollId, type PollId, type VoterId } from "../../../shared/ids.ts";
import { newVoter, options } from "../../support/fixtures.ts";
import { waitFor } from "../../support/wait-for.ts";

const CHOICE: Choice = { optionIds: options(2), revision: 7 };

/** A store that knows only `choicesOf`, and notes how many voters each call asked for. */
function askedStore(choicesOf: PollStore["choicesOf"]) {
  const asked: number[] = [];
  const store: Pick<PollStore, "choicesOf"> = {
    choicesOf(pollId, voters) {
      asked.push(voters.length);
      return choicesOf(pollId, voters);
    },
  };
  return { asked, store };
}

test("[F3] however many join in one turn, the store is read once for each 256 of them", async () => {
  const voters = Array.from({ length: 600 }, newVoter);
  const choices = new Map(
    voters.map((voter, index) => [voter, index % 2 ? { ...CHOICE, revision: index } : null]),
  );
  const { asked, store } = askedStore(async (_pollId: PollId, some: readonly VoterId[]) =>
    some.map((voter) => choices.get(voter) ?? null),
  );
  const lookup = new ChoiceLookup(newPollId(), store);
  const learnt = await Promise.all(voters.map((voter) => lookup.choiceOf(voter)));
  expect(asked).toEqual([256, 256, 88]);
  expect(learnt).toEqual(voters.map((voter) => choices.get(voter) ?? null));
});

test("[F3] who asks in a later turn is answered by a later read", async () => {
  let standing: Choice | null = null;
  const { asked, store } = askedStore(async () => [standing]);
  const lookup = new ChoiceLookup(newPollId(), store);
  const voter = newVoter();
  expect(await lookup.choiceOf(voter)).toBeNull();
  standing = CHOICE;
  expect(await lookup.choiceOf(voter)).toEqual(CHOICE);
  expect(asked).toEqual([1, 1]);
});

test("[F3] who asks while a read is on its way waits for the next one, together", async () => {
  const answers: (() => void)[] = [];
  const { asked, store } = askedStore(
    (_pollId, voters) => new Promise((resolve) => answers.push(() => resolve(voters.map(() => CHOICE)))),
  );
  const lookup = new ChoiceLookup(newPollId(), store);
  const first = lookup.choiceOf(newVoter());
  await waitFor("the first read", () => answers.length === 1);
  const later = [newVoter(), newVoter(), newVoter()].map((voter) => lookup.choiceOf(voter));
  await new Promise(setImmediate);
  expect(asked).toEqual([1]);
  answers[0]?.();
  await first;
  await waitFor("the second read", () => answers.length === 2);
  answers[1]?.();
  expect(await Promise.all(later)).toEqual([CHOICE, CHOICE, CHOICE]);
  expect(asked).toEqual([1, 3]);
});

test("[F3] an outage reaches everybody of its read, and nobody of the next", async () => {
  let away = true;
  const { store } = askedStore(async (_pollId, voters) => {
    if (away) throw new Error("away");
    return voters.map(() => CHOICE);
  });
  const lookup = new ChoiceLookup(newPollId(), store);
  const [first, second] = await Promise.allSettled([
    lookup.choiceOf(newVoter()),
    lookup.choiceOf(newVoter()),
  ]);
  expect([first.status, second.status]).toEqual(["rejected", "rejected"]);
  away = false;
  expect(await lookup.choiceOf(newVoter())).toEqual(CHOICE);
});
