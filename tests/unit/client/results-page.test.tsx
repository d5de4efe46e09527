import { describe, expect, test } from "bun:test";
import { renderToString } from "preact-render-to-string";
import type { QuestionResults } from "../../../client/page-data.ts";
import { everyPage, results as texts } from "../../../client/texts/spoken.ts";
import { ResultsPage } from "../../../client/views/results-page.tsx";
import { buildAssets } from "../../../server/edge/assets.ts";
import { registerPages } from "../../../server/edge/pages.tsx";
import { type Edge, startEdge } from "../../support/start-edge.ts";
import { anyView } from "./client-fixtures.ts";

const assets = await buildAssets();

function startPages(): Promise<Edge> {
  return startEdge({ pages: (app, ports) => registerPages(app, { ...ports, assets }) });
}

async function pageOf(edge: Edge, code: string, headers: Record<string, string> = {}) {
  const answer = await edge.call(`/${code}/results`, { headers });
  const html = await answer.text();
  const json = /<script type="application\/json" id="data">(.*?)<\/script>/.exec(html)?.[1] ?? "null";
  return { answer, html, json, data: JSON.parse(json) };
}

/** The cells of the table's rows, as text. */
function rowsIn(html: string): string[][] {
  return [...html.matchAll(/<tr>(.*?)<\/tr>/g)].map(([, row = ""]) =>
    [...row.matchAll(/<t[hd][^>]*?(?:\/>|>(.*?)<\/t[hd]>)/g)].map(([, cell = ""]) =>
      cell.replace(/<[^>]*>/g, ""),
    ),
  );
}

/** A question whose ballots came 3 in the first step and 1 in the last. */
function question(parts: Partial<QuestionResults> = {}): QuestionResults {
  const ballots = Array.from({ length: 60 }, (_, at) => (at === 0 ? 3 : at === 59 ? 1 : 0));
  const timeline = { from: Date.UTC(2026, 5, 1, 12), to: Date.UTC(2026, 5, 1, 12, 10), ballots };
  return { view: anyView(), timeline, previous: null, history: null, ...parts };
}

const drawn = (...questions: QuestionResults[]) =>
  renderToString(
    <ResultsPage
      data={{ page: "results", room: null, questions, csrfToken: null }}
      notice={null}
      actions={null}
    />,
  );

describe("the page of the results", () => {
  test("[U70] without a script it has state, times, numbers, bars, table, timeline and what they are worth", async () => {
    await using edge = await startPages();
    const { pollId, path, host } = await edge.makePoll();
    for (const optionId of ["opt-2", "opt-2", "opt-1"]) {
      await edge.send("POST", `${path}/votes`, { optionId }, await edge.newVoter());
    }
    edge.clock.step(60_000);
    expect((await pageOf(edge, pollId)).html).toContain(texts.isSoFar);
    await edge.call(`${path}/close`, { method: "POST", headers: host });
    const { html, answer } = await pageOf(edge, pollId);
    expect(answer.status).toBe(200);
    for (const part of [
      "Tea or coffee?",
      everyPage.status.closed,
      texts.isFinal,
      '<time datetime="2026-06-01T12:00:00.000Z">Jun 1, 2026, 12:00 UTC</time>',
      '<time datetime="2026-06-01T12:01:00.000Z">Jun 1, 2026, 12:01 UTC</time>',
      `<caption>${texts.tableCaption}</caption>`,
      'class="timeline-area"',
      texts.oncePerBrowser,
    ]) {
      expect(html).toContain(part);
    }
    expect(rowsIn(html)).toEqual([
      [texts.option, texts.votesColumn, texts.percentColumn],
      ["Tea", "1", "33.3%"],
      ["Coffee", "2", "66.7%"],
      [texts.votersRow, "3", ""],
    ]);
    expect(html).not.toContain("export.csv");
    expect(html).toContain("chart.svg");
  });

  test("[U70] the timeline says in words what it draws", () => {
    const html = drawn(question());
    expect(html).toContain(texts.timelineAbout(4));
    expect(html).toContain(`${texts.peak(3, 10_000)} <time datetime="2026-06-01T12:00:00.000Z">12:00:00 UTC`);
    expect(html).toMatch(/ d="M0 30V1h1V30h1(V30h1){57}V[\d.]+h1V30Z"/);
    const unknown = question();
    expect(
      drawn({ ...unknown, timeline: unknown.timeline && { ...unknown.timeline, ballots: null } }),
    ).toContain(texts.noTimeline);
  });

  test("[U72] hidden results are in no part of the page, and it says why", async () => {
    await using edge = await startPages();
    const { pollId, path } = await edge.makePoll({ settings: { resultsVisibility: "afterClose" } });
    for (let votes = 0; votes < 3; votes += 1) {
      await edge.send("POST", `${path}/votes`, { optionId: "opt-2" }, await edge.newVoter());
    }
    const { html, json, data } = await pageOf(edge, pollId);
    expect(html).toContain(everyPage.hiddenBecause.afterClose);
    expect(html).not.toMatch(/<table|class="fill"|timeline-area|chart\.svg/);
    expect(json).not.toMatch(/"votes":|"percentage":|"average":/);
    expect(data.questions[0]).toMatchObject({ timeline: { ballots: null }, history: null });
    expect(data.questions[0].view.results).toMatchObject({ results: null, totalVotes: null });
  });

  test("[U78] the page does not say what its visitor chose, so it can be passed on", async () => {
    await using edge = await startPages();
    const { pollId, path } = await edge.makePoll();
    const voter = await edge.newVoter();
    await edge.send("POST", `${path}/votes`, { optionId: "opt-2" }, voter);
    const { html, data } = await pageOf(edge, pollId, voter);
    expect(html).not.toContain(everyPage.yourVote);
    expect(data.questions[0].view.poll.yourVote).toBeNull();
  });

  test("[U76] the same question asked again shows the last time and the change, by what the options say", async () => {
    await using edge = await startPages();
    const room = await edge.makeRoom([], { polls: [{ question: "Drink?", options: ["Tea", "Coffee"] }] });
    const [first = ""] = room.polls;
    await edge.send("POST", `${room.path}/go`, { pollId: first }, room.host);
    await edge.send("POST", `/api/polls/${first}/votes`, { optionId: "opt-1" }, await edge.newVoter());
    const made = await edge.send("POST", `/api/polls/${first}/again`, {}, room.host);
    const { pollId: second } = ((await made.json()) as { poll: { pollId: string } }).poll;
    await edge.send("PATCH", `/api/polls/${second}`, { options: ["Coffee", "Tea", "Water"] }, room.host);
    await edge.send("POST", `${room.path}/go`, { pollId: second }, room.host);
    for (const optionId of ["opt-1", "opt-2", "opt-2", "opt-3"]) {
      await edge.send("POST", `/api/polls/${second}/votes`, { optionId }, await edge.newVoter());
    }
    const { html } = await pageOf(edge, second);
    expect(rowsIn(html)).toEqual([
      [texts.option, texts.votesColumn, texts.percentColumn, texts.lastTime, texts.change],
      ["Coffee", "1", "25%", "0%", "+25"],
      ["Tea", "2", "50%", "100%", "−50"],
      ["Water", "1", "25%", "", texts.notLastTime],
      [texts.votersRow, "4", "", "1", ""],
    ]);
    expect(html).toContain(`href="/${first}/results"`);
  });

  test("[U3][U5] what looks like HTML is text, and nothing is styled or scripted in place", () => {
    const evil = `<img src=x onerror="alert(1)">`;
    const { poll, results } = anyView();
    const options = poll.options.map((option) => ({ ...option, label: evil }));
    const html = drawn(question({ view: { poll: { ...poll, question: evil, options }, results } }));
    expect(html).not.toContain("<img");
    expect(drawn(question())).not.toMatch(/\sstyle=|\son[a-z]+=/i);
  });
});

