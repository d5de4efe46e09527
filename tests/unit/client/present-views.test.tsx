import { describe, expect, test } from "bun:test";
import { renderToString } from "preact-render-to-string";
import type { PresentData } from "../../../client/page-data.ts";
import { changesOf, initialWall, type WallState } from "../../../client/present-state.ts";
import { reduceScreen } from "../../../client/screen-state.ts";
import { everyPage, present as texts } from "../../../client/texts/spoken.ts";
import { PresentPage } from "../../../client/views/present-page.tsx";
import { textWidth } from "../../../client/views/present-width.ts";
import { pollView } from "../../../server/app/snapshot.ts";
import { qrOf } from "../../../server/edge/qr.ts";
import type { PollView, RoomUpdate, Visibility } from "../../../shared/messages.ts";
import { definitionOf, NOON, openControl, pollOf } from "../../support/fixtures.ts";

const actions = { act: () => {}, hideKeys: () => {}, letSingleKeys: () => {} };
const pageOf = (wall: WallState) => renderToString(<PresentPage wall={wall} actions={actions} />);
const count = (html: string, part: string) => html.split(part).length - 1;

function viewOf(votes: readonly number[], parts: Parameters<typeof definitionOf>[0] = {}): PollView {
  const definition = definitionOf({ optionCount: votes.length, ...parts });
  const hall = { joinedCount: 41, viewerCount: 37 };
  return pollView(
    pollOf(definition, openControl(definition), votes, hall),
    { host: false, yourVote: null },
    NOON,
  );
}

function wallOf(view: PollView | null, parts: Partial<PresentData> = {}): WallState {
  const qr = qrOf("https://polls.test/ABCD1234");
  const none = { room: null, previous: null, steers: true, csrfToken: null } as const;
  return initialWall({ page: "present", origin: "https://polls.test", qr, view, ...none, ...parts });
}

const ROOM: RoomUpdate = {
  roomId: "7KQM2D",
  title: "All hands",
  current: null,
  polls: [],
  position: null,
  total: 5,
  seq: 1,
  serverTime: NOON,
  host: false,
};

describe("how to join", () => {
  test("[U60] address, code and QR are on every state", () => {
    const open = wallOf(viewOf([1, 2]));
    const { poll, results } = viewOf([1, 2]);
    const screens = [
      open,
      wallOf(null, { room: ROOM }),
      wallOf({ poll: { ...poll, status: "draft" }, results }),
      wallOf({ poll: { ...poll, status: "closed" }, results }),
      wallOf({ poll: { ...poll, visibility: "hidden" }, results }),
      { ...open, screen: { ...open.screen, removed: true } },
      { ...open, screen: reduceScreen(open.screen, { type: "connection", connection: "draining" }) },
    ];
    for (const wall of screens) {
      const html = pageOf(wall);
      const room = wall.screen.room !== null;
      expect(html).toContain(">polls.test</strong>");
      expect(html).toMatch(room ? />7KQ-M2D<\/strong>/ : />[0-9A-Z]{4}-[0-9A-Z]{4}<\/strong>/);
      expect(count(html, 'class="qr"')).toBe(1);
    }
  });

  test("[U60] an address that nobody else can reach is said to be one", () => {
    for (const host of ["localhost:3000", "127.0.0.1:3000", "[::1]:3000"]) {
      expect(pageOf(wallOf(viewOf([1, 2]), { origin: `http://${host}` }))).toContain(texts.onlyThisMachine);
    }
    expect(pageOf(wallOf(viewOf([1, 2])))).not.toContain(texts.onlyThisMachine);
  });

  test("[U67] joined, connected and voted are three numbers", () => {
    const html = pageOf(wallOf(viewOf([1, 2])));
    const numbers = [...html.matchAll(/<dt>(\w+)<\/dt><dd>([\d,]+)<\/dd>/g)].map(([, name, number]) => [
      name,
      number,
    ]);
    expect(numbers).toEqual([
      [texts.joined, "41"],
      [texts.here, "37"],
      [texts.voted, "3"],
    ]);
  });
});

