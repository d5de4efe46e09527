import { describe, expect, test } from "bun:test";
import { renderToString } from "preact-render-to-string";
import { EMPTY_FORM } from "../../../client/create-form.ts";
import { type HostState, initialHost } from "../../../client/host-state.ts";
import type { HostData } from "../../../client/page-data.ts";
import { everyPage, host as texts } from "../../../client/texts/spoken.ts";
import { HostPage } from "../../../client/views/host-page.tsx";
import type { PollHealth } from "../../../shared/poll-health.ts";
import { anyRoom, hostData, hostView, steering } from "./host-fixtures.ts";

const draw = (state: HostState, data: HostData = hostData()) =>
  renderToString(<HostPage data={data} state={state} actions={null} />);
/** The names of the buttons that can be pressed. */
const buttons = (html: string) =>
  [...html.matchAll(/<button([^>]*)>(.*?)<\/button>/g)]
    .filter(([, attributes]) => !/ disabled/.test(attributes ?? ""))
    .map(([, , inside]) => inside?.replace(/<[^>]*>/g, " ").trim());

describe("what a host sees", () => {
  test("[U53] joined, here and voted are three numbers", () => {
    const html = draw(steering({ view: hostView({}, { joinedCount: 502, viewerCount: 7 }) }));
    for (const [count, word] of [
      [502, texts.joined],
      [7, texts.here],
      [3, texts.voted],
    ]) {
      expect(html).toContain(`<strong>${count}</strong> ${word}`);
    }
  });

  test("[U53] the way in is a code, an address and a drawing of it; this machine's own address is no way in", () => {
    const html = draw(steering());
    for (const part of ["polls.test", "M0 0h7v7H0z", 'class="big-code"']) expect(html).toContain(part);
    expect(html).not.toContain(texts.onlyThisMachine);
    expect(draw(steering(), hostData({ origin: "http://127.0.0.1:8787" }))).toContain(texts.onlyThisMachine);
  });

  test("[U53] connection, answer time, level and where votes are safe are said in words", () => {
    const well: PollHealth = { level: 0, levelName: "normal", keptIn: "replicated" };
    const html = draw(steering({}, { health: well, roundTripMs: 12 }));
    for (const part of [texts.connected, texts.answersIn(12), texts.levels[0], texts.keptIn.replicated]) {
      expect(html).toContain(part ?? "");
    }
    const ill = draw(steering({}, { health: { level: 4, levelName: "minimal", keptIn: null } }));
    expect(ill).toContain(texts.levels[4] ?? "");
    expect(draw(steering())).toContain(texts.healthAway);
  });

  test("[U56] the change against last time is told option by option, and only against the right one", () => {
    const previous = hostView({ pollId: "BEFORE00" }, { participantCount: 4 });
    const view = hostView({ previousId: "BEFORE00" });
    expect(draw(steering({ view, previous }))).toContain(texts.lastTimeOf(4));
    expect(draw(steering({ previous }))).not.toContain(texts.lastTime);
    expect(texts.points(-3.5)).toBe("−3.5 points");
    expect(texts.points(0)).not.toContain("0");
  });

  test.each(["reconnecting", "draining", "outdated"] as const)(
    "[U52] a connection that is %s is told, and the steps go on by themselves",
    (connection) => {
      const state = steering();
      const html = draw({ ...state, screen: { ...state.screen, connection } });
      expect(html).toContain(everyPage[connection]);
      expect(buttons(html)).toContain(texts.close);
    },
  );
});

