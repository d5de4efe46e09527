import { expect, test } from "bun:test";
import { changeSince } from "../../../client/change-since.ts";
import type { PollView } from "../../../shared/messages.ts";
import { hostView, VISITORS_VIEW } from "./host-fixtures.ts";

/** All are one poll here, asked again and again. */
const previousId = VISITORS_VIEW.poll.pollId;

/** A poll that ended with these percentages, by label in order. */
function ended(percentages: Readonly<Record<string, number>>, participantCount = 10): PollView {
  const options = Object.keys(percentages).map((label, index) => ({ optionId: `opt-${index + 1}`, label }));
  const results = Object.values(percentages).map((percentage, index) => ({
    optionId: `opt-${index + 1}`,
    votes: percentage / 10,
    percentage,
  }));
  return hostView({ options, previousId }, { results, participantCount });
}

test("[U56] each option is compared with itself by its words, wherever it stood", () => {
  const changes = changeSince(ended({ Tea: 70, Coffee: 30 }), ended({ Coffee: 55.5, Tea: 33.3, Milk: 11.1 }));
  expect(changes?.map(({ label, before, points }) => [label, before, points])).toEqual([
    ["Coffee", 30, 25.5],
    ["Tea", 70, -36.7],
    ["Milk", null, null],
  ]);
});

test("[U56] nothing is compared with what is hidden or with nobody", () => {
  const now = ended({ Tea: 50, Coffee: 50 });
  const hidden = hostView({ previousId }, { results: null });
  expect(changeSince(hidden, now)).toBeNull();
  expect(changeSince(now, hidden)).toBeNull();
  expect(changeSince(ended({ Tea: 0, Coffee: 0 }, 0), now)).toBeNull();
  expect(changeSince(now, ended({ Tea: 0, Coffee: 0 }, 0))).toBeNull();
});

test("[U56] nothing is compared with what is not the same question before", () => {
  const now = ended({ Tea: 50, Coffee: 50 });
  expect(changeSince(now, now)).not.toBeNull();
  expect(changeSince(null, now)).toBeNull();
  const other = { ...now, poll: { ...now.poll, pollId: "ANOTHER0" } };
  expect(changeSince(other, now)).toBeNull();
});