describe("what may be shown", () => {
  const NUMBERS = /class="wall-drawing"|class="wall-figures"|class="wall-average"/;

  test.each(["afterVote", "afterClose", "hidden"] as const)(
    "[U62] %s: no bar and no number, even where this browser knows them; but how many voted, and why",
    (visibility: Visibility) => {
      const { poll, results } = viewOf([30, 10]);
      const html = pageOf(wallOf({ poll: { ...poll, visibility }, results }));
      expect(html).not.toMatch(NUMBERS);
      expect(html).not.toContain("75%");
      expect(html).toContain(texts.hiddenBecause[visibility]);
      expect(html).toContain("<b>40</b>");
      expect(html).toContain("Option 1");
    },
  );

  test.each([
    ["afterVote", true],
    ["afterClose", true],
    ["hidden", false],
  ] as const)("[U62] closed and %s: drawn is %p", (visibility, drawn) => {
    const { poll, results } = viewOf([30, 10]);
    const html = pageOf(wallOf({ poll: { ...poll, status: "closed", visibility }, results }));
    expect(NUMBERS.test(html)).toBe(drawn);
  });

  test("[U61] bars are as long as shares, numbers are whole and exact, leaders stand out by more than colour", () => {
    const html = pageOf(wallOf(viewOf([612_345, 387_655])));
    expect(html).toContain('class="fill" width="61.2%"');
    expect(html).toContain("<b>612,345</b>");
    expect(count(html, 'fill="url(#leading)"')).toBe(1);
    expect(count(html, `, ${texts.leads}`)).toBe(1);
    const none = pageOf(wallOf(viewOf([0, 0])));
    expect([count(none, "wall-bar leads"), count(none, everyPage.noVotesYet)]).toEqual([0, 1]);
    expect(count(pageOf(wallOf(viewOf([4, 4]))), "wall-bar leads")).toBe(2);
  });

  test("[U63] only a host has the host's buttons; everybody has the screen's", () => {
    expect(pageOf(wallOf(viewOf([1, 2])))).toContain(texts.steps.close);
    const audience = pageOf(wallOf(viewOf([1, 2]), { steers: false }));
    expect(audience).not.toContain(`>${texts.steps.close} <`);
    expect(audience).toContain(texts.steps.fullScreen);
  });
});

describe("against last time", () => {
  const before = viewOf([50, 30, 20]);
  const now = viewOf([60, 25, 15], { previousId: before.poll.pollId as never });
  const questionOf = (view: PollView) => {
    const { poll } = wallOf(view).screen;
    if (!poll) throw new Error("there is a question");
    return poll;
  };

  test("[U66] each option says by how many points it changed, with a sign and in words", () => {
    expect([...changesOf(questionOf(now), before)]).toEqual([
      ["opt-1", 10],
      ["opt-2", -5],
      ["opt-3", -5],
    ]);
    const html = pageOf(wallOf(now, { previous: before }));
    for (const part of ["+10", "−5", texts.changeExplained]) expect(html).toContain(part);
  });

  test("[U66] options are the same by their words, whatever their place", () => {
    const [first, second, third] = now.poll.options;
    if (!first || !second || !third) throw new Error("there are three");
    const options = [
      { ...first, label: second.label },
      { ...second, label: first.label },
      { ...third, label: "new" },
    ];
    const rewritten = { ...now, poll: { ...now.poll, options } };
    expect([...changesOf(questionOf(rewritten), before)]).toEqual([
      ["opt-1", 30],
      ["opt-2", -25],
    ]);
  });

  test("[U66] no change is told while either is hidden, without votes, or of another question", () => {
    const hidden = { ...now, poll: { ...now.poll, visibility: "hidden" as const } };
    expect(changesOf(questionOf(hidden), before).size).toBe(0);
    expect(
      changesOf(questionOf(now), { ...before, results: { ...before.results, results: null } }).size,
    ).toBe(0);
    expect(changesOf(questionOf(now), viewOf([1, 1, 1])).size).toBe(0);
    const nobody = viewOf([0, 0, 0], { previousId: before.poll.pollId as never });
    expect(changesOf(questionOf(nobody), before).size).toBe(0);
  });
});

test("[U61] full-width letters take the room of two", () => {
  expect(textWidth("abc")).toBe(3);
  expect(textWidth("予算案")).toBe(6);
  expect(textWidth("예산")).toBe(4);
  expect(textWidth("🍣")).toBe(2);
});

test("[U60] nothing is styled or scripted in place, and text that looks like HTML is text", () => {
  const evil = `<img src=x onerror="alert(1)">`;
  const view = viewOf([1, 2]);
  const html = pageOf({ ...wallOf({ ...view, poll: { ...view.poll, question: evil } }), notice: evil });
  expect(html).not.toMatch(/\sstyle=|\son[a-z]+="|<script|<img/i);
});
