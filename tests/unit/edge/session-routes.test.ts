import { expect, test } from "bun:test";
import type { CookieBrowser } from "../../support/cookie-browser.ts";
import { expectRefusal } from "../../support/expect-problem.ts";
import { startEdge } from "../../support/start-edge.ts";

const put = (browser: CookieBrowser, category: string, body: unknown) =>
  browser.json("PUT", `/api/session/${category}`, body);

test("[A35] GET /api/session says who is there and what is kept; a browser without anything is a guest", async () => {
  await using edge = await startEdge();
  const bare = await edge.call("/api/session");
  expect(await bare.json()).toEqual({
    signedIn: null,
    csrfToken: null,
    preferences: null,
    activity: null,
    scratch: null,
    fallbackMode: false,
    emergencyMode: false,
  });
  expect(bare.headers.getSetCookie()).toEqual([]);
  const browser = await (await edge.newBrowser().arrive()).signUp();
  await put(browser, "activity", { data: [1, "two", null] });
  const answer = await browser.call("/api/session");
  expect(answer.headers.get("cache-control")).toBe("no-store");
  expect(await answer.json()).toMatchObject({
    signedIn: { device: "A program", signedInAt: edge.clock.now() },
    csrfToken: browser.csrfToken,
    preferences: null,
    activity: { data: [1, "two", null], version: 1 },
  });
});

test("[A36] a browser writes preferences, activity and scratch, and nothing else", async () => {
  await using edge = await startEdge();
  const browser = await (await edge.newBrowser().arrive()).signUp();
  for (const category of ["preferences", "activity", "scratch"]) {
    expect((await put(browser, category, { data: { of: category } })).status).toBe(200);
  }
  const auth = { accountId: "somebody-else", signedInAt: 0, validFrom: 0, device: "none" };
  for (const category of ["auth", "csrf", "AUTH", "unknown", "__proto__", "constructor", "%61uth"]) {
    await expectRefusal(await put(browser, category, { data: auth }), "NOT_ALLOWED");
  }
  const { signedIn } = (await (await browser.call("/api/session")).json()) as { signedIn: object | null };
  expect(signedIn).not.toBeNull();
});

test("[A36] over an older version nothing is written; the refusal says which stands", async () => {
  await using edge = await startEdge();
  const browser = await edge.newBrowser().arrive();
  const write = async (body: object) => (await put(browser, "preferences", body)).json();
  expect(await write({ data: "first", version: 0 })).toEqual({ version: 1, durability: "durable" });
  expect(await write({ data: "second", version: 1 })).toMatchObject({ version: 2 });
  const refused = await expectRefusal(
    await put(browser, "preferences", { data: "late", version: 1 }),
    "CONFLICT",
  );
  expect(refused.version).toBe(2);
  expect(await write({ data: "third" })).toMatchObject({ version: 3 });
  const { preferences } = (await (await browser.call("/api/session")).json()) as { preferences: object };
  expect(preferences).toEqual({ data: "third", version: 3 });
});

test("[A36] 8 KiB of JSON are kept, a byte more is TOO_LARGE; what is no JSON or no version is BAD_MESSAGE", async () => {
  await using edge = await startEdge();
  const browser = await edge.newBrowser().arrive();
  const data = (bytes: number) => "ä".repeat((bytes - 2) / 2);
  expect((await put(browser, "scratch", { data: data(8 * 1024) })).status).toBe(200);
  await expectRefusal(await put(browser, "scratch", { data: `${data(8 * 1024)}x` }), "TOO_LARGE");
  for (const bad of [
    {},
    { data: 1, version: -1 },
    { data: 1, version: 1.5 },
    { data: 1, version: "1" },
    [],
    null,
  ]) {
    await expectRefusal(await put(browser, "scratch", bad), "BAD_MESSAGE");
  }
  const deep = `{"data":${"[".repeat(3_000)}${"]".repeat(3_000)}}`;
  const headers = { "content-type": "application/json", "x-csrf-token": browser.csrfToken ?? "" };
  const answer = await browser.call("/api/session/scratch", { method: "PUT", body: deep }, headers);
  expect(answer.status).toBe(200);
  expect((await browser.call("/api/session")).status).toBe(200);
});

test("[A36] what a guest kept goes along when the guest signs in, and ends with the session", async () => {
  await using edge = await startEdge();
  const browser = await edge.newBrowser().arrive();
  await put(browser, "preferences", { data: { theme: "dark" } });
  const guest = browser.session;
  await browser.signUp();
  const preferences = async () =>
    ((await (await browser.call("/api/session")).json()) as { preferences: object | null }).preferences;
  expect(await preferences()).toMatchObject({ data: { theme: "dark" } });
  const own = browser.session ?? "none";
  await browser.json("POST", "/api/logout", {});
  browser.cookies.set("pollcast_session", own);
  expect(await preferences()).toBeNull();

  // A cookie of a session that was revoked is not written to any more: the browser gets a new one.
  await browser.arrive();
  expect((await put(browser, "scratch", { data: 1 })).status).toBe(200);
  expect([own, guest]).not.toContain(browser.session);
});

test("[A36] a browser without a voter is told to get one first", async () => {
  await using edge = await startEdge();
  await expectRefusal(await put(edge.newBrowser(), "scratch", { data: 1 }), "NOT_ALLOWED");
});
