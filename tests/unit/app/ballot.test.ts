import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  type Choice,
  judgeBallot,
  judgeChoice,
  sameChoice,
  type Verdict,
} from "../../../server/app/ballot.ts";
import { draftControl, type PollControl } from "../../../server/app/poll.ts";
import { GRACE_MS } from "../../../shared/limits.ts";
import { isRefusal } from "../../../shared/refusals.ts";
import {
  ballotOf,
  closedControl,
  definitionOf,
  NOON,
  newVoter,
  openControl,
  options,
} from "../../support/fixtures.ts";

const voter = newVoter();

/** The verdict on choosing `numbers` with `revision`, in one word. */
function verdictOn(
  { allowChange = false, control = openControl(definitionOf()), now = NOON }: Situation,
  standing: Choice | null,
  numbers: readonly number[],
  revision: number,
): string {
  const definition = definitionOf({ settings: { allowChange } });
  const verdict = judgeBallot(
    { definition, control },
    standing,
    ballotOf(definition.pollId, voter, numbers, revision),
    now,
  );
  return word(verdict);
}

interface Situation {
  readonly allowChange?: boolean;
  readonly control?: PollControl;
  readonly now?: number;
}

const word = (verdict: Verdict) => (typeof verdict === "string" ? verdict : verdict.code);
const FIRST: Choice = { optionIds: options(1), revision: 5 };
const over: Situation = { now: NOON + 60_000 + GRACE_MS };
const closed: Situation = { control: closedControl(openControl(definitionOf())) };

describe("the verdict on a ballot", () => {
  test("[P3] a first ballot counts, also in the grace", () => {
    expect(verdictOn({}, null, [1], 0)).toBe("count");
    expect(verdictOn({ now: NOON + 60_000 + GRACE_MS - 1 }, null, [1], 0)).toBe("count");
  });

  test("[B4] a first ballot in a draft is POLL_NOT_OPEN", () => {
    expect(verdictOn({ control: draftControl(definitionOf().settings) }, null, [1], 0)).toBe("POLL_NOT_OPEN");
  });

  test("[P5] a first ballot after the end is POLL_CLOSED, whether anybody closed the poll or not", () => {
    expect(verdictOn(over, null, [1], 0)).toBe("POLL_CLOSED");
    expect(verdictOn(closed, null, [1], 0)).toBe("POLL_CLOSED");
  });

  test("[B2] the same choice is a repeat, also after the end", () => {
    for (const situation of [
      {},
      over,
      closed,
      { ...over, allowChange: true },
      { ...closed, allowChange: true },
    ]) {
      for (const revision of [4, 5]) expect(verdictOn(situation, FIRST, [1], revision)).toBe("repeat");
    }
    expect(verdictOn({}, FIRST, [1], 6)).toBe("repeat");
    expect(verdictOn({ ...closed, allowChange: true }, FIRST, [1], 6)).toBe("repeat");
  });

  test("[B7] the same choice with a greater revision takes the revision where changing is allowed", () => {
    expect(verdictOn({ allowChange: true }, FIRST, [1], 6)).toBe("advance");
  });

  test("[B3] another choice counts only where changing is allowed and the revision is greater", () => {
    expect(verdictOn({ allowChange: true }, FIRST, [2], 6)).toBe("count");
    expect(verdictOn({ allowChange: true }, FIRST, [2], 5)).toBe("ALREADY_VOTED");
    expect(verdictOn({ allowChange: true }, FIRST, [2], 4)).toBe("ALREADY_VOTED");
    expect(verdictOn({}, FIRST, [2], 6)).toBe("ALREADY_VOTED");
  });

  test("[P5] a change after the end is POLL_CLOSED with the vote that stands", () => {
    const definition = definitionOf({ settings: { allowChange: true } });
    const control = closedControl(openControl(definition));
    const verdict = judgeBallot(
      { definition, control },
      FIRST,
      ballotOf(definition.pollId, voter, [2], 6),
      NOON,
    );
    expect(verdict).toMatchObject({ code: "POLL_CLOSED", yourVote: options(1) });
  });

  test("[V1] of any ballots of one voter in any order, the accepted one with the greatest revision stands", () => {
    const ballots = fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.nat(6)), { maxLength: 12 });
    fc.assert(
      fc.property(fc.boolean(), ballots, (allowChange, cast) => {
        let standing: Choice | null = null;
        const accepted: Choice[] = [];
        for (const [number, revision] of cast) {
          const verdict = verdictOn({ allowChange }, standing, [number], revision);
          const choice = { optionIds: options(number), revision };
          if (verdict === "count" || verdict === "advance") standing = choice;
          if (["count", "advance", "repeat"].includes(verdict)) accepted.push(choice);
        }
        const greatest = Math.max(...accepted.map(({ revision }) => revision));
        for (const { optionIds, revision } of accepted) {
          if (revision === greatest) expect(standing?.optionIds).toEqual(optionIds);
        }
        expect(standing === null).toBe(cast.length === 0);
      }),
    );
  });
});

