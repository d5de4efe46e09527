import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  draftControl,
  isNewer,
  maySeeResults,
  type PollControl,
  type Tally,
} from "../../../server/app/poll.ts";
import { answered, heard, isSameControl, type Picture } from "../../../server/fanout/newest-picture.ts";
import { closedControl, definitionOf, openControl } from "../../support/fixtures.ts";

const definition = definitionOf();
const live = openControl(definition);
const hidden: PollControl = { ...live, visibility: "hidden", seq: live.seq + 1 };
const closed = closedControl(hidden);

function picture(control: PollControl, epoch: number, version: number, final = false): Picture {
  const tally: Tally = {
    epoch,
    version,
    votes: [1, 0, 0],
    participantCount: 1,
    viewerCount: 0,
    joinedCount: 0,
    final,
  };
  return { control, tally };
}

/** Of any control of this poll's life, in any epoch; few values, so that ties come up often. */
const anyPicture = fc
  .tuple(fc.constantFrom(live, hidden, closed), fc.nat(3), fc.nat(3), fc.boolean())
  .map(([control, epoch, version, final]) => picture(control, epoch, version, final));

/** … with so many who joined. */
function joinedBy(joinedCount: number, shown: Picture): Picture {
  return { ...shown, tally: { ...shown.tally, joinedCount } };
}

describe("who joined", () => {
  test("[C14] are not fewer with newer news, by a message or an answer", () => {
    const shown = joinedBy(40, picture(live, 1, 100));
    for (const news of [joinedBy(0, picture(live, 2, 50)), joinedBy(39, picture(hidden, 1, 200))]) {
      const next = { control: news.control, tally: { ...news.tally, joinedCount: 40 } };
      expect(heard(shown, news)).toEqual(next);
      expect(answered(shown, shown, news)).toEqual(next);
    }
    const more = joinedBy(41, picture(live, 1, 101));
    expect(heard(shown, more)).toEqual(more);
    expect(answered(shown, shown, more)).toEqual(more);
  });
});

describe("news by a message", () => {
  test("[V6] a replaced master that counts on does not bring back what was hidden", () => {
    const late = picture(live, 1, 200);
    const next = heard(picture(hidden, 1, 100), late);
    expect(next).toEqual({ control: hidden, tally: late.tally });
    expect(maySeeResults(next.control, "public")).toBe(false);
  });

  test("[V6] a newer control hides at once, though no newer count comes with it", () => {
    const shown = picture(live, 2, 100);
    for (const news of [picture(hidden, 2, 100), picture(hidden, 1, 900)]) {
      expect(heard(shown, news)).toEqual({ control: hidden, tally: shown.tally });
    }
  });

  test("[F4] what is older in both is dropped", () => {
    const shown = picture(hidden, 2, 100);
    expect(heard(shown, picture(live, 2, 99))).toEqual(shown);
    expect(heard(shown, picture({ ...hidden, visibility: "live" }, 1, 999))).toEqual(shown);
  });

  test("[F4] of two steps with one number the one with the newer count is shown", () => {
    const another: PollControl = { ...live, closesAt: 1, seq: hidden.seq };
    expect(heard(picture(hidden, 1, 100), picture(another, 2, 50)).control).toBe(another);
  });

  test("[C13] what still counts does not take the final result back within its epoch", () => {
    const final = picture(closed, 3, 100, true);
    expect(heard(final, picture(closed, 3, 200, false))).toEqual(final);
    const settledAgain = picture(closed, 4, 50, true);
    expect(heard(final, settledAgain)).toEqual(settledAgain);
    const viewersCame = picture(closed, 3, 300, true);
    expect(heard(final, viewersCame)).toEqual(viewersCame);
  });

  test("[V6][F4] in whatever order pictures come: the greatest seq is shown, and the count never goes back", () => {
    fc.assert(
      fc.property(anyPicture, fc.array(anyPicture, { maxLength: 12 }), (first, news) => {
        let shown = first;
        for (const each of news) {
          const next = heard(shown, each);
          expect(isNewer(shown.tally, next.tally)).toBe(false);
          shown = next;
        }
        const greatest = Math.max(...[first, ...news].map(({ control }) => control.seq));
        expect(shown.control.seq).toBe(greatest);
      }),
    );
  });
});

describe("what the store answers", () => {
  test("[X12] a step that a failover lost is not shown any more, also where a message brought the count before", () => {
    const asked = picture(hidden, 1, 100);
    expect(answered(asked, asked, picture(live, 2, 50))).toEqual(picture(live, 2, 50));
    const broughtByMessage = heard(asked, picture(live, 2, 50));
    expect(broughtByMessage.control).toBe(hidden);
    expect(answered(broughtByMessage, broughtByMessage, picture(live, 2, 50)).control).toBe(live);
  });

  test("[V6] an answer that was on its way while the host hid does not show it again", () => {
    const asked = picture(live, 1, 100);
    const shown = heard(asked, picture(hidden, 1, 200));
    expect(answered(shown, asked, picture(live, 2, 50)).control).toBe(hidden);
  });

  test("[F4] an answer that is behind what is shown changes nothing", () => {
    const shown = picture(hidden, 2, 100);
    expect(answered(shown, shown, picture(live, 2, 99))).toEqual(shown);
  });
});

test("[W9] every step that a viewer can see makes another control", () => {
  const steps = [draftControl(definition.settings), live, hidden, closed, { ...live, closesAt: 1 }];
  for (const a of steps) for (const b of steps) expect(isSameControl(a, { ...b })).toBe(a === b);
});
