import { describe, expect, test } from "bun:test";
import { renderToString } from "preact-render-to-string";
import { EMPTY_FORM } from "../../../client/create-form.ts";
import { initialState, type PollState } from "../../../client/poll-state.ts";
import { HIDDEN_BECAUSE, texts } from "../../../client/texts.ts";
import { Home } from "../../../client/views/home.tsx";
import { PollPage } from "../../../client/views/poll-page.tsx";
import { pollView } from "../../../server/app/snapshot.ts";
import { type DefinitionParts, definitionOf, NOON, openControl, pollOf } from "../../support/fixtures.ts";
import { ballotState, liveState } from "./client-fixtures.ts";

const pageOf = (state: PollState) => renderToString(<PollPage state={state} actions={null} />);
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
    expect(none).toContain(texts.noVotesYet);
  });

  test("[U1] twenty options and a million votes are all there", () => {
    const html = pageOf(stateOf({ optionCount: 20 }, Array(20).fill(50_000)));
    expect(count(html, 'type="radio"')).toBe(20);
    expect(count(html, 'class="fill"')).toBe(20);
    expect(html).toContain("1,000,000 voted");
    expect(html).toContain("50,000");
  });

  test("[U1] a rating tells its average; shares of several choices tell what they are shares of", () => {
    expect(pageOf(stateOf({ kind: "rating", optionCount: 5 }, [0, 0, 0, 1, 1]))).toContain(">4.5</strong>");
    const several = stateOf({ kind: "multiple", settings: { maxChoices: 3 } }, [2, 2, 0]);
    expect(pageOf(several)).toContain(texts.ofVoters(4));
  });

  test.each(["afterVote", "afterClose"] as const)(
    "[U2] hidden by %s: no bar, no number, but why",
    (resultsVisibility) => {
      const state = stateOf({ settings: { resultsVisibility } }, [3, 1, 0]);
      const html = pageOf(state);
      expect(html).toContain(HIDDEN_BECAUSE[resultsVisibility]);
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
    expect(count(pageOf(liveState()), 'type="radio"')).toBe(3);
    expect(pageOf(liveState())).toContain(`<legend>${texts.chooseOne}</legend>`);
    expect(count(pageOf(stateOf({ kind: "multiple" })), 'type="checkbox"')).toBe(3);
  });

  test("[U8] at most as many as allowed can be ticked", () => {
    const state = stateOf({ kind: "multiple", settings: { maxChoices: 1 } });
    expect(count(pageOf(state), "disabled")).toBe(1);
    // The two others; the button is no longer.
    expect(count(pageOf({ ...state, ballot: ballotState("chosen") }), "disabled")).toBe(2);
  });

  test("[U8] Sent and Counted are said in turn, and never together", () => {
    const sent = pageOf(liveState({ ballot: ballotState("sent") }));
    expect([count(sent, texts.sent), count(sent, texts.counted)]).toEqual([1, 0]);
    const counted = pageOf(liveState({ ballot: ballotState("counted") }));
    expect([count(counted, texts.sent), count(counted, texts.counted)]).toEqual([0, 1]);
    expect(counted).not.toContain("<form");
  });

  test("[U8] a kept ballot says why it waits", () => {
    const ballot = ballotState("kept");
    expect(pageOf(liveState({ ballot, connection: "reconnecting" }))).toContain(texts.kept);
    expect(pageOf(liveState({ ballot, connection: "live" }))).toContain(texts.pending);
  });

  test("[U8] a vote can be changed only where the poll lets it, and it says so before", () => {
    const fixed = liveState();
    expect(pageOf(fixed)).toContain(texts.mayNotChange);
    expect(pageOf({ ...fixed, ballot: ballotState("counted") })).not.toContain(texts.changeVote);
    const free = stateOf({ settings: { allowChange: true } }, [1, 0, 0], { yourVote: ["opt-1"] });
    expect(pageOf(free)).toContain(texts.changeVote);
    const closed = { ...free, poll: { ...free.poll, status: "closed" as const } };
    expect(pageOf(closed)).not.toContain(texts.changeVote);
  });
});

describe("the poll's states", () => {
  test("[U1] a draft is told as not open, and shows voters nothing to vote on", () => {
    const state = stateOf({});
    const html = pageOf({ ...state, poll: { ...state.poll, status: "draft", closesAt: null } });
    expect(html).toContain(texts.draft);
    expect(html).not.toContain("<form");
  });

  test("[U1] the final results are called so", () => {
    const state = liveState();
    const poll = { ...state.poll, status: "closed" as const };
    const html = pageOf({ ...state, poll, results: { ...state.results, final: true } });
    expect(html).toContain(texts.finalResults);
    expect(html).not.toContain("<form");
  });

  test("[C13][U8] a poll that is closed and not final is counting, and nothing on the page says otherwise", () => {
    const { poll, results } = liveState();
    const counting = pageOf(liveState({ poll: { ...poll, status: "closed" } }));
    expect(counting).toContain(`>${texts.counting}</h2>`);
    expect(counting).not.toContain(texts.finalResults);
    expect(counting).toContain("<b>2</b>");
    const nobody = { ...results, participantCount: 0 };
    expect(pageOf(liveState({ poll: { ...poll, status: "closed" }, results: nobody }))).not.toContain(
      texts.nobodyVoted,
    );
  });

  test("[U8] a ballot without an answer when the poll closes waits in sight, also its host's", () => {
    const { poll } = liveState();
    const ballot = ballotState("kept");
    const closed = { poll: { ...poll, status: "closed" as const }, ballot };
    expect(pageOf(liveState(closed))).toContain(texts.pendingAtEnd);
    expect(pageOf(liveState({ ...closed, connection: "reconnecting" }))).toContain(texts.kept);
    const host = { address: "polls.test", busy: false, claimable: false };
    expect(pageOf(liveState({ ...closed, host }))).toContain(texts.pendingAtEnd);
    const answered = { ...closed, host, ballot: ballotState("counted") };
    expect(pageOf(liveState(answered))).not.toContain(texts.hostVotes);
  });

  test("[V6] hidden: the numbers that are in the page already are not drawn any more, but to the host", () => {
    const { poll } = liveState();
    const hidden = { ...poll, visibility: "hidden" as const };
    const html = pageOf(liveState({ poll: hidden }));
    expect(html).toContain(HIDDEN_BECAUSE.hidden);
    expect(html).not.toContain('class="bar');
    expect(pageOf(liveState({ poll: { ...hidden, host: true } }))).toContain('class="bar');
  });

  test.each(["reconnecting", "draining", "outdated"] as const)(
    "[R1] a connection that is %s is told",
    (connection) => {
      expect(pageOf(liveState({ connection }))).toContain(texts[connection]);
      expect(pageOf(liveState())).not.toContain(texts[connection]);
    },
  );

  test("[U11] only a host has the host's steps, by the poll's status", () => {
    expect(pageOf(liveState())).not.toContain(texts.close);
    const host = { address: "polls.test", busy: false, claimable: false };
    const open = pageOf(liveState({ host }));
    for (const step of [texts.close, texts.extend, texts.hide]) expect(open).toContain(step);
    const { poll } = liveState();
    const draft = pageOf(liveState({ host, poll: { ...poll, status: "draft" } }));
    expect(draft).toContain(`>${texts.open}</button>`);
    expect(draft).not.toContain(texts.close);
    expect(open).not.toContain(texts.claim);
    expect(pageOf(liveState({ host: { ...host, claimable: true } }))).toContain(texts.claim);
  });
});
