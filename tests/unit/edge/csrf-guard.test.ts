import { expect, test } from "bun:test";
import type { CookieBrowser } from "../../support/cookie-browser.ts";
import { expectRefusal } from "../../support/expect-problem.ts";
import { type Edge, startEdge } from "../../support/start-edge.ts";

const POLL = { question: "Mine?", options: ["Yes", "No"] };
const PASSWORDS = { password: "correct horse battery staple", newPassword: "another good password" };

/** Every call that acts by the session cookie. */
function actingCalls(pollId: string): readonly (readonly [method: string, path: string, body: object])[] {
  return [
    ["POST", "/api/polls", POLL],
    ["POST", `/api/polls/${pollId}/hide`, {}],
    ["POST", `/api/polls/${pollId}/extend`, { seconds: 60 }],
    ["POST", `/api/polls/${pollId}/claim`, {}],
    ["PATCH", `/api/polls/${pollId}`, { question: "Whose?" }],
    ["DELETE", `/api/polls/${pollId}`, {}],
    ["PUT", "/api/session/preferences", { data: 1 }],
    ["PUT", "/api/account/password", PASSWORDS],
    ["DELETE", `/api/sessions/${"0".repeat(64)}`, {}],
    ["DELETE", "/api/account", { password: PASSWORDS.password }],
    ["POST", "/api/logout", {}],
    ["POST", "/api/logout", { everywhere: true }],
  ];
}

async function signedIn(edge: Edge): Promise<{ browser: CookieBrowser; pollId: string }> {
  const browser = await (await edge.newBrowser().arrive()).signUp();
  const made = (await (await browser.json("POST", "/api/polls", POLL)).json()) as {
    poll: { pollId: string };
  };
  return { browser, pollId: made.poll.pollId };
}

test("[A34] what acts by the session is refused without its token, with a wrong one and with a stranger's", async () => {
  await using edge = await startEdge();
  const { browser, pollId } = await signedIn(edge);
  const token = browser.csrfToken;
  const stranger = await (await edge.newBrowser().arrive()).signUp();
  const guest = await edge.newBrowser().arrive();
  for (const wrong of [null, "", "x".repeat(43), stranger.csrfToken, guest.csrfToken, "x".repeat(100)]) {
    browser.csrfToken = wrong;
    for (const [method, path, body] of actingCalls(pollId)) {
      const refused = await expectRefusal(await browser.json(method, path, body), "NOT_ALLOWED");
      expect([method, path, refused.errors?.[0]?.path]).toEqual([method, path, "X-CSRF-Token"]);
    }
  }
  browser.csrfToken = token;
  expect((await browser.call("/api/sessions")).status).toBe(200);
  expect((await browser.json("POST", `/api/polls/${pollId}/hide`, {})).status).toBe(200);
});

test("[A34] from another origin nothing is done, also with the right token; a form is no JSON", async () => {
  await using edge = await startEdge();
  const { browser, pollId } = await signedIn(edge);
  for (const [method, path, body] of actingCalls(pollId)) {
    for (const origin of ["http://evil.test", "null", "https://pollcast.test"]) {
      await expectRefusal(await browser.json(method, path, body, { origin }), "BAD_ORIGIN");
    }
  }
  const form = { question: "Mine?", options: "Yes" };
  await expectRefusal(await browser.submit("/api/polls", form), "BAD_MESSAGE");
  await expectRefusal(await browser.submit("/api/login", { email: "a@b.cd", password: "x" }), "BAD_MESSAGE");
  expect((await browser.call("/api/sessions")).status).toBe(200);
});

test("[A34] a guest's token is of this browser alone, and survives a rotated secret", async () => {
  const theme = { data: { theme: "dark" } };
  await using edge = await startEdge({ secrets: ["new secret", "old secret"] });
  const [ann, ben] = [await edge.newBrowser().arrive(), await edge.newBrowser().arrive()];
  const put = (browser: CookieBrowser) => browser.json("PUT", "/api/session/preferences", theme);
  const token = ann.csrfToken;
  ann.csrfToken = ben.csrfToken;
  await expectRefusal(await put(ann), "NOT_ALLOWED");
  ann.csrfToken = token;
  expect((await put(ann)).status).toBe(200);

  await using before = await startEdge({ secrets: ["old secret"] });
  const old = await before.newBrowser().arrive();
  const later = edge.newBrowser();
  for (const [name, value] of old.cookies) later.cookies.set(name, value);
  later.csrfToken = old.csrfToken;
  expect((await put(later)).status).toBe(200);
});

test("[A34] a poll's key steers without any token, whoever is signed in", async () => {
  await using edge = await startEdge();
  const { browser } = await signedIn(edge);
  const { path, host } = await edge.makePoll();
  browser.csrfToken = null;
  expect((await browser.json("POST", `${path}/hide`, {}, host)).status).toBe(200);
  const wrong = { "x-host-key": "not the key" };
  await expectRefusal(await browser.json("POST", `${path}/hide`, {}, wrong), "NOT_ALLOWED");
});
