import { describe, expect, test } from "bun:test";
import { everyPage, home, voter as texts } from "../../../client/texts/spoken.ts";
import { buildAssets } from "../../../server/edge/assets.ts";
import { openedScreen, type Tried } from "../../../server/edge/opened-screen.ts";
import { registerPages } from "../../../server/edge/pages.tsx";
import { type Edge, type EdgeParts, ORIGIN, startEdge } from "../../support/start-edge.ts";
import { storeInOutage } from "../../support/store-in-outage.ts";
import { anyView } from "../client/client-fixtures.ts";

const assets = await buildAssets();

function startPages(parts: EdgeParts = {}): Promise<Edge> {
  return startEdge({ ...parts, pages: (app, ports) => registerPages(app, { ...ports, assets }) });
}

interface Sent {
  /** The question that was shown. */
  readonly poll: string;
  readonly choice?: readonly string[];
}

/** Sends the plain form of the page at `code`, as a browser without a script does. */
function vote(
  edge: Edge,
  code: string,
  { poll, choice = [] }: Sent,
  headers: Record<string, string> = {},
): Promise<Response> {
  const form = new URLSearchParams([["poll", poll], ...choice.map((optionId) => ["choice", optionId])]);
  const type = "application/x-www-form-urlencoded";
  return edge.call(`/${code}/vote`, {
    method: "POST",
    body: form.toString(),
    redirect: "manual",
    headers: { "content-type": type, origin: ORIGIN, ...headers },
  });
}

const ticked = (html: string) =>
  [...html.matchAll(/<input type="(?:radio|checkbox)"[^>]*>/g)]
    .filter(([input]) => input.includes("checked"))
    .map(([input]) => /value="([^"]+)"/.exec(input)?.[1]);

/** Status, the words at the form, and what is ticked in it. */
async function cameBack(answer: Response) {
  const html = await answer.text();
  const notice = /role="alert"[^>]*>([^<]*)</.exec(html)?.[1];
  return {
    status: answer.status,
    notice,
    ticked: ticked(html),
    hasForm: html.includes('<form class="ballot"'),
  };
}