describe("steering", () => {
  test("[U52] an open poll is closed, hidden, lengthened; a closed one is asked again", () => {
    const open = buttons(draw(steering()));
    for (const name of [texts.close, texts.hide, texts.extend, texts.extendMore])
      expect(open).toContain(name);
    expect(open).not.toContain(texts.open);
    const closed = buttons(draw(steering({ view: hostView({ status: "closed" }) })));
    expect(closed).toContain(texts.again);
    expect(closed).not.toContain(texts.close);
    const draft = buttons(draw(steering({ view: hostView({ status: "draft", closesAt: null }) })));
    expect(draft).toContain(texts.open);
    for (const name of [texts.close, texts.again, texts.hide]) expect(draft).not.toContain(name);
  });

  test("[U52] why a step failed is said where it is heard", () => {
    const html = draw(steering({}, { failed: "The poll has ended." }));
    expect(html).toMatch(/role="alert">The poll has ended\.</);
  });

  test("[U51] as the server draws it nothing can be pressed, for an owner neither", () => {
    for (const data of [hostData(), hostData({ view: hostView() }), hostData({ room: anyRoom("A") })]) {
      expect(buttons(draw(initialHost(data), data))).toEqual([]);
    }
  });

  test("[U2] what the server draws for somebody whom it does not know as the host has no number that is hidden", () => {
    const view = hostView({ host: false, visibility: "hidden" });
    expect(draw(initialHost(hostData({ view })))).not.toContain('class="bar');
  });

  test("[U51] whoever is no host is told what to do, and sees neither steps nor results", () => {
    const state = { ...initialHost(hostData()), hasKey: false };
    const html = draw(state);
    expect(html).toContain(texts.needsKey);
    expect(html).toContain(`href="/${hostView().poll.pollId}"`);
    expect(html).not.toContain('class="bar');
    expect(buttons(html)).toEqual([]);
    expect(html).not.toContain(texts.wrongKey);
    const wrong = { ...state, hasKey: true, screen: { ...state.screen, connection: "live" as const } };
    expect(draw(wrong)).toContain(texts.wrongKey);
  });

  test("[U55] deleting asks a second time, with the way back first", () => {
    const before = buttons(draw(steering()));
    expect(before).toContain(texts.deletePoll);
    expect(before).not.toContain(texts.deleteForGood);
    const asked = buttons(draw(steering({}, { panel: { kind: "deleting" } })));
    expect(asked.indexOf(texts.keep)).toBeGreaterThan(0);
    expect(asked.indexOf(texts.deleteForGood)).toBe(asked.indexOf(texts.keep) + 1);
  });

  test("[U54] the host link is not in the page before it is asked for, and not for an owner without a key", () => {
    const address = "http://polls.test/ABCD1234/host#host=secret";
    expect(draw(steering())).not.toContain("#host=");
    const qr = { size: 21, path: "M1 1h3v3H1z" };
    const shown = draw(steering({}, { panel: { kind: "link", address, qr, copied: false } }));
    for (const part of [address, "M1 1h3v3H1z", texts.otherDeviceHint, texts.notCopied]) {
      expect(shown).toContain(part);
    }
    expect(buttons(draw(steering({}, { hasKey: false })))).not.toContain(texts.showLink);
  });

  test("[A37] who is signed in and has the key may take it over", () => {
    expect(buttons(draw(steering()))).not.toContain(texts.claim);
    expect(buttons(draw(steering({}, { claimable: true })))).toContain(texts.claim);
  });
});

describe("a room", () => {
  const inRoom = (current: string | null, parts: Partial<HostState> = {}) => {
    const room = anyRoom(current);
    const view = current === null ? null : hostView({ pollId: current }, { pollId: current });
    return steering({ room, view }, parts);
  };

  test("[U57] one question is live, those before it are asked, the rest is prepared", () => {
    const html = draw(inRoom("B"));
    const rows = [...html.matchAll(/class="is">([^<]*)</g)].map(([, word]) => word);
    expect(rows).toEqual([texts.asked, texts.live, texts.prepared, texts.prepared]);
    expect(html.split('aria-current="true"').length - 1).toBe(1);
    expect(html).toContain(everyPage.questionOf(2, 4));
  });

  test("[U57] Next says what comes, and at the end that nothing does", () => {
    expect(buttons(draw(inRoom("B")))).toContain(`${texts.next}  Question C?`);
    expect(draw(inRoom("D"))).toContain(texts.noNext);
    expect(buttons(draw(inRoom(null)))).toContain(`${texts.toFirst}  Question A?`);
  });

  test("[U57] a room whose question is gone has begun all the same, and goes on", () => {
    expect(draw(inRoom(null))).toContain(texts.nothingAsked);
    const { polls } = anyRoom("B");
    const room = anyRoom(null, { polls: polls.filter(({ pollId }) => pollId !== "B") });
    const html = draw(steering({ room, view: null }));
    expect(html).toContain(texts.between);
    expect(buttons(html)).toContain(`${texts.next}  Question C?`);
  });

  test("[U57] a question that was asked has its words for good; a prepared one can be rewritten", () => {
    const html = draw(inRoom("B", { arranging: true }));
    expect(html).toContain(texts.resultsOf(1));
    expect(html).not.toContain(`"${texts.editOf(1)}"`);
    expect(html).toContain(texts.editOf(3));
    expect(html).toContain('id="room-title"');
  });

  test("[U57] the form for a question stands where it is wanted, with what is wrong in it", () => {
    const form = { ...EMPTY_FORM, errors: { "": "Something is missing; see the marked fields." } };
    const html = draw(inRoom("A", { panel: { kind: "writing", pollId: null, form } }));
    expect(html).toContain(`aria-label="${texts.newQuestion}"`);
    expect(html).toContain("Something is missing");
  });

  test("[U57] a room without questions says so and offers to write one", () => {
    const state = steering({ room: anyRoom(null, { polls: [], total: 0 }), view: null });
    expect(draw(state)).toContain(texts.noQuestions);
    expect(buttons(draw(state))).toContain(texts.addQuestion);
  });
});

test("[U5] nothing is styled or scripted in place", () => {
  expect(draw(steering({ room: anyRoom("B") }, { arranging: true }))).not.toMatch(
    /\sstyle=|\son[a-z]+=|<script/i,
  );
});
