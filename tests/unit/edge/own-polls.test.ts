import { expect, test } from "bun:test";
import type { PollView } from "../../../shared/messages.ts";
import type { CookieBrowser } from "../../support/cookie-browser.ts";
import { newPerson } from "../../support/cookie-browser.ts";
import { expectRefusal } from "../../support/expect-problem.ts";
import { type Edge, startEdge } from "../../support/start-edge.ts";

interface Page {
  readonly items: readonly {
    readonly pollId: string;
    readonly question: string;
    readonly status: string | null;
    readonly participantCount: number | null;
  }[];
  readonly nextCursor: string | null;
}

interface Made {
  readonly poll: PollView["poll"];
  readonly hostKey: string;
  readonly owned: boolean;
}

const host = async (edge: Edge) => (await edge.newBrowser().arrive()).signUp();
const list = async (browser: CookieBrowser, query = "") =>
  (await (await browser.call(`/api/polls${query}`)).json()) as Page;

async function make(browser: CookieBrowser, question = "Tea or coffee?", more: object = {}): Promise<Made> {
  const answer = await browser.json("POST", "/api/polls", { question, options: ["Tea", "Coffee"], ...more });
  expect(answer.status).toBe(201);
  return (await answer.json()) as Made;
}

test("[A37] a poll made while signed in is the account's, newest first, page by page, with its state", async () => {
  await using edge = await startEdge();
  const ann = await host(edge);
  for (const question of ["First?", "Second?", "Third?"]) {
    expect((await make(ann, question)).owned).toBe(true);
    edge.clock.step(1_000);
  }
  expect((await make(await host(edge), "Ben's?")).owned).toBe(true);
  const first = await list(ann, "?limit=2");
  expect(first.items.map(({ question }) => question)).toEqual(["Third?", "Second?"]);
  const rest = await list(ann, `?limit=2&cursor=${first.nextCursor}`);
  expect(rest).toMatchObject({
    items: [{ question: "First?", status: "open", participantCount: 0 }],
    nextCursor: null,
  });
  await expectRefusal(await ann.call("/api/polls?cursor=nonsense"), "BAD_MESSAGE");
  await expectRefusal(await ann.call("/api/polls?limit=0"), "BAD_MESSAGE");
  await expectRefusal(await ann.call("/api/polls?limit=101"), "BAD_MESSAGE");
  await expectRefusal(await edge.call("/api/polls"), "NOT_ALLOWED");
});

test("[A37] a guest's poll is nobody's; its key makes it the account's later, once", async () => {
  await using edge = await startEdge();
  const person = newPerson();
  const ann = await edge.newBrowser().arrive();
  const { poll, hostKey, owned } = await make(ann);
  expect(owned).toBe(false);
  await ann.signUp(person);
  expect((await list(ann)).items).toEqual([]);
  const claim = (browser: CookieBrowser, key: string) =>
    browser.json("POST", `/api/polls/${poll.pollId}/claim`, {}, { "x-host-key": key });
  await expectRefusal(await claim(ann, "not the key"), "NOT_ALLOWED");
  const claimed = await claim(ann, hostKey);
  expect([claimed.status, ((await claimed.json()) as PollView).poll.host]).toEqual([200, true]);
  expect((await claim(ann, hostKey)).status).toBe(200);
  expect((await list(ann)).items.map(({ pollId }) => pollId)).toEqual([poll.pollId]);
  await expectRefusal(await claim(await host(edge), hostKey), "CONFLICT");
  await expectRefusal(await claim(await edge.newBrowser().arrive(), hostKey), "NOT_ALLOWED");
});

test("[A38] its owner steers, reads and exports a poll without the key; another account and a guest do not", async () => {
  await using edge = await startEdge();
  const ann = await host(edge);
  const { poll } = await make(ann, "Whose?", { settings: { resultsVisibility: "afterClose" } });
  const path = `/api/polls/${poll.pollId}`;
  const seen = (await (await ann.call(path)).json()) as PollView;
  expect([seen.poll.host, seen.results.results === null]).toEqual([true, false]);
  const closed = await ann.json("POST", `${path}/close`, {});
  expect(((await closed.json()) as PollView).poll).toMatchObject({ status: "closed", host: true });
  expect((await ann.call(`${path}/export.csv`)).status).toBe(200);
  expect((await ann.call(`${path}/audit`)).status).toBe(200);

  for (const other of [await host(edge), await edge.newBrowser().arrive()]) {
    expect(((await (await other.call(path)).json()) as PollView).poll.host).toBe(false);
    await expectRefusal(await other.json("POST", `${path}/hide`, {}), "NOT_ALLOWED");
    await expectRefusal(await other.json("DELETE", path, {}), "NOT_ALLOWED");
    await expectRefusal(await other.call(`${path}/audit`), "NOT_ALLOWED");
  }
  expect((await ann.json("DELETE", path, {})).status).toBe(204);
  expect((await list(ann)).items).toEqual([]);
});

test("[A38] a session that has ended steers nothing any more, and neither does a deleted account's", async () => {
  await using edge = await startEdge();
  const ann = await host(edge);
  const { poll } = await make(ann);
  const old = edge.newBrowser();
  for (const [name, value] of ann.cookies) old.cookies.set(name, value);
  old.csrfToken = ann.csrfToken;
  await ann.json("POST", "/api/logout", {});
  await expectRefusal(await old.json("POST", `/api/polls/${poll.pollId}/close`, {}), "NOT_ALLOWED");
  expect(((await (await old.call(`/api/polls/${poll.pollId}`)).json()) as PollView).poll.host).toBe(false);
});
