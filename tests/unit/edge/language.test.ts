import { afterAll, expect, test } from "bun:test";
import { speak } from "../../../client/texts/spoken.ts";
import { buildAssets } from "../../../server/edge/assets.ts";
import { registerPages } from "../../../server/edge/pages.tsx";
import { LANGUAGES } from "../../../shared/languages.ts";
import { type Edge, startEdge } from "../../support/start-edge.ts";

const assets = await buildAssets();
const startPages = (): Promise<Edge> =>
  startEdge({ pages: (app, ports) => registerPages(app, { ...ports, assets }) });

// The tests of other files, in this same process, are spoken to in English.
afterAll(() => speak("en"));

/** The language that the home page answers in, by its root element and its script. */
async function spokenTo(edge: Edge, headers: Record<string, string>): Promise<string | undefined> {
  const answer = await edge.call("/", { headers });
  const html = await answer.text();
  const language = /<html lang="(\w+)"/.exec(html)?.[1];
  expect(answer.headers.get("content-language")).toBe(language ?? null);
  expect(html).toContain(`/assets/home-${language}-`);
  return language;
}

test.each([
  ["Japanese first", "ja,en;q=0.8", "ja"],
  ["Korean of Korea", "ko-KR,ko;q=0.9,en-US;q=0.8", "ko"],
  ["French, then Japanese", "fr-CH, fr;q=0.9, ja;q=0.7", "ja"],
  ["German", "de", "en"],
  ["anything", "*", "en"],
  ["nothing", "", "en"],
  ["what never ends", `${"x-".repeat(5_000)}ja`, "en"],
])("[U80] a browser that asks for %s", async (_, accepted, language) => {
  await using edge = await startPages();
  expect(await spokenTo(edge, { "accept-language": accepted })).toBe(language);
});

test("[U81] a chosen language is kept, before what the browser asks for, and leaves the address", async () => {
  await using edge = await startPages();
  const answer = await edge.call("/?code=hello&lang=ko");
  expect([answer.status, answer.headers.get("location")]).toEqual([303, "/?code=hello"]);
  const cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
  expect(await spokenTo(edge, { cookie, "accept-language": "ja" })).toBe("ko");
});

test.each([
  ["//elsewhere.test/?lang=ja", "/elsewhere.test/"],
  ["///elsewhere.test?lang=ja", "/elsewhere.test"],
  ["/\\elsewhere.test?lang=ja", "/elsewhere.test"],
  ["/.//elsewhere.test?code=1&lang=ja", "/elsewhere.test?code=1"],
])("[U81] choosing a language leads nowhere else: %s", async (typed, location) => {
  await using edge = await startPages();
  const answer = await edge.call(typed);
  expect([answer.status, answer.headers.get("location")]).toEqual([303, location]);
});

test("[U81] over HTTPS the choice travels by HTTPS alone", async () => {
  for (const [publicOrigin, secure] of [
    ["https://pollcast.test", true],
    ["http://pollcast.test", false],
  ] as const) {
    await using edge = await startEdge({
      settings: { publicOrigin },
      pages: (app, ports) => registerPages(app, { ...ports, assets }),
    });
    const cookie = (await edge.call("/?lang=ja")).headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/^pollcast_language=ja; .*HttpOnly/);
    expect(cookie.includes("Secure")).toBe(secure);
  }
});

test("[U81] what is no language of ours is passed over", async () => {
  await using edge = await startPages();
  expect((await edge.call("/?lang=xx")).status).toBe(200);
  expect(await spokenTo(edge, { cookie: "pollcast_language=__proto__" })).toBe("en");
});

test("[U82] pages answered at the same time keep to their languages", async () => {
  await using edge = await startPages();
  const asked = Array.from({ length: 60 }, (_, index) => Object.keys(LANGUAGES)[index % 3] ?? "en");
  const answered = await Promise.all(
    asked.map((language) => spokenTo(edge, { "accept-language": language })),
  );
  expect(answered).toEqual(asked);
});

test("[U83] every page offers every language by its own name", async () => {
  await using edge = await startPages();
  const { pollId } = await edge.makePoll();
  for (const path of ["/", "/login", `/${pollId}`, `/${pollId}/host`, `/${pollId}/results`, "/ZZZZZZZZ"]) {
    const html = await (await edge.call(path)).text();
    for (const [language, name] of Object.entries(LANGUAGES)) {
      const link = `<a href="${path}?lang=${language}" lang="${language}" hreflang="${language}">${name}</a>`;
      expect([path, html.includes(link)]).toEqual([path, true]);
    }
  }
});

test("[U83] the other languages of a page keep what its address asks for; what a form was sent to is no page", async () => {
  await using edge = await startPages();
  expect(await (await edge.call("/?code=hello")).text()).toContain('href="/?code=hello&amp;lang=ko"');
  const browser = edge.newBrowser();
  await browser.open("/login");
  const back = await browser.submit("/login/new", { email: "none", password: "none" });
  expect(await back.text()).toContain('href="/login?lang=ja"');
});
