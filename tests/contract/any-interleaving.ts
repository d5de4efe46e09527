import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Ballot, CastOutcome, Choice } from "../../server/app/ballot.ts";
import type { VoterId } from "../../shared/ids.ts";
import { GRACE_MS } from "../../shared/limits.ts";
import { Ballots, bursts, history, type PollKindOfHistory, pollKind, type Step } from "./ballot-history.ts";
import { answerOf, BallotModel, countByHand } from "./ballot-model.ts";
import type { PollStoreBench } from "./poll-store-harness.ts";

/** Polls made and voted through in one property: enough to find each mutant of the rules, a few seconds at the most. */
const RUNS = 60;
const TIME_MS = 30_000;

/** Whatever is cast, changed, repeated, reordered and closed, by several voters, in any order. fast-check prints seeds. */
export function anyInterleaving(bench: PollStoreBench): void {
  const openFor = async ({ allowChange, multiple }: PollKindOfHistory) => {
    const definition = await bench.open({
      kind: multiple ? "multiple" : "single",
      settings: { allowChange },
    });
    return { definition, ballots: new Ballots(definition.pollId, multiple) };
  };

  test(
    "[V1] one after the other, every answer, choice and tally is as the rules say",
    async () => {
      await fc.assert(
        fc.asyncProperty(pollKind, history, async (kind, steps) => {
          const { definition, ballots } = await openFor(kind);
          const { pollId, options } = definition;
          const endsAt = bench.now() + definition.durationSeconds * 1000 + GRACE_MS;
          const model = new BallotModel(kind.allowChange);
          for (const step of steps) {
            const ballot = ballots.of(step);
            if (ballot) expect(answerOf(await bench.store.cast(ballot))).toBe(model.cast(ballot));
            if (step.does === "restart") await bench.harness.reopen();
            if (step.does === "pass") bench.harness.clock.step?.(step.ms);
            if (step.does === "close")
              await bench.steer(pollId, { status: "closed", closedAt: bench.now() }, "closed");
            model.over ||= step.does === "close" || bench.now() >= endsAt;
          }
          const expected = ballots.voters.map((voter) => model.choiceOf(voter));
          expect(await bench.store.choicesOf(pollId, ballots.voters)).toEqual(expected);
          expect(await bench.tally(pollId)).toEqual(countByHand(options, expected));
        }),
        { numRuns: bench.harness.runs ?? RUNS },
      );
    },
    TIME_MS,
  );

  test(
    "[V3] at the same time, what stands is what was acknowledged, and the tally is what stands",
    async () => {
      await fc.assert(
        fc.asyncProperty(pollKind, bursts, async (kind, simultaneous) => {
          const { definition, ballots } = await openFor(kind);
          const { pollId, options } = definition;
          const answered: [Ballot, CastOutcome][] = [];
          for (const steps of simultaneous) {
            answered.push(...(await allAtOnce(bench, pollId, ballots, steps)));
            const choices = await bench.store.choicesOf(pollId, ballots.voters);
            expect(await bench.tally(pollId)).toEqual(countByHand(options, choices));
            for (const [index, voter] of ballots.voters.entries()) {
              expectAcknowledged(choices[index] ?? null, answersTo(voter, answered));
            }
          }
          await bench.harness.reopen();
          const choices = await bench.store.choicesOf(pollId, ballots.voters);
          expect(await bench.tally(pollId)).toEqual(countByHand(options, choices));
        }),
        { numRuns: bench.harness.runs ?? RUNS },
      );
    },
    TIME_MS,
  );
}

async function allAtOnce(
  bench: PollStoreBench,
  pollId: Ballot["pollId"],
  ballots: Ballots,
  steps: readonly Step[],
): Promise<[Ballot, CastOutcome][]> {
  const casting = steps.map(async (step): Promise<[Ballot, CastOutcome] | null> => {
    const ballot = ballots.of(step);
    if (ballot) return [ballot, await bench.store.cast(ballot)];
    // Two closes at once: one of them loses the race.
    await bench.steer(pollId, { status: "closed", closedAt: bench.now() }, "closed");
    return null;
  });
  return (await Promise.all(casting)).filter((answer) => answer !== null);
}

function answersTo(voter: VoterId, answered: readonly [Ballot, CastOutcome][]): [Ballot, CastOutcome][] {
  return answered.filter(([ballot]) => ballot.voter === voter);
}

/** V1 and V5 for one voter: the acknowledged ballot with the greatest revision stands, a refused one never does. */
function expectAcknowledged(standing: Choice | null, answers: readonly [Ballot, CastOutcome][]): void {
  const accepted = answers.filter(([, outcome]) => outcome.kind === "accepted").map(([ballot]) => ballot);
  if (accepted.length === 0) expect(standing).toBeNull();
  const greatest = Math.max(...accepted.map(({ revision }) => revision));
  const newest = accepted.filter(({ revision }) => revision === greatest);
  for (const { optionIds } of newest) expect(standing?.optionIds).toEqual(optionIds);
}
