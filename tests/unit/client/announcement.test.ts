import { describe, expect, test } from "bun:test";
import { announce, firstAnnouncement } from "../../../client/announcement.ts";
import type { PollState } from "../../../client/poll-state.ts";
import { NOON } from "../../support/fixtures.ts";
import { anyState } from "./client-fixtures.ts";

/** `state` with these votes. */
function counted(
  state: PollState,
  votes: readonly number[],
  parts: Partial<PollState["results"]> = {},
): PollState {
  const results = votes.map((count, index) => ({
    optionId: `opt-${index + 1}`,
    votes: count,
    percentage: 0,
  }));
  const participantCount = votes.reduce((sum, count) => sum + count, 0);
  return { ...state, results: { ...state.results, results, participantCount, ...parts } };
}

const state = anyState();
const quiet = firstAnnouncement(state);

describe("results", () => {
  test("[U90] nothing is said of what the page came with, nor as long as nothing changes", () => {
    expect(quiet.words).toBe("");
    expect(announce(quiet, state, NOON)).toBe(quiet);
  });

  test("[U90] a change is said in short: how many voted, and who is in front", () => {
    const said = announce(quiet, counted(state, [2, 5, 0]), NOON);
    expect(said.words).toBe("7 voted. In front: Option 2, 5 votes");
    expect(announce(quiet, counted(state, [3, 3, 1]), NOON).words).toBe(
      "7 voted. In front: Option 1, Option 2, 3 votes",
    );
    expect(announce(quiet, counted(state, [1, 1, 1]), NOON).words).toBe("3 voted");
  });

  test("[U90] a hall that votes is heard every ten seconds, not with every vote", () => {
    let last = quiet;
    const times: number[] = [];
    for (let ms = 0; ms <= 60_000; ms += 250) {
      const next = announce(last, counted(state, [3 + ms, 1, 0]), NOON + ms);
      if (next !== last) times.push(ms);
      last = next;
    }
    expect(times).toEqual([0, 10_000, 20_000, 30_000, 40_000, 50_000, 60_000]);
  });

  test("[U90] what comes during the pause is said after it, once", () => {
    const first = announce(quiet, counted(state, [3, 1, 0]), NOON);
    const later = counted(state, [4, 1, 0]);
    expect(announce(first, later, NOON + 9_999)).toBe(first);
    const second = announce(first, later, NOON + 10_000);
    expect(second.words).toStartWith("5 voted");
    expect(announce(second, later, NOON + 99_000)).toBe(second);
  });

  test("[U90] the final result does not wait, and a clock set back does not silence the page", () => {
    const first = announce(quiet, counted(state, [3, 1, 0]), NOON);
    const end = counted(state, [4, 1, 0], { final: true });
    expect(announce(first, end, NOON + 1).words).toStartWith("Final results. 5 voted");
    expect(announce(first, counted(state, [9, 1, 0]), NOON - 3_600_000)).not.toBe(first);
  });

  test("[U90] who only comes and goes changes no result, and is not said", () => {
    expect(announce(quiet, counted(state, [2, 1, 0], { viewerCount: 99 }), NOON)).toBe(quiet);
  });

  test("[U90][V6] what is hidden is not said, and what was said is taken out of the page", () => {
    const first = announce(quiet, counted(state, [3, 1, 0]), NOON);
    const hidden = { ...state, poll: { ...state.poll, visibility: "hidden" as const } };
    const silent = announce(first, hidden, NOON + 1);
    expect(silent.words).toBe("");
    expect(announce(silent, hidden, NOON + 60_000)).toBe(silent);
    expect(announce(silent, counted(state, [3, 1, 0]), NOON + 60_000).words).toStartWith("4 voted");
  });
});

describe("a room", () => {
  test("[U91] the next question is said at once, and its first results when there are some", () => {
    const said = announce(quiet, counted(state, [3, 1, 0]), NOON);
    const next = anyState();
    const asked = { ...next, poll: { ...next.poll, question: "And now?" } };
    const moved = announce(said, counted(asked, [0, 0, 0]), NOON + 1);
    expect(moved.words).toBe("Next question: And now?");
    expect(announce(moved, counted(asked, [0, 0, 0]), NOON + 60_000)).toBe(moved);
    expect(announce(moved, counted(asked, [1, 0, 0]), NOON + 60_000).words).toStartWith("1 voted");
  });

  test("[U91] a hidden result does not take the question's announcement away before it is heard", () => {
    const next = anyState();
    const hidden = { ...next, results: { ...next.results, results: null } };
    const moved = announce(quiet, hidden, NOON);
    expect(announce(moved, hidden, NOON + 250)).toBe(moved);
  });
});