describe("the page of a room's results", () => {
  test("[U75] it has every question that was asked, one after another, and none that was not", async () => {
    await using edge = await startPages();
    const room = await edge.makeRoom(["First?", "Second?", "Third?"], { title: "Lesson 4" });
    expect((await pageOf(edge, room.roomId)).html).toContain(texts.nothingAsked);
    for (const pollId of room.polls.slice(0, 2)) {
      await edge.send("POST", `${room.path}/go`, { pollId }, room.host);
      await edge.send("POST", `/api/polls/${pollId}/votes`, { optionId: "opt-2" }, await edge.newVoter());
    }
    const { html, json } = await pageOf(edge, room.roomId);
    expect(html.match(/<h1[^>]*>(.*?)<\/h1>/)?.[1]).toBe("Lesson 4");
    expect([...html.matchAll(/<h2[^>]*>(.*?)<\/h2>/g)].map(([, heading]) => heading)).toEqual([
      "First?",
      "Second?",
    ]);
    expect(rowsIn(html).filter(([cell]) => cell === "No")).toEqual([
      ["No", "1", "100%"],
      ["No", "1", "100%"],
    ]);
    for (const pollId of room.polls.slice(0, 2)) expect(html).toContain(`href="/${pollId}/results"`);
    expect(json).not.toContain("Third?");
  });

  test("[U75][U72] each question is shown as far as the visitor may see it", async () => {
    await using edge = await startPages();
    const settings = { resultsVisibility: "afterClose" };
    const polls = ["Seen?", "Unseen?"].map((each, at) => ({
      question: each,
      options: ["Yes", "No"],
      ...(at === 1 && { settings }),
    }));
    const room = await edge.makeRoom([], { polls });
    for (const pollId of room.polls) {
      await edge.send("POST", `${room.path}/go`, { pollId }, room.host);
      await edge.send("POST", `/api/polls/${pollId}/votes`, { optionId: "opt-2" }, await edge.newVoter());
    }
    const { html, data } = await pageOf(edge, room.roomId);
    expect(html).toContain(everyPage.hiddenBecause.afterClose);
    expect([...html.matchAll(/<table/g)]).toHaveLength(1);
    const [seen, unseen] = data.questions;
    expect([seen.view.results.totalVotes, unseen.view.results.totalVotes]).toEqual([1, null]);
    expect(unseen.timeline.ballots).toBeNull();
  });
});