describe("the plain form", () => {
  test("[U41] a vote is counted and leads to the page, which says so; sending it again counts once", async () => {
    await using edge = await startPages();
    const { pollId } = await edge.makePoll();
    const voter = await edge.newVoter();
    for (let time = 0; time < 2; time++) {
      const answer = await vote(edge, pollId, { poll: pollId, choice: ["opt-2"] }, voter);
      expect([answer.status, answer.headers.get("location")]).toEqual([303, `/${pollId}`]);
    }
    const html = await (await edge.call(`/${pollId}`, { headers: voter })).text();
    expect(html).toContain(`<strong>${texts.counted}</strong>`);
    expect(html).toContain(everyPage.voted(1));
  });

  test("[U41] script and form of one browser are one voter: whichever comes second is a repeat or refused", async () => {
    await using edge = await startPages();
    const { pollId, path } = await edge.makePoll();
    const voter = await edge.newVoter();
    await edge.send("POST", `${path}/votes`, { optionId: "opt-2", revision: Date.now() }, voter);
    expect((await vote(edge, pollId, { poll: pollId, choice: ["opt-2"] }, voter)).status).toBe(303);
    expect((await vote(edge, pollId, { poll: pollId, choice: ["opt-1"] }, voter)).status).toBe(409);
    const html = await (await edge.call(`/${pollId}`, { headers: voter })).text();
    expect(html).toContain(everyPage.voted(1));
  });

  test("[U41] what is not a choice comes back with words at the form and what was ticked", async () => {
    await using edge = await startPages();
    const text = { kind: "multiple", options: ["a", "b", "c"], settings: { maxChoices: 2 } };
    const { pollId } = await edge.makePoll(text);
    const voter = await edge.newVoter();
    const send = async (...choice: string[]) =>
      cameBack(await vote(edge, pollId, { poll: pollId, choice }, voter));
    const form = { hasForm: true };
    expect(await send()).toEqual({ ...form, status: 422, notice: texts.chooseFirst, ticked: [] });
    const all = ["opt-1", "opt-2", "opt-3"];
    const tooMany = { status: 422, notice: texts.refused.TOO_MANY_OPTIONS, ticked: all };
    expect(await send(...all)).toEqual({ ...form, ...tooMany });
    const unknown = { status: 422, notice: texts.refused.UNKNOWN_OPTION, ticked: ["opt-1"] };
    expect(await send("opt-1", "opt-9")).toEqual({ ...form, ...unknown });
    expect((await vote(edge, pollId, { poll: pollId, choice: ["opt-1", "opt-3"] }, voter)).status).toBe(303);
  });

  test("[U41] a second choice is refused where the first stands, and taken where it may be changed", async () => {
    await using edge = await startPages();
    const voter = await edge.newVoter();
    const fixed = (await edge.makePoll()).pollId;
    await vote(edge, fixed, { poll: fixed, choice: ["opt-1"] }, voter);
    const refused = await cameBack(await vote(edge, fixed, { poll: fixed, choice: ["opt-2"] }, voter));
    expect(refused).toEqual({ status: 409, notice: texts.refused.ALREADY_VOTED, ticked: [], hasForm: false });

    const free = (await edge.makePoll({ settings: { allowChange: true } })).pollId;
    await vote(edge, free, { poll: free, choice: ["opt-1"] }, voter);
    const open = await cameBack(await edge.call(`/${free}?change=`, { headers: voter }));
    expect(open).toEqual({ status: 200, notice: "", ticked: ["opt-1"], hasForm: true });
    expect((await vote(edge, free, { poll: free, choice: ["opt-2"] }, voter)).status).toBe(303);
    const html = await (await edge.call(`/${free}`, { headers: voter })).text();
    expect(html).toContain('<span dir="auto">Coffee</span>');
    expect(html).toContain(everyPage.voted(1));
    // What may not be changed is not opened by an address either.
    expect(await cameBack(await edge.call(`/${fixed}?change=`, { headers: voter }))).toMatchObject({
      hasForm: false,
    });
  });

  test("[U41] before and after its time a poll takes no vote, and says which", async () => {
    await using edge = await startPages();
    const voter = await edge.newVoter();
    const draft = (await edge.makePoll({ open: false })).pollId;
    const early = await cameBack(await vote(edge, draft, { poll: draft, choice: ["opt-1"] }, voter));
    expect(early).toMatchObject({ status: 409, notice: texts.refused.POLL_NOT_OPEN, hasForm: false });
    const closed = await edge.makePoll();
    await edge.call(`${closed.path}/close`, { method: "POST", headers: closed.host });
    edge.clock.step(10_000);
    const sent = { poll: closed.pollId, choice: ["opt-1"] };
    const late = await cameBack(await vote(edge, closed.pollId, sent, voter));
    expect(late).toMatchObject({ status: 410, notice: texts.refused.POLL_CLOSED, hasForm: false });
    const nowhere = await vote(edge, "ABCD1234", { poll: "ABCD1234", choice: ["opt-1"] }, voter);
    expect(nowhere.status).toBe(404);
  });

  test("[U41] a browser that keeps no cookies is told so, keeps its choice, and is given a voter once more", async () => {
    await using edge = await startPages();
    const { pollId } = await edge.makePoll();
    const answer = await vote(edge, pollId, { poll: pollId, choice: ["opt-2"] });
    expect(answer.headers.get("set-cookie")).toStartWith("pollcast_voter=");
    expect(await cameBack(answer)).toEqual({
      status: 403,
      notice: texts.refused.NO_VOTER,
      ticked: ["opt-2"],
      hasForm: true,
    });
  });

  test("[U41] the same limits as for calls: too many at once come back with when to try again", async () => {
    await using edge = await startPages({ limits: { ballotsPerSecond: 1 } });
    const { pollId } = await edge.makePoll({ settings: { allowChange: true } });
    const voter = await edge.newVoter();
    const send = (optionId: string) => vote(edge, pollId, { poll: pollId, choice: [optionId] }, voter);
    for (const optionId of ["opt-1", "opt-2"]) expect((await send(optionId)).status).toBe(303);
    const crowded = await send("opt-1");
    expect(Number(crowded.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await cameBack(crowded)).toMatchObject({
      status: 429,
      notice: texts.refused.RATE_LIMITED,
      ticked: ["opt-1"],
    });
  });

  test("[U41] a store that does not answer takes no vote, and the page says when it comes back", async () => {
    const polls = storeInOutage();
    await using edge = await startEdge({
      pages: (app, ports) => registerPages(app, { ...ports, polls, assets }),
    });
    const { pollId } = await edge.makePoll();
    const answer = await vote(edge, pollId, { poll: pollId, choice: ["opt-2"] }, await edge.newVoter());
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "2"]);
    expect(await answer.text()).toContain(home.outOfReachTitle);
    await polls.close();
  });

  test("[U41] a page of another origin votes for nobody", async () => {
    await using edge = await startPages();
    const { pollId } = await edge.makePoll();
    const voter = await edge.newVoter();
    const sent = { poll: pollId, choice: ["opt-1"] };
    const foreign = await vote(edge, pollId, sent, { ...voter, origin: "http://elsewhere.test" });
    expect(foreign.status).toBe(403);
    expect(await (await edge.call(`/${pollId}`)).text()).toContain(everyPage.voted(0));
  });

  test("[U41] what is no form, or a form of something else, is refused with the page", async () => {
    await using edge = await startPages();
    const { pollId } = await edge.makePoll();
    const json = await edge.send("POST", `/${pollId}/vote`, { poll: pollId }, await edge.newVoter());
    expect(json.status).toBe(400);
    const none = await vote(edge, pollId, { poll: "nothing" }, await edge.newVoter());
    expect(await cameBack(none)).toMatchObject({ status: 400, notice: texts.notTaken });
    const again = await edge.call(`/${pollId}/vote`, { redirect: "manual" });
    expect([again.status, again.headers.get("location")]).toEqual([303, `/${pollId}`]);
    const elsewhere = await edge.call("/%2F%2Felsewhere.test/vote", { redirect: "manual" });
    expect([elsewhere.status, elsewhere.headers.get("location")]).toEqual([303, "/"]);
  });
});

