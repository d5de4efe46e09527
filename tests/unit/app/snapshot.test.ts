import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { draftControl, isNewer, nextVersion } from "../../../server/app/poll.ts";
import { audienceOf, pollUpdate, pollView, resultsUpdate } from "../../../server/app/snapshot.ts";
import { pollUpdateData, resultsUpdateData } from "../../../shared/messages.ts";
import { closedControl, definitionOf, NOON, openControl, options, pollOf } from "../../support/fixtures.ts";

const definition = definitionOf();
const open = openControl(definition);
const NOBODY = { host: false, yourVote: null };

describe("results as an audience sees them", () => {
  test("[C13] votes, shares of the participants with one decimal, and their sum", () => {
    const update = resultsUpdate(pollOf(definition, open, [1, 2, 0]), "public");
    expect(update.results).toEqual([
      { optionId: "opt-1", votes: 1, percentage: 33.3 },
      { optionId: "opt-2", votes: 2, percentage: 66.7 },
      { optionId: "opt-3", votes: 0, percentage: 0 },
    ]);
    expect(update).toMatchObject({ totalVotes: 3, participantCount: 3, final: false });
  });

  test("[C13] of a multiple poll shares are of participants, so they may add up to more than 100", () => {
    const multiple = definitionOf({ kind: "multiple" });
    const update = resultsUpdate(
      pollOf(multiple, openControl(multiple), [2, 2, 1], { participantCount: 2 }),
      "public",
    );
    expect(update.results?.map(({ percentage }) => percentage)).toEqual([100, 100, 50]);
    expect(update.totalVotes).toBe(5);
  });

  test("[C13] before the first ballot shares are 0 and a rating has no average", () => {
    const rating = definitionOf({ kind: "rating", optionCount: 5 });
    const update = resultsUpdate(pollOf(rating, openControl(rating)), "public");
    expect(update.results?.map(({ percentage }) => percentage)).toEqual([0, 0, 0, 0, 0]);
    expect("average" in update).toBe(false);
  });

  test("[C13] a rating's average has two decimals; other kinds have none", () => {
    const rating = definitionOf({ kind: "rating", optionCount: 5 });
    expect(resultsUpdate(pollOf(rating, openControl(rating), [0, 1, 0, 0, 2]), "public").average).toBe(4);
    expect(resultsUpdate(pollOf(rating, openControl(rating), [1, 0, 0, 1, 1]), "public").average).toBe(3.33);
    expect("average" in resultsUpdate(pollOf(definition, open, [1, 1, 1]), "public")).toBe(false);
  });

  test("[C12] what is hidden from an audience is in no number of its update but the participants", () => {
    const rating = definitionOf({ kind: "rating", optionCount: 5 });
    const poll = pollOf(rating, { ...openControl(rating), visibility: "hidden" }, [11, 0, 0, 0, 31], {
      viewerCount: 7,
    });
    const hidden = resultsUpdate(poll, "voted");
    expect(hidden).toEqual({
      pollId: rating.pollId,
      epoch: 1,
      version: poll.tally.version - 1,
      results: null,
      totalVotes: null,
      participantCount: 42,
      viewerCount: 7,
      joinedCount: 42,
      final: false,
    });
    expect(resultsUpdate(poll, "host")).toMatchObject({ totalVotes: 42, average: 3.95 });
  });

  test("[C12] who is let in by voting gets the same state as something newer than what was hidden", () => {
    const definition = definitionOf();
    const poll = pollOf(definition, { ...openControl(definition), visibility: "afterVote" }, [1, 0, 0]);
    expect(isNewer(resultsUpdate(poll, "voted"), resultsUpdate(poll, "public"))).toBe(true);
    const version = nextVersion(poll.tally.version, 0);
    const next = {
      ...poll,
      control: { ...poll.control, visibility: "hidden" },
      tally: { ...poll.tally, version },
    } as const;
    expect(isNewer(resultsUpdate(next, "voted"), resultsUpdate(poll, "voted"))).toBe(true);
  });

  test("[C12] what differs only in hidden votes looks the same to who may not see them", () => {
    const votes = fc.array(fc.nat(50), { minLength: 3, maxLength: 3 });
    const visibility = fc.constantFrom("hidden" as const, "afterVote" as const, "afterClose" as const);
    fc.assert(
      fc.property(votes, votes, visibility, (some, others, seen) => {
        const see = (counts: number[]) =>
          JSON.stringify(
            pollView(
              pollOf(definition, { ...open, visibility: seen }, counts, { participantCount: 60 }),
              NOBODY,
              NOON,
            ),
          );
        expect(see(some)).toBe(see(others));
      }),
    );
  });

  test("[C13] a closed poll's update is final once its count is, to every audience and also while hidden", () => {
    const hidden = { ...closedControl(open), visibility: "hidden" } as const;
    for (const control of [closedControl(open), hidden]) {
      for (const final of [false, true]) {
        const poll = pollOf(definition, control, [1, 0, 0], { final });
        for (const audience of ["public", "voted", "host"] as const) {
          expect(resultsUpdate(poll, audience).final).toBe(final);
        }
      }
    }
  });

  test("[C13] whatever the count, the update fits the published schema and shares lie between 0 and 100", () => {
    const counted = fc
      .nat(1_000_000)
      .chain((participants) =>
        fc.tuple(fc.constant(participants), fc.array(fc.nat(participants), { minLength: 2, maxLength: 20 })),
      );
    fc.assert(
      fc.property(
        counted,
        fc.constantFrom("public" as const, "host" as const),
        ([participantCount, votes], audience) => {
          const poll = definitionOf({ kind: "multiple", optionCount: votes.length });
          const update = resultsUpdate(
            pollOf(poll, openControl(poll), votes, { participantCount }),
            audience,
          );
          expect(resultsUpdateData.parse(update)).toEqual(update);
          for (const { percentage } of update.results ?? []) {
            expect(percentage).toBeWithin(0, 100.1);
            expect(Number(percentage.toFixed(1))).toBe(percentage);
          }
        },
      ),
    );
  });
});

