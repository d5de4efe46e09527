import { expect, test } from "bun:test";
import { account as accountTexts } from "../../../client/texts/spoken.ts";
import { buildAssets } from "../../../server/edge/assets.ts";
import { registerPages } from "../../../server/edge/pages.tsx";
import { type CookieBrowser, newPerson } from "../../support/cookie-browser.ts";
import { expectRefusal } from "../../support/expect-problem.ts";
import { type Edge, startEdge } from "../../support/start-edge.ts";

const assets = await buildAssets();
const startPages = (): Promise<Edge> =>
  startEdge({ pages: (app, ports) => registerPages(app, { ...ports, assets }) });
const leadsTo = (answer: Response) => [answer.status, answer.headers.get("location")];
const PASSWORD = newPerson().password;

/** Signed up with the form, and on the account's page. */
async function atTheDesk(edge: Edge, person = newPerson()): Promise<CookieBrowser> {
  const browser = edge.newBrowser();
  await browser.open("/login");
  expect(leadsTo(await browser.submit("/login/new", { ...person }))).toEqual([303, "/account"]);
  await browser.open("/account");
  return browser;
}

test("[A42] sign up, in and out with plain forms and no script, each ending in a redirect", async () => {
  await using edge = await startPages();
  const person = newPerson();
  const browser = await atTheDesk(edge, person);
  const html = await browser.open("/account");
  expect(html).toContain(person.email);
  expect(html).not.toContain("<script");
  expect(leadsTo(await browser.call("/login"))).toEqual([303, "/account"]);
  expect(leadsTo(await browser.submit("/account/sign-out", {}))).toEqual([303, "/login?done=signedOut"]);
  expect(leadsTo(await browser.call("/account"))).toEqual([303, "/login"]);
  const login = await browser.open("/login?done=signedOut");
  expect(login).toContain(accountTexts.done.signedOut);
  expect(login).not.toContain("<script");
  expect(leadsTo(await browser.submit("/login", { ...person }))).toEqual([303, "/account"]);
});

test("[A42] a form that was wrong comes back with the words at their field and what was typed, never a password", async () => {
  await using edge = await startPages();
  const browser = edge.newBrowser();
  await browser.open("/login");
  const wrong = { email: "ann@example.org", password: "the-wrong-password" };
  const refused = await browser.submit("/login", wrong);
  expect(refused.status).toBe(403);
  const html = await refused.text();
  expect(html).toContain("The e-mail or the password is not right.");
  expect(html).toContain('value="ann@example.org"');
  expect(html).not.toContain(wrong.password);

  const up = await browser.submit("/login/new", { email: '"><b>x', password: "the-wrong-password" });
  expect(up.status).toBe(422);
  const again = await up.text();
  expect(again).toContain('id="new-email-error"');
  expect(again).toContain("&quot;>&lt;b>x");
  expect(again).not.toContain("<b>x");
  expect(again).not.toContain("the-wrong-password");
  for (const fields of [{}, { email: "ann@example.org" }, { email: "a".repeat(9_000), password: "x" }]) {
    expect((await browser.submit("/login", fields)).status).toBe(422);
  }
  expect((await browser.submit("/login", { email: "x".repeat(20_000) })).status).toBe(413);
});

test("[A34] a form without its page's token, with another browser's, or from another origin does nothing", async () => {
  await using edge = await startPages();
  const person = newPerson();
  const browser = await atTheDesk(edge, person);
  const token = browser.csrfToken;
  const forms: readonly (readonly [path: string, fields: Record<string, string>])[] = [
    ["/account/sign-out", {}],
    ["/account/sign-out", { everywhere: "yes" }],
    ["/account/revoke", { sessionId: "x" }],
    ["/account/password", { password: PASSWORD, newPassword: "another good password" }],
    ["/account/delete", { password: PASSWORD }],
  ];
  for (const wrong of ["", "x", (await edge.newBrowser().arrive()).csrfToken]) {
    browser.csrfToken = wrong;
    for (const [path, fields] of forms) {
      expect([path, (await browser.submit(path, fields)).status]).toEqual([path, 403]);
    }
  }
  browser.csrfToken = token;
  for (const [path, fields] of [...forms, ["/login", person], ["/login/new", newPerson()]] as const) {
    await expectRefusal(
      await browser.submit(path, { ...fields }, { origin: "http://evil.test" }),
      "BAD_ORIGIN",
    );
  }
  expect((await browser.call("/account")).status).toBe(200);

  const stranger = edge.newBrowser();
  await stranger.open("/login");
  stranger.csrfToken = token;
  const planted = await stranger.submit("/login", { ...person });
  expect([planted.status, stranger.session]).toEqual([403, undefined]);
});

