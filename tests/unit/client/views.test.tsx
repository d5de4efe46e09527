import { describe, expect, test } from "bun:test";
import { renderToString } from "preact-render-to-string";
import { EMPTY_FORM } from "../../../client/create-form.ts";
import { initialState, type PollState } from "../../../client/poll-state.ts";
import type { Connection } from "../../../client/screen-state.ts";
import { everyPage, voter as voterTexts } from "../../../client/texts/spoken.ts";
import { Home } from "../../../client/views/home.tsx";
import { VoterPage } from "../../../client/views/voter-page.tsx";
import { pollView } from "../../../server/app/snapshot.ts";
import { type DefinitionParts, definitionOf, NOON, openControl, pollOf } from "../../support/fixtures.ts";
import { anyState, ballotState, screenOf } from "./client-fixtures.ts";

const pageOf = (state: PollState, connection: Connection = "live", steers = false) =>
  renderToString(<VoterPage screen={screenOf(state, connection)} steers={steers} actions={null} />);
const nothing = () => undefined;
/** With the script at work. */
const livePageOf = (state: PollState) => {
  const actions = { choose: nothing, cast: nothing, reconsider: nothing, keepVote: nothing };
  return renderToString(<VoterPage screen={screenOf(state)} steers={false} actions={actions} />);
};
const count = (html: string, part: string) => html.split(part).length - 1;

interface Seen {
  readonly host?: boolean;
  readonly yourVote?: readonly string[];
}

function stateOf(
  parts: DefinitionParts,
  votes?: readonly number[],
  { host = false, yourVote }: Seen = {},
): PollState {
  const definition = definitionOf(parts);
  const poll = pollOf(definition, openControl(definition), votes);
  return initialState(pollView(poll, { host, yourVote: yourVote ?? null }, NOON));
}

describe("text", () => {
  test("[U3] a question, an option or a code that looks like HTML is text", () => {
    const evil = `<img src=x onerror="alert(1)">"'&`;
    const state = stateOf({ question: evil }, [1, 1, 0]);
    const labelled = {
      ...state.poll,
      options: state.poll.options.map((option) => ({ ...option, label: evil })),
    };
    const html = pageOf({ ...state, poll: labelled, notice: evil });
    expect(html).not.toContain("<img");
    // The question, a label in the form and in the results for each of three options, and the notice.
    expect(count(html, "&lt;img src=x onerror=")).toBe(1 + 3 * 2 + 1);
    expect(renderToString(<Home form={EMPTY_FORM} actions={null} code={evil} door={null} />)).not.toContain(
      "<img",
    );
  });

  test("[U5] nothing is styled or scripted in place", () => {
    const html = [
      pageOf(stateOf({}, [5, 3, 1])),
      renderToString(<Home form={EMPTY_FORM} actions={null} door="signIn" />),
    ].join();
    expect(html).not.toMatch(/\sstyle=|\son[a-z]+=|<script/i);
  });
});

describe("results", () => {
  test("[U1] each option says its votes and its share, and its bar is as long as its share", () => {
    const html = pageOf(stateOf({}, [3, 1, 0]));
    expect(html).toContain('class="fill" width="75%"');
    expect(html).toContain("<b>3</b>");
    expect(html).toContain("75%");
    expect(html).toContain('class="fill" width="0%"');
  });

  test("[U1] the leaders stand out, nobody does without votes", () => {
    expect(count(pageOf(stateOf({}, [3, 3, 1])), "bar leads")).toBe(2);
    const none = pageOf(stateOf({}, [0, 0, 0]));
    expect(count(none, "bar leads")).toBe(0);
    expect(none).toContain(everyPage.noVotesYet);
  });

  test("[U1] twenty options and a million votes are all there", () => {
    const html = pageOf(stateOf({ optionCount: 20 }, Array(20).fill(50_000)));
    expect(count(html, 'type="radio"')).toBe(20);
    expect(count(html, 'class="fill"')).toBe(20);
    expect(html).toContain("1,000,000 voted");
    expect(html).toContain("50,000");
  });

  test("[U93] a leader is marked besides its colour, and a bar of a million has the same track as one of none", () => {
    const html = pageOf(stateOf({}, [1_000_000, 250_000, 0]));
    expect(count(html, 'class="lead-mark"')).toBe(1);
    expect(count(html, `, ${everyPage.leading}<`)).toBe(1);
    expect(html).toContain("<b>1,000,000</b>");
    expect(html).toContain('class="fill" width="20%"');
    expect(count(html, 'class="track" width="100%"')).toBe(3);
    expect(count(pageOf(stateOf({}, [0, 0, 0])), 'class="lead-mark"')).toBe(0);
  });

  test("[U1] a rating tells its average; shares of several choices tell what they are shares of", () => {
    expect(pageOf(stateOf({ kind: "rating", optionCount: 5 }, [0, 0, 0, 1, 1]))).toContain(">4.5</strong>");
    const several = stateOf({ kind: "multiple", settings: { maxChoices: 3 } }, [2, 2, 0]);
    expect(pageOf(several)).toContain(everyPage.ofVoters(4));
  });

  test.each(["afterVote", "afterClose"] as const)(
    "[U2] hidden by %s: no bar, no number, but why",
    (resultsVisibility) => {
      const state = stateOf({ settings: { resultsVisibility } }, [3, 1, 0]);
      const html = pageOf(state);
      expect(html).toContain(everyPage.hiddenBecause[resultsVisibility]);
      expect(html).not.toContain("75%");
      expect(html).not.toContain('class="bar');
    },
  );

  test("[U2] afterVote shows them to who has voted, with the own vote marked", () => {
    const parts = { settings: { resultsVisibility: "afterVote" } } as const;
    const html = pageOf(stateOf(parts, [3, 1, 0], { yourVote: ["opt-2"] }));
    expect(html).toContain("75%");
    expect(count(html, 'class="yours"')).toBe(1);
  });
});