describe("a poll as someone sees it", () => {
  test("[P2] the update says all of the poll, the counts, and what is the beholder's own", () => {
    const poll = pollOf(definition, open, [1, 0, 0], { epoch: 3, version: 77 });
    const update = pollUpdate(poll, { host: true, yourVote: options(1) }, NOON + 500);
    expect(pollUpdateData.parse(update)).toEqual(update);
    expect(update).toMatchObject({
      pollId: definition.pollId,
      question: definition.question,
      status: "open",
      closesAt: NOON + 60_000,
      remainingTime: 60,
      serverTime: NOON + 500,
      participantCount: 1,
      epoch: 3,
      version: 77,
      yourVote: ["opt-1"],
      host: true,
      visibility: "live",
    });
  });

  test("[P2] nobody learns the host key's hash", () => {
    const secret = definitionOf({ hostKeyHash: "5ec7e7".repeat(10) });
    const view = pollView(pollOf(secret, openControl(secret)), { host: true, yourVote: null }, NOON);
    expect(JSON.stringify(view)).not.toContain("5ec7e7");
  });

  test("[P5] the time that remains is whole seconds, rounded up, never negative, and none for a draft", () => {
    const remaining = (control = open, now = NOON) =>
      pollUpdate(pollOf(definition, control), NOBODY, now).remainingTime;
    expect(remaining(open, NOON + 59_999)).toBe(1);
    expect(remaining(open, NOON + 60_000)).toBe(0);
    expect(remaining(open, NOON + 99_000)).toBe(0);
    expect(remaining(closedControl(open, NOON + 10))).toBe(0);
    expect(remaining(draftControl(definition.settings))).toBeNull();
  });

  test("[C12] the host sees as host, who has voted as voter, everybody else as public", () => {
    expect(audienceOf({ host: true, yourVote: null })).toBe("host");
    expect(audienceOf({ host: true, yourVote: options(1) })).toBe("host");
    expect(audienceOf({ host: false, yourVote: options(1) })).toBe("voted");
    expect(audienceOf(NOBODY)).toBe("public");
  });

  test("[C12] who has voted sees the results of afterVote in the same answer", () => {
    const afterVote = { ...open, visibility: "afterVote" } as const;
    const poll = pollOf(definition, afterVote, [1, 0, 0]);
    expect(pollView(poll, NOBODY, NOON).results.results).toBeNull();
    expect(pollView(poll, { host: false, yourVote: options(1) }, NOON).results.totalVotes).toBe(1);
  });
});