test("[A40] the page lists browsers and signs one of them out", async () => {
  await using edge = await startPages();
  const person = newPerson();
  const phone = await atTheDesk(edge, person);
  const laptop = edge.newBrowser();
  await laptop.open("/login");
  await laptop.submit("/login", { ...person });
  const html = await laptop.open("/account");
  expect(html.split(accountTexts.thisBrowser)).toHaveLength(2);
  const sessionId = /name="sessionId" value="([^"]+)"/.exec(html)?.[1] ?? "";
  expect(sessionId).toMatch(/^[0-9a-f]{64}$/);
  const revoked = await laptop.submit("/account/revoke", { sessionId });
  expect(leadsTo(revoked)).toEqual([303, "/account?done=revoked"]);
  expect(leadsTo(await phone.call("/account"))).toEqual([303, "/login"]);
  expect(leadsTo(await laptop.submit("/account/revoke", { sessionId }))).toEqual([
    303,
    "/account?done=revoked",
  ]);
});

test("[A41] the page changes the password, signs out everywhere and deletes the account", async () => {
  await using edge = await startPages();
  const person = newPerson();
  const browser = await atTheDesk(edge, person);
  const newPassword = "another good password";
  const wrong = await browser.submit("/account/password", { password: "no", newPassword });
  expect(wrong.status).toBe(403);
  expect(await wrong.text()).toContain("The password is not right.");
  const changed = await browser.submit("/account/password", { password: PASSWORD, newPassword });
  expect(leadsTo(changed)).toEqual([303, "/account?done=password"]);
  await browser.open("/account");
  const out = await browser.submit("/account/sign-out", { everywhere: "yes" });
  expect(leadsTo(out)).toEqual([303, "/login?done=signedOutEverywhere"]);
  await browser.open("/login");
  await browser.submit("/login", { email: person.email, password: newPassword });
  await browser.open("/account");
  expect((await browser.submit("/account/delete", { password: "no" })).status).toBe(403);
  const deleted = await browser.submit("/account/delete", { password: newPassword });
  expect(leadsTo(deleted)).toEqual([303, "/login?done=deleted"]);
  expect(browser.session).toBeUndefined();
  await browser.open("/login");
  expect((await browser.submit("/login", { email: person.email, password: newPassword })).status).toBe(403);
});

test("[A38] an owner's own page of a poll shows what the host may see, with the token for steering", async () => {
  await using edge = await startPages();
  const ann = await (await edge.newBrowser().arrive()).signUp();
  const text = {
    question: "Hidden?",
    options: ["Tea", "Coffee"],
    settings: { resultsVisibility: "afterClose" },
  };
  const made = await ann.json("POST", "/api/polls", text);
  const { poll } = (await made.json()) as { poll: { pollId: string } };
  const own = await (await ann.call(`/${poll.pollId}`)).text();
  expect(own).toContain('class="bar');
  expect(own).toContain(ann.csrfToken ?? "no token");
  const guest = await (await edge.call(`/${poll.pollId}`)).text();
  expect(guest).not.toContain('class="bar');
  expect(guest).toContain('"csrfToken":null');
});

test("[A42] the head of the home page leads in, and to the polls of whoever is in; a code is still a code", async () => {
  await using edge = await startPages();
  const browser = edge.newBrowser();
  expect(await browser.open("/")).toContain('href="/login"');
  await browser.arrive();
  await browser.signUp();
  expect(await browser.open("/")).toContain('href="/account"');
  const { pollId } = await edge.makePoll();
  expect((await edge.call(`/${pollId}`)).status).toBe(200);
});

test.each([
  [0, "just now"],
  [89, "just now"],
  [120, "2 minutes ago"],
  [3_600, "60 minutes ago"],
  [7_200, "2 hours ago"],
  [3 * 86_400, "3 days ago"],
] as const)("[A42] %d s ago is said as people say it: %s", (seconds, words) => {
  expect(accountTexts.ago(seconds)).toBe(words);
});
