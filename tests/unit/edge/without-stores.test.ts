import { describe, expect, test } from "bun:test";
import { Outage } from "../../../server/app/outage.ts";
import type { AccountStore, SessionStore } from "../../../server/app/session-ports.ts";
import { buildAssets } from "../../../server/edge/assets.ts";
import type { Hosting } from "../../../server/edge/hosting.ts";
import { registerPages } from "../../../server/edge/pages.tsx";
import type { PollView } from "../../../shared/messages.ts";
import { newPerson } from "../../support/cookie-browser.ts";
import { expectRefusal } from "../../support/expect-problem.ts";
import { type Edge, type EdgeParts, startEdge } from "../../support/start-edge.ts";

const assets = await buildAssets();
const pages: NonNullable<EdgeParts["pages"]> = (app, ports) => registerPages(app, { ...ports, assets });

/** What is away: both stores, or the database alone. */
type Away = "nothing" | "everything" | "database";

/** The edge on its real stores, which can be taken away from under it. */
async function startBreakable(): Promise<Edge & { away(what: Away): void }> {
  let away: Away = "nothing";
  const gone = () => Promise.reject(new Outage("DynamoDB", 1_000, new Error("away for a test")));
  const edge = await startEdge({ pages, wrapHosting: (hosting) => breakable(hosting, () => away, gone) });
  return Object.assign(edge, {
    away: (what: Away) => {
      away = what;
    },
  });
}

function breakable(hosting: Hosting, away: () => Away, gone: () => Promise<never>): Hosting {
  const sessions: SessionStore = {
    create: (...call) => (away() === "everything" ? gone() : hosting.sessions.create(...call)),
    write: (...call) => (away() === "everything" ? gone() : hosting.sessions.write(...call)),
    revoke: (...call) => (away() === "everything" ? gone() : hosting.sessions.revoke(...call)),
    list: (...call) => (away() === "nothing" ? hosting.sessions.list(...call) : gone()),
    touch: (sessionId) => hosting.sessions.touch(sessionId),
    close: () => hosting.sessions.close(),
    read: async (sessionId, category) => {
      if (away() !== "everything") return hosting.sessions.read(sessionId, category);
      return category === "auth" || category === "csrf" ? { kind: "emergency" } : { kind: "off" };
    },
  };
  const accounts = new Proxy(hosting.accounts, {
    get: (store, verb: keyof AccountStore) => (away() === "nothing" ? store[verb].bind(store) : gone),
  });
  return { ...hosting, sessions, accounts };
}

describe("in an emergency", () => {
  test("[A45] a visitor is a guest and the pages work; the session says what it is", async () => {
    await using edge = await startBreakable();
    const ann = await (await edge.newBrowser().arrive()).signUp();
    const { pollId } = await edge.makePoll();
    edge.away("everything");
    const session = await (await ann.call("/api/session")).json();
    expect(session).toMatchObject({
      signedIn: null,
      emergencyMode: true,
      fallbackMode: false,
      preferences: null,
    });
    for (const path of ["/", `/${pollId}`, "/login"])
      expect([path, (await ann.call(path)).status]).toEqual([path, 200]);
    const account = await ann.call("/account");
    expect(account.status).toBe(503);
    expect(await account.text()).toContain("cannot be reached");
    edge.away("nothing");
    expect(await (await ann.call("/api/session")).json()).toMatchObject({ emergencyMode: false });
    expect((await ann.call("/account")).status).toBe(200);
  });

  test("[A45] host actions by session fail closed and say so; those by key go on, and so does voting", async () => {
    await using edge = await startBreakable();
    const ann = await (await edge.newBrowser().arrive()).signUp();
    const made = await ann.json("POST", "/api/polls", { question: "Mine?", options: ["Yes", "No"] });
    const { poll, hostKey } = (await made.json()) as { poll: PollView["poll"]; hostKey: string };
    const path = `/api/polls/${poll.pollId}`;
    edge.away("everything");
    const refused = await expectRefusal(await ann.json("POST", `${path}/close`, {}), "UNAVAILABLE");
    expect(refused.detail).toContain("host key");
    await expectRefusal(await ann.call(`${path}/audit`), "UNAVAILABLE");
    expect(((await (await ann.call(path)).json()) as PollView).poll.host).toBe(false);
    expect((await ann.json("POST", `${path}/votes`, { optionId: "opt-1" })).status).toBe(201);
    const byKey = await ann.json("POST", `${path}/close`, {}, { "x-host-key": hostKey });
    expect(byKey.status).toBe(200);
  });

  test("[A45] nobody signs in, up or out; the browser keeps its cookie for later", async () => {
    await using edge = await startBreakable();
    const person = newPerson();
    const ann = await (await edge.newBrowser().arrive()).signUp(person);
    edge.away("everything");
    await expectRefusal(await edge.send("POST", "/api/login", person), "UNAVAILABLE");
    await expectRefusal(await edge.send("POST", "/api/accounts", newPerson()), "UNAVAILABLE");
    await expectRefusal(await ann.json("POST", "/api/logout", {}), "UNAVAILABLE");
    await expectRefusal(await ann.json("PUT", "/api/session/scratch", { data: 1 }), "UNAVAILABLE");
    expect(ann.session).toBeString();
    const stranger = edge.newBrowser();
    await stranger.open("/login");
    const back = await stranger.submit("/login", { ...person });
    expect(back.status).toBe(503);
    const html = await back.text();
    expect(html).toContain("cannot be reached just now");
    expect(html).toContain(`value="${person.email}"`);
  });
});