describe("what the page begins with", () => {
  const shown = { room: null, view: anyView() };
  const tried = (why: Tried["why"], optionIds = ["opt-2"]) =>
    openedScreen(shown, { changing: false, tried: { optionIds, why } }).poll;

  test("[U41] received, not yet durable: it says so, and the choice is still ticked, to be sent again", () => {
    expect(tried("sendAgain")).toMatchObject({
      notice: texts.sendAgain,
      ballot: { phase: "chosen", optionIds: ["opt-2"] },
    });
  });

  test("[U41] a refusal without words of its own has words all the same, never the server's", () => {
    expect(tried("CONFLICT")?.notice).toBe(texts.notTaken);
    expect(tried("ALREADY_VOTED")?.ballot.phase).toBe("none");
  });
});

describe("in a room", () => {
  test("[U41][U40] a vote goes to the question that was shown, also when the room has moved on", async () => {
    await using edge = await startPages();
    const { roomId, polls, path, host } = await edge.makeRoom(["One?", "Two?"]);
    const [first = "", second = ""] = polls;
    const voter = await edge.newVoter();
    await edge.send("POST", `${path}/go`, { pollId: first }, host);
    const page = await (await edge.call(`/${roomId}`, { headers: voter })).text();
    expect(page).toContain(`action="/${roomId}/vote"`);
    expect(page).toContain(`<input type="hidden" name="poll" value="${first}"`);
    const there = await vote(edge, roomId, { poll: first, choice: ["opt-1"] }, voter);
    expect(there.headers.get("location")).toBe(`/${roomId}`);

    const late = await edge.newVoter();
    await edge.send("POST", `${path}/go`, { pollId: second }, host);
    const behind = await vote(edge, roomId, { poll: first, choice: ["opt-2"] }, late);
    expect([behind.status, behind.headers.get("location")]).toEqual([303, `/${first}`]);
    const own = await (await edge.call(`/${first}`, { headers: late })).text();
    expect(own).toContain(everyPage.voted(2));
    expect(own).toContain(`href="/${roomId}"`);
    const next = await (await edge.call(`/${second}`, { headers: late })).text();
    expect(next).toContain(everyPage.voted(0));
  });

  test("[U40] the first answer has the live question, where it stands, and the earlier ones", async () => {
    await using edge = await startPages();
    const { roomId, polls, path, host } = await edge.makeRoom(["One?", "Two?", "Three?"], {
      title: "All hands",
    });
    const lobby = await (await edge.call(`/${roomId}`)).text();
    expect(lobby).toContain(texts.waiting);
    expect(lobby).not.toContain("One?");
    for (const pollId of polls.slice(0, 2)) await edge.send("POST", `${path}/go`, { pollId }, host);
    const html = await (await edge.call(`/${roomId}`)).text();
    expect(html).toMatch(/<h1[^>]*>Two\?<\/h1>/);
    expect(html).toContain(everyPage.questionOf(2, 3));
    expect(html).toContain("All hands");
    expect(html).toContain(`<a class="onward" href="/${polls[0]}" dir="auto">One?</a>`);
    expect(html).not.toContain("Three?");
  });
});
