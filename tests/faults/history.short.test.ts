import { describe, expect, test } from "bun:test";
import type { PollStore } from "../../server/app/ports.ts";
import { embeddedHarness } from "../contract/embedded-harness.ts";
import { auditOf, definitionOf, openControl } from "../support/fixtures.ts";
import {
  AcknowledgesEarly,
  CountsRefused,
  CountsRepeats,
  type CrashingStore,
  IgnoresRevisions,
} from "./broken-stores.ts";
import { castThroughCrashes } from "./cast-through-crashes.ts";
import { type Cast, History, type Violation } from "./history.ts";

const POLL = { pollId: "ABCD1234", allowChange: true, optionIds: ["opt-1", "opt-2", "opt-3"] };
const FIXED = { ...POLL, allowChange: false };

type Told = readonly [revision: number, option: number, outcome: Cast["outcome"]];

/** What the checker says of one voter who was told this, where that option stands (0: none). */
function judge(poll: typeof POLL, told: readonly Told[], standing: number, votes?: readonly number[]) {
  const history = new History();
  for (const [revision, option, outcome] of told) {
    const cast = history.begin({ pollId: poll.pollId, voter: "v", optionIds: [`opt-${option}`], revision });
    cast.outcome = outcome;
  }
  const counted = POLL.optionIds.map((_, index) => Number(index === standing - 1));
  const violations = history.judge(poll, {
    standing: new Map([["v", standing > 0 ? [`opt-${standing}`] : null]]),
    votes: votes ?? counted,
    participantCount: standing > 0 ? 1 : 0,
  });
  return violations.map(({ rule, lost, double }) => [rule, lost, double]);
}

describe("the checker of fault runs", () => {
  test("[V2] an acknowledged ballot that is gone is lost", () => {
    expect(judge(POLL, [[1, 1, "ok"]], 0)).toEqual([["V2", 1, 0]]);
    expect(judge(FIXED, [[1, 1, "ok"]], 0)).toEqual([["V2", 1, 0]]);
    expect(judge(POLL, [[1, 1, "ok"]], 1)).toEqual([]);
  });

  test("[V1] of those acknowledged the newest stands, or a newer one that had no answer", () => {
    const changed: Told[] = [
      [1, 1, "ok"],
      [2, 2, "ok"],
    ];
    expect(judge(POLL, changed, 2)).toEqual([]);
    expect(judge(POLL, changed, 1)).toEqual([["V1", 1, 0]]);
    expect(judge(POLL, [...changed, [3, 3, "unknown"]], 3)).toEqual([]);
    expect(judge(POLL, [...changed, [3, 3, "fail"]], 3)).toEqual([["V1", 1, 0]]);
    expect(
      judge(
        POLL,
        [
          [2, 2, "ok"],
          [1, 3, "unknown"],
        ],
        3,
      ),
    ).toEqual([["V1", 1, 0]]);
  });

  test("[V1] where nothing may be changed one choice is acknowledged, and nothing else stands", () => {
    expect(
      judge(
        FIXED,
        [
          [1, 1, "ok"],
          [2, 2, "ok"],
        ],
        1,
      ),
    ).toEqual([["V1", 0, 0]]);
    expect(
      judge(
        FIXED,
        [
          [1, 1, "ok"],
          [2, 2, "unknown"],
        ],
        2,
      ),
    ).toEqual([["V1", 1, 0]]);
    expect(
      judge(
        FIXED,
        [
          [1, 1, "ok"],
          [2, 2, "fail"],
          [3, 1, "ok"],
        ],
        1,
      ),
    ).toEqual([]);
    expect(
      judge(
        FIXED,
        [
          [1, 1, "unknown"],
          [2, 2, "unknown"],
        ],
        1,
      ),
    ).toEqual([]);
  });

  test("[V5] what had no answer counts or not; what was refused or never cast does not", () => {
    expect(judge(POLL, [[1, 1, "unknown"]], 0)).toEqual([]);
    expect(judge(POLL, [[1, 1, "unknown"]], 1)).toEqual([]);
    expect(judge(POLL, [[1, 1, "unknown"]], 2)).toEqual([["V5", 0, 0]]);
    expect(judge(POLL, [[1, 1, "fail"]], 1)).toEqual([["V5", 0, 0]]);
    expect(judge(POLL, [], 1)).toEqual([["V5", 0, 0]]);
  });

  test("[V3] the tally is what the ballots say, no more and no less", () => {
    expect(judge(POLL, [[1, 1, "ok"]], 1, [2, 0, 0])).toEqual([["V3", 0, 1]]);
    expect(judge(POLL, [[1, 1, "ok"]], 1, [0, 0, 0])).toEqual([["V3", 1, 0]]);
    expect(judge(POLL, [[1, 1, "ok"]], 1, [0, 1, 0])).toEqual([["V3", 1, 1]]);
    expect(judge(POLL, [[1, 1, "ok"]], 1, [1, 0])).toEqual([["V3", 0, 0]]);
  });
});

type Breaking = ((store: PollStore) => CrashingStore) | null;

/** Runs of voters through crashes, in stores made of sound ones. */
async function runsWith(broken: Breaking, allowChange = true): Promise<Violation[]> {
  const runs = [1, 2, 3].map((seed) => runWith(broken, allowChange, seed));
  return (await Promise.all(runs)).flat();
}

async function runWith(broken: Breaking, allowChange: boolean, seed: number): Promise<Violation[]> {
  const harness = await embeddedHarness();
  try {
    const definition = definitionOf({ optionCount: 20, settings: { allowChange } });
    await harness.store.create(definition, openControl(definition), auditOf("created"));
    const sound: CrashingStore = {
      cast: (ballot) => harness.store.cast(ballot),
      read: (pollId) => harness.store.read(pollId),
      choicesOf: (pollId, voters) => harness.store.choicesOf(pollId, voters),
      crash: () => harness.reopen(),
    };
    return await castThroughCrashes(broken?.(harness.store) ?? sound, definition, seed);
  } finally {
    await harness.dispose();
  }
}

const rulesOf = (violations: readonly Violation[]) => [...new Set(violations.map(({ rule }) => rule))];

describe("what the checker finds", () => {
  test("[V1] [V2] [V3] [V5] nothing in a store that keeps its promises", async () => {
    expect(await runsWith(null)).toEqual([]);
    expect(await runsWith(null, false)).toEqual([]);
  });

  test("[V2] a store that says yes before the ballot is kept", async () => {
    const violations = await runsWith((store) => new AcknowledgesEarly(store));
    expect(rulesOf(violations)).toContain("V2");
    expect(violations.some(({ lost }) => lost > 0)).toBe(true);
  });

  test("[V3] a store that counts a repeat once more", async () => {
    const violations = await runsWith((store) => new CountsRepeats(store));
    expect(rulesOf(violations)).toEqual(["V3"]);
    expect(violations.every(({ double }) => double > 0)).toBe(true);
  });

  test("[V1] a store that ignores the order of revisions", async () => {
    expect(rulesOf(await runsWith((store) => new IgnoresRevisions(store)))).toEqual(["V1"]);
  });

  test("[V1] [V5] a store that counts what it refused", async () => {
    const violations = await runsWith((store) => new CountsRefused(store));
    expect(rulesOf(violations).toSorted()).toEqual(["V1", "V5"]);
  });
});