test("[A45] without the database a signed-in host stays signed in; what cannot be read is left out", async () => {
  await using edge = await startBreakable();
  const ann = await (await edge.newBrowser().arrive()).signUp();
  edge.away("database");
  expect(await (await ann.call("/api/session")).json()).toMatchObject({ signedIn: { email: null } });
  const html = await ann.open("/account");
  expect(html).toContain("The list of your polls cannot be read just now.");
  expect(html).toContain("The list of your browsers cannot be read just now.");
  const made = await ann.json("POST", "/api/polls", { question: "Mine?", options: ["Yes", "No"] });
  const { poll, hostKey, owned } = (await made.json()) as {
    poll: PollView["poll"];
    hostKey: string;
    owned: boolean;
  };
  expect([made.status, owned]).toEqual([201, false]);
  edge.away("nothing");
  const claim = `/api/polls/${poll.pollId}/claim`;
  expect((await ann.json("POST", claim, {}, { "x-host-key": hostKey })).status).toBe(200);
});

test("[A44] without a database there are no accounts, in a sentence that says what is needed; voting needs none", async () => {
  await using edge = await startEdge({ pages, wrapHosting: () => null });
  const browser = await edge.newBrowser().arrive();
  expect(browser.csrfToken).toBeNull();
  const calls: readonly (readonly [method: string, path: string, body: object])[] = [
    ["POST", "/api/accounts", newPerson()],
    ["POST", "/api/login", newPerson()],
    ["POST", "/api/logout", {}],
    ["PUT", "/api/account/password", { password: "x", newPassword: "y" }],
    ["DELETE", "/api/account", { password: "x" }],
    ["DELETE", "/api/sessions/abc", {}],
    ["PUT", "/api/session/scratch", { data: 1 }],
  ];
  for (const [method, path, body] of calls) {
    const { detail } = await expectRefusal(await browser.json(method, path, body), "NOT_SUPPORTED");
    expect(detail).toContain("DYNAMODB_TABLE");
  }
  for (const path of ["/api/sessions", "/api/polls"])
    await expectRefusal(await browser.call(path), "NOT_SUPPORTED");
  for (const path of ["/login", "/account"]) expect((await browser.call(path)).status).toBe(422);
  expect(await browser.open("/")).not.toContain("/login");
  const { path, host } = await edge.makePoll();
  expect((await browser.json("POST", `${path}/votes`, { optionId: "opt-1" })).status).toBe(201);
  expect((await browser.json("POST", `${path}/close`, {}, host)).status).toBe(200);
});
