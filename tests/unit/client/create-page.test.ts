/** The form on the home page as the server renders it: empty, or filled from what was asked before. */
import { describe, expect, test } from "bun:test";
import { type CreateForm, openQuestion } from "../../../client/create-form.ts";
import type { HomeData } from "../../../client/page-data.ts";
import { home as texts } from "../../../client/texts/spoken.ts";
import { Definitions } from "../../../server/app/definitions.ts";
import { buildAssets } from "../../../server/edge/assets.ts";
import { registerPages } from "../../../server/edge/pages.tsx";
import { formatJoinCode } from "../../../shared/ids.ts";
import { newPerson } from "../../support/cookie-browser.ts";
import { type Edge, startEdge } from "../../support/start-edge.ts";
import { storeInOutage } from "../../support/store-in-outage.ts";

const assets = await buildAssets();

const startHome = () => startEdge({ pages: (app, ports) => registerPages(app, { ...ports, assets }) });

interface HomePage {
  readonly status: number;
  readonly html: string;
  readonly data: HomeData;
}

async function pageOf(answer: Response): Promise<HomePage> {
  const html = await answer.text();
  const json = /<script type="application\/json" id="data">(.*?)<\/script>/.exec(html)?.[1];
  return { status: answer.status, html, data: JSON.parse(json ?? "null") };
}

const homeFrom = async (edge: Edge, code: string, headers: Record<string, string> = {}) =>
  pageOf(await edge.call(`/?from=${code}`, { headers }));
const questionsOf = ({ questions }: CreateForm) => questions.map(({ question }) => question);

describe("the form filled from what was asked before", () => {
  test("[U34] a poll's text and settings are in the first answer, whatever it asks and however its code is written", async () => {
    await using edge = await startHome();
    const settings = { maxChoices: 2, allowChange: true, resultsVisibility: "afterClose" };
    const { pollId } = await edge.makePoll({
      kind: "multiple",
      options: ["Tea & milk", "<b>", "Juice"],
      durationSeconds: 90,
      settings,
    });
    const { status, html, data } = await homeFrom(edge, formatJoinCode(pollId).toLowerCase());
    expect(status).toBe(200);
    expect(html).toContain("Tea or coffee?</textarea>");
    expect(html).toContain('value="Tea &amp; milk"');
    expect(html).toContain("&lt;b>");
    expect(html).toMatch(/<option value="90" selected[^>]*>1:30<\/option>/);
    expect(html).toContain(texts.from.yes(formatJoinCode(pollId)));
    expect(data.form).toMatchObject({ shape: "poll", durationSeconds: 90, allowChange: true });
    expect(openQuestion(data.form)).toMatchObject({ kind: "multiple", maxChoices: 2 });
    expect(data.form.resultsVisibility).toBe("afterClose");
  });

  test("[U34] of a room everybody gets the questions that have been asked, its owner all of them", async () => {
    await using edge = await startHome();
    const ann = await (await edge.newBrowser().arrive()).signUp(newPerson());
    const polls = ["First?", "Second?"].map((question) => ({ question, options: ["Yes", "No"] }));
    const made = await ann.json("POST", "/api/rooms", { title: "Lesson 3", polls });
    const { room } = (await made.json()) as { room: { roomId: string; polls: { pollId: string }[] } };
    const { pollId } = room.polls[0] ?? {};
    expect((await ann.json("POST", `/api/rooms/${room.roomId}/go`, { pollId })).status).toBe(200);
    const guest = await homeFrom(edge, room.roomId);
    expect(guest.data.form).toMatchObject({ shape: "room", title: "Lesson 3" });
    expect(questionsOf(guest.data.form)).toEqual(["First?"]);
    expect(guest.html).not.toContain("Second?");
    const own = await pageOf(await ann.call(`/?from=${room.roomId}`));
    expect(questionsOf(own.data.form)).toEqual(["First?", "Second?"]);
  });

  test("[U34] a room before its first question gives its title and a blank one", async () => {
    await using edge = await startHome();
    const { roomId } = await edge.makeRoom(["Secret?"], { title: "Lesson 4" });
    const { html, data } = await homeFrom(edge, roomId);
    expect([data.form.title, questionsOf(data.form)]).toEqual(["Lesson 4", [""]]);
    expect(html).not.toContain("Secret?");
  });

  test.each(["ABCD1234", "ABC123", "hello", "%3Cscript%3E"])(
    "[U34] where there is nothing the form is empty and says so: %s",
    async (code) => {
      await using edge = await startHome();
      const { status, html, data } = await homeFrom(edge, code);
      expect([status, data.from?.found, questionsOf(data.form)]).toEqual([200, "unknown", [""]]);
      expect(html).toContain('class="origin notice"');
      expect(html).not.toContain("<script>");
    },
  );

  test("[U34] while the store does not answer the form is there all the same", async () => {
    const polls = storeInOutage();
    const definitions = new Definitions(polls);
    await using edge = await startEdge({
      pages: (app, ports) => registerPages(app, { ...ports, polls, definitions, assets }),
    });
    const { status, html, data } = await homeFrom(edge, "ABCD1234");
    expect([status, data.from?.found, questionsOf(data.form)]).toEqual([200, "away", [""]]);
    expect(html).toContain(texts.from.away("ABCD-1234"));
    await polls.close();
  });
});

test("[U36] without a script the page says that making needs one; a room's code is joined like a poll's", async () => {
  await using edge = await startHome();
  const { html } = await pageOf(await edge.call("/"));
  expect(html).toContain(`<noscript><p class="needs-script">${texts.needsScript}</p></noscript>`);
  const answer = await edge.call("/?code=abc-12o");
  expect([answer.status, answer.headers.get("location")]).toEqual([303, "/ABC120"]);
});