describe("the ballot", () => {
  test("[U8] the form has real radios under one legend; several choices have checkboxes", () => {
    expect(count(pageOf(anyState()), 'type="radio"')).toBe(3);
    expect(pageOf(anyState())).toContain(`<legend>${voterTexts.chooseOne}</legend>`);
    expect(count(pageOf(stateOf({ kind: "multiple" })), 'type="checkbox"')).toBe(3);
  });

  test("[U8] at most as many as allowed can be ticked; without a script the server says so", () => {
    const state = stateOf({ kind: "multiple", settings: { maxChoices: 1 } });
    expect(count(livePageOf(state), "disabled")).toBe(0);
    const chosen = { ...state, ballot: ballotState("chosen") };
    expect(count(livePageOf(chosen), "disabled")).toBe(2);
    expect(count(pageOf(chosen), "disabled")).toBe(0);
  });

  test("[U8] Sent and Counted are said in turn, and never together", () => {
    const sent = pageOf(anyState({ ballot: ballotState("sent") }));
    expect([count(sent, voterTexts.sent), count(sent, voterTexts.counted)]).toEqual([1, 0]);
    const counted = pageOf(anyState({ ballot: ballotState("counted") }));
    expect([count(counted, voterTexts.sent), count(counted, voterTexts.counted)]).toEqual([0, 1]);
    expect(counted).not.toContain("<form");
  });

  test("[U8] a kept ballot says why it waits", () => {
    const ballot = ballotState("kept");
    expect(pageOf(anyState({ ballot }), "reconnecting")).toContain(voterTexts.kept);
    expect(pageOf(anyState({ ballot }))).toContain(voterTexts.pending);
  });

  test("[U8] a vote can be changed only where the poll lets it, and it says so before", () => {
    const fixed = anyState();
    expect(pageOf(fixed)).toContain(voterTexts.mayNotChange);
    expect(pageOf({ ...fixed, ballot: ballotState("counted") })).not.toContain(voterTexts.changeVote);
    const free = stateOf({ settings: { allowChange: true } }, [1, 0, 0], { yourVote: ["opt-1"] });
    expect(pageOf(free)).toContain(voterTexts.changeVote);
    const closed = { ...free, poll: { ...free.poll, status: "closed" as const } };
    expect(pageOf(closed)).not.toContain(voterTexts.changeVote);
  });
});

describe("the poll's states", () => {
  test("[U1] a draft is told as not open, and shows voters nothing to vote on", () => {
    const state = stateOf({});
    const html = pageOf({ ...state, poll: { ...state.poll, status: "draft", closesAt: null } });
    expect(html).toContain(voterTexts.draft);
    expect(html).not.toContain("<form");
  });

  test("[U1] the final results are called so", () => {
    const state = anyState();
    const poll = { ...state.poll, status: "closed" as const };
    const html = pageOf({ ...state, poll, results: { ...state.results, final: true } });
    expect(html).toContain(everyPage.finalResults);
    expect(html).not.toContain("<form");
  });

  test("[C13][U8] a poll that is closed and not final is counting, and nothing on the page says otherwise", () => {
    const { poll, results } = anyState();
    const counting = pageOf(anyState({ poll: { ...poll, status: "closed" } }));
    expect(counting).toContain(`>${everyPage.counting}</h2>`);
    expect(counting).not.toContain(everyPage.finalResults);
    expect(counting).toContain("<b>2</b>");
    const nobody = { ...results, participantCount: 0 };
    expect(pageOf(anyState({ poll: { ...poll, status: "closed" }, results: nobody }))).not.toContain(
      everyPage.nobodyVoted,
    );
  });

  test("[U8] a ballot without an answer when the poll closes waits in sight", () => {
    const { poll } = anyState();
    const ballot = ballotState("kept");
    const closed = { poll: { ...poll, status: "closed" as const }, ballot };
    expect(pageOf(anyState(closed))).toContain(voterTexts.pendingAtEnd);
    expect(pageOf(anyState(closed), "reconnecting")).toContain(voterTexts.kept);
    const answered = pageOf(anyState({ ...closed, ballot: ballotState("counted") }));
    expect(answered).not.toContain(voterTexts.pendingAtEnd);
  });

  test("[V6] hidden: the numbers that are in the page already are not drawn any more, but to the host", () => {
    const { poll } = anyState();
    const hidden = { ...poll, visibility: "hidden" as const };
    const html = pageOf(anyState({ poll: hidden }));
    expect(html).toContain(everyPage.hiddenBecause.hidden);
    expect(html).not.toContain('class="bar');
    expect(pageOf(anyState({ poll: { ...hidden, host: true } }))).toContain('class="bar');
  });

  test.each(["reconnecting", "offline", "crowded", "draining", "outdated"] as const)(
    "[R1] a connection that is %s is told",
    (connection) => {
      expect(pageOf(anyState(), connection)).toContain(everyPage[connection]);
      expect(pageOf(anyState())).not.toContain(everyPage[connection]);
    },
  );

  test("[U11] whoever may steer is led to where that is done, and nobody else", () => {
    const state = anyState();
    expect(pageOf(state, "live", true)).toContain(`href="/${state.poll.pollId}/host"`);
    expect(pageOf(state)).not.toContain("/host");
  });
});
