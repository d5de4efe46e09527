import { afterAll, expect, test } from "bun:test";
import * as en from "../../../client/texts/en.ts";
import * as ja from "../../../client/texts/ja.ts";
import * as ko from "../../../client/texts/ko.ts";
import { speak } from "../../../client/texts/spoken.ts";
import { buildAssets } from "../../../server/edge/assets.ts";
import { registerPages } from "../../../server/edge/pages.tsx";
import type { PollView, RoomUpdate } from "../../../shared/messages.ts";
import { type CookieBrowser, newPerson } from "../../support/cookie-browser.ts";
import { foreignIn } from "../../support/languages.ts";
import { type Edge, startEdge } from "../../support/start-edge.ts";

const assets = await buildAssets();
const startPages = (): Promise<Edge> =>
  startEdge({ pages: (app, ports) => registerPages(app, { ...ports, assets }) });
const LANGUAGES = ["en", "ja", "ko"] as const;
const catalogues = { en, ja, ko };
type Language = (typeof LANGUAGES)[number];

// The tests of other files, in this same process, are spoken to in English.
afterAll(() => speak("en"));

/** Without a word in any language: what people write is in theirs. */
const TEXT = { question: "1 + 1 = ?", options: ["2", "3"] };

/** What people see or hear of a page, without the switch of languages, which speaks all of them. */
async function wordsOf(answer: Response, codes: readonly string[]): Promise<string> {
  const html = (await answer.text()).replaceAll(
    /<(script|style|nav class="languages")[\s\S]*?<\/(script|style|nav)>/g,
    " ",
  );
  const attributes = [...html.matchAll(/ (?:aria-label|placeholder|title|alt)="([^"]*)"/g)].map(
    ([, text]) => text,
  );
  const shown = html.replaceAll(/<[^>]*>/g, " ");
  const known = [
    ...codes.flatMap((code) => [code, dashed(code)]),
    /(http:\/\/)?pollcast\.test\S*/g,
    /person-\d+@example\.org/g,
  ];
  return known.reduce<string>(
    (words, each) => words.replaceAll(each, " "),
    [shown, ...attributes].join("\n").replaceAll(/&[a-z#0-9]+;/g, " "),
  );
}

const dashed = (code: string) => `${code.slice(0, code.length / 2)}-${code.slice(code.length / 2)}`;

/** Somebody signed in who has an open poll with a vote, one that has closed, a draft, and a room at its second question. */
async function hostWithEverything(edge: Edge): Promise<{ browser: CookieBrowser; codes: readonly string[] }> {
  const browser = await (await edge.newBrowser().arrive()).signUp();
  const make = async (more: object) => {
    const made = await browser.json("POST", "/api/polls", { ...TEXT, ...more });
    expect(made.status).toBe(201);
    return ((await made.json()) as { poll: PollView["poll"] }).poll.pollId;
  };
  const open = await make({ kind: "multiple", settings: { allowChange: true } });
  const rating = await make({ kind: "rating", options: undefined });
  const draft = await make({ open: false });
  const closed = await make({ settings: { resultsVisibility: "afterClose" } });
  for (const pollId of [open, closed]) {
    const cast = await browser.json("POST", `/api/polls/${pollId}/votes`, { optionIds: ["opt-1"] });
    expect(cast.status).toBe(201);
  }
  expect((await browser.json("POST", `/api/polls/${closed}/close`, {})).status).toBe(200);
  const again = await browser.json("POST", `/api/polls/${closed}/again`, {});
  expect(again.status).toBe(201);
  const { poll } = (await again.json()) as { poll: PollView["poll"] };
  const made = await browser.json("POST", "/api/rooms", { polls: [TEXT, TEXT, TEXT] });
  const { room } = (await made.json()) as { room: RoomUpdate };
  const pollIds = room.polls.map(({ pollId }) => pollId);
  for (const pollId of pollIds.slice(0, 2)) {
    expect((await browser.json("POST", `/api/rooms/${room.roomId}/go`, { pollId })).status).toBe(200);
  }
  return { browser, codes: [open, rating, draft, closed, poll.pollId, room.roomId, ...pollIds] };
}

test.each(LANGUAGES)(
  "[U85] no page in %s says anything in another language, to its host or to a guest",
  async (language) => {
    await using edge = await startPages();
    const { browser, codes } = await hostWithEverything(edge);
    const paths = codes.flatMap((code) =>
      ["", "/host", "/present", "/results"].map((page) => `/${code}${page}`),
    );
    const own = [
      "/",
      "/?code=9",
      "/account",
      "/account?done=password",
      "/ZZZZZZZZ",
      `/?from=${codes[0]}`,
      ...paths,
    ];
    const guests = ["/", "/login", "/login?done=deleted", ...paths];
    const asked = { "accept-language": language };
    const strange: string[] = [];
    const judge = async (path: string, answer: Response) => {
      const html = answer.clone();
      expect([path, /<html lang="(\w+)"/.exec(await html.text())?.[1]]).toEqual([path, language]);
      const words = foreignIn(await wordsOf(answer, ["ZZZZZZZZ", ...codes]), language);
      if (words !== null) strange.push(`${path}: ${words}`);
    };
    for (const path of own) await judge(path, await browser.call(path, {}, asked));
    for (const path of guests) await judge(path, await edge.call(path, { headers: asked }));
    expect(strange).toEqual([]);
  },
);

/** Sends forms that are wrong in every way that one can be; what came back, by what was wrong. */
async function wrongForms(edge: Edge, language: Language): Promise<Map<string, Response>> {
  const headers = { "accept-language": language };
  const person = newPerson();
  const guest = edge.newBrowser();
  await guest.open("/login");
  const in_ = (fields: Record<string, string>, path = "/login/new") => guest.submit(path, fields, headers);
  const { email } = person;
  const back = new Map<string, Response>();
  back.set("wrongCredentials", await in_({ email, password: "the-wrong-password" }, "/login"));
  back.set("notAnEmail", await in_({ email: "none", password: person.password }));
  back.set("badPassword", await in_({ email, password: "short" }));
  expect((await in_({ ...person })).status).toBe(303);
  await guest.open("/account");
  const newPassword = "another good password";
  back.set("wrongPassword", await in_({ password: "no", newPassword }, "/account/password"));
  const other = edge.newBrowser();
  await other.open("/login");
  back.set("taken", await other.submit("/login/new", { ...person }, headers));
  other.csrfToken = "old";
  back.set("outOfDate", await other.submit("/login", { ...person }, headers));
  back.set("unreadable", await other.submit("/login", {}, { ...headers, "content-type": "text/plain" }));
  return back;
}

test.each(LANGUAGES)("[U87] what is wrong with a form of an account is said in %s", async (language) => {
  await using edge = await startPages();
  const { complaints } = catalogues[language].account;
  for (const [wrong, answer] of await wrongForms(edge, language)) {
    expect([wrong, answer.status >= 400]).toEqual([wrong, true]);
    const text = complaints[wrong as keyof typeof complaints];
    const words = typeof text === "function" ? text(10, 200) : text;
    const html = await answer.clone().text();
    expect([wrong, html.includes(words)]).toEqual([wrong, true]);
    expect([wrong, foreignIn(await wordsOf(answer, []), language)]).toEqual([wrong, null]);
  }
});

test.each(LANGUAGES)(
  "[U87] who tries too often, or comes where no accounts are, reads why in %s",
  async (language) => {
    const headers = { "accept-language": language };
    const words = catalogues[language].account;
    await using edge = await startEdge({
      pages: (app, ports) => registerPages(app, { ...ports, assets }),
      signInLimits: { triesHere: 1 },
    });
    const browser = edge.newBrowser();
    await browser.open("/login");
    const wrong = { email: "ann@example.org", password: "the-wrong-password" };
    await browser.submit("/login", wrong, headers);
    const crowded = await browser.submit("/login", wrong, headers);
    expect([crowded.status, (await crowded.text()).includes(words.complaints.tooOften(15))]).toEqual([
      429,
      true,
    ]);

    await using without = await startEdge({
      pages: (app, ports) => registerPages(app, { ...ports, assets }),
      wrapHosting: () => null,
    });
    const closed = await without.call("/login", { headers });
    expect([closed.status, (await closed.text()).includes(words.without)]).toEqual([422, true]);
  },
);

test("[U87] a program that calls the HTTP API is answered in English, whatever language it accepts", async () => {
  await using edge = await startPages();
  const headers = { "accept-language": "ja" };
  const answer = await edge.send("POST", "/api/login", { email: "ann@example.org", password: "x" }, headers);
  expect(await answer.text()).toContain("The e-mail or the password is not right.");
});

test("[A26] the list of one's polls leads to the page that steers and to the results, of rooms as of polls", async () => {
  await using edge = await startPages();
  const { browser, codes } = await hostWithEverything(edge);
  const [open, rating, draft, closed, again, room, ...asked] = codes;
  const html = await (await browser.call("/account")).text();
  for (const code of [open, rating, draft, closed, again, room])
    expect(html).toContain(`href="/${code}/host"`);
  for (const code of [open, rating, closed, again, room]) expect(html).toContain(`href="/${code}/results"`);
  expect(html).not.toContain(`href="/${draft}/results"`);
  // The questions of a room are steered from the room.
  for (const code of asked) expect(html).not.toContain(`href="/${code}`);
  expect(html.split(en.account.room)).toHaveLength(2);
});

test.each([
  ["en", "Firefox on Android"],
  ["ja", "AndroidのFirefox"],
  ["ko", "Android의 Firefox"],
] as const)("[U87] %s names the browsers of an account: %s", async (language, name) => {
  await using edge = await startPages();
  const headers = { "user-agent": "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0" };
  const person = newPerson();
  const phone = edge.newBrowser();
  await phone.call(
    "/api/accounts",
    { method: "POST", body: JSON.stringify(person) },
    {
      ...headers,
      "content-type": "application/json",
    },
  );
  const html = await (await phone.call("/account", {}, { "accept-language": language })).text();
  expect(html).toContain(name);
});