describe("a choice in a poll", () => {
  const single = definitionOf({ optionCount: 3 });
  const multiple = definitionOf({ optionCount: 5, kind: "multiple", settings: { maxChoices: 3 } });
  const codeOf = (wanted: readonly string[], definition = single) => {
    const judged = judgeChoice(definition, wanted);
    return isRefusal(judged) ? judged.code : judged;
  };

  test("[B1] options the poll does not have are UNKNOWN_OPTION, also names every object has", () => {
    for (const stranger of ["opt-4", "opt-0", "OPT-1", "", "__proto__", "constructor"]) {
      expect(codeOf(["opt-1", stranger])).toBe("UNKNOWN_OPTION");
    }
  });

  test("[B1] more than the poll lets choose is TOO_MANY_OPTIONS; twice the same is once", () => {
    expect(codeOf(["opt-1", "opt-2"])).toBe("TOO_MANY_OPTIONS");
    expect(codeOf(["opt-2", "opt-2"])).toEqual(options(2));
    expect(codeOf(["opt-5", "opt-4", "opt-3", "opt-1"], multiple)).toBe("TOO_MANY_OPTIONS");
    expect(codeOf(["opt-5", "opt-1", "opt-3"], multiple)).toEqual(options(1, 3, 5));
  });

  test("[B8] a multiple poll without a maximum lets all be chosen, a rating one", () => {
    const all = definitionOf({ optionCount: 4, kind: "multiple" });
    expect(codeOf(["opt-4", "opt-3", "opt-2", "opt-1"], all)).toEqual(options(1, 2, 3, 4));
    const rating = definitionOf({ optionCount: 5, kind: "rating" });
    expect(codeOf(["opt-4", "opt-3"], rating)).toBe("TOO_MANY_OPTIONS");
  });

  test("[B1] the order and number of mentions are no matter: the same set is the same choice", () => {
    const numbers = fc.subarray([1, 2, 3, 4, 5], { minLength: 1, maxLength: 3 });
    const mentioned = numbers.chain((set) =>
      fc.tuple(fc.constant(set), fc.shuffledSubarray([...set, ...set], { minLength: set.length * 2 })),
    );
    fc.assert(
      fc.property(mentioned, ([set, mentions]) => {
        const judged = judgeChoice(multiple, options(...mentions));
        if (isRefusal(judged)) throw new Error(judged.message);
        expect(sameChoice(judged, options(...set))).toBe(true);
      }),
    );
  });

  test("[B1] different sets are different choices, also where one begins like the other", () => {
    expect(sameChoice(options(1), options(1, 2))).toBe(false);
    expect(sameChoice(options(1, 2), options(1))).toBe(false);
    expect(sameChoice(options(1, 3), options(1, 2))).toBe(false);
  });
});
