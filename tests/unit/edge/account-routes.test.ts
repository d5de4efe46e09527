import { expect, test } from "bun:test";
import { newPerson } from "../../support/cookie-browser.ts";
import { expectRefusal, type Problem } from "../../support/expect-problem.ts";
import { startEdge } from "../../support/start-edge.ts";

interface Session {
  readonly signedIn: { readonly email: string; readonly device: string } | null;
  readonly csrfToken: string;
}

test("[A31] signing up signs in; signing out ends it; the voter stays the same through all of it", async () => {
  await using edge = await startEdge();
  const person = newPerson();
  const browser = await edge.newBrowser().arrive();
  const voter = browser.cookies.get("pollcast_voter");
  const session = async () => (await (await browser.call("/api/session")).json()) as Session;
  expect((await session()).signedIn).toBeNull();
  await browser.signUp(person);
  expect((await session()).signedIn).toMatchObject({ email: person.email, device: "A program" });
  expect((await browser.json("POST", "/api/logout", {})).status).toBe(204);
  expect(browser.session).toBeUndefined();
  expect((await session()).signedIn).toBeNull();
  await browser.arrive();
  await browser.signIn(person);
  expect((await session()).csrfToken).toBe(browser.csrfToken ?? "");
  const next = { password: person.password, newPassword: "another good password" };
  expect((await browser.json("PUT", "/api/account/password", next)).status).toBe(200);
  expect(browser.cookies.get("pollcast_voter")).toBe(voter);
});

test("[A32] a session that was planted or was there before is never the one that is signed in", async () => {
  await using edge = await startEdge();
  const person = newPerson();
  const attacker = await edge.newBrowser().arrive();
  await attacker.json("PUT", "/api/session/preferences", { data: { theme: "dark" } });
  const planted = attacker.session ?? "none";
  const victim = await edge.newBrowser().arrive();
  victim.cookies.set("pollcast_session", planted);
  await victim.signUp(person);
  expect(victim.session).not.toBe(planted);
  const seen = (await (await attacker.call("/api/session")).json()) as Session;
  expect(seen.signedIn).toBeNull();

  const first = victim.session;
  await victim.signIn(person);
  expect(victim.session).not.toBe(first);
  const old = edge.newBrowser();
  old.cookies.set("pollcast_session", first ?? "none");
  expect(((await (await old.call("/api/session")).json()) as Session).signedIn).toBeNull();
});

test("[A33] an unknown e-mail and a wrong password are answered alike, to the letter", async () => {
  await using edge = await startEdge();
  const person = newPerson();
  await (await edge.newBrowser().arrive()).signUp(person);
  const ask = async (email: string) => {
    const answer = await edge.send("POST", "/api/login", { email, password: "not the password" });
    const headers = Object.fromEntries([...answer.headers].filter(([name]) => name !== "date"));
    return { status: answer.status, headers, body: await answer.text() };
  };
  const known = await ask(person.email);
  expect(known.status).toBe(403);
  expect(await ask("nobody@example.org")).toEqual(known);
  expect(await ask("no address at all")).toEqual(known);
});

test("[A33] what cannot be an account is refused with the field that is wrong; a used e-mail is a conflict", async () => {
  await using edge = await startEdge();
  const person = newPerson();
  await (await edge.newBrowser().arrive()).signUp(person);
  const fieldOf = ({ errors }: Problem) => errors?.[0]?.path;
  const make = (body: unknown) => edge.send("POST", "/api/accounts", body);
  expect(fieldOf(await expectRefusal(await make({ ...person, email: "ann" }), "BAD_MESSAGE"))).toBe("email");
  expect(fieldOf(await expectRefusal(await make({ ...person, password: "short" }), "BAD_MESSAGE"))).toBe(
    "password",
  );
  expect(fieldOf(await expectRefusal(await make({ email: person.email }), "BAD_MESSAGE"))).toBe("password");
  await expectRefusal(await make({ ...person, password: "p".repeat(1_001) }), "BAD_MESSAGE");
  await expectRefusal(await make({ ...person, email: `${"a".repeat(400)}@example.org` }), "BAD_MESSAGE");
  await expectRefusal(await make({ email: { length: { valueOf: 1 } }, password: [] }), "BAD_MESSAGE");
  const taken = await make({ ...person, email: person.email.toUpperCase() });
  expect(fieldOf(await expectRefusal(taken, "CONFLICT"))).toBe("email");
});

test("[A40] the account sees where it is signed in, and one browser can sign another out", async () => {
  await using edge = await startEdge();
  const person = newPerson();
  const [phone, laptop] = [await edge.newBrowser().arrive(), await edge.newBrowser().arrive()];
  await phone.signUp(person);
  edge.clock.step(1_000);
  await laptop.signIn(person);
  interface Listed {
    readonly items: readonly {
      readonly sessionId: string;
      readonly device: string;
      readonly present: boolean;
    }[];
  }
  const list = async () => ((await (await laptop.call("/api/sessions")).json()) as Listed).items;
  const listed = await list();
  expect(listed.map(({ present }) => present)).toEqual([true, false]);
  const { sessionId = "" } = listed[1] ?? {};
  expect((await laptop.json("DELETE", `/api/sessions/${sessionId}`, {})).status).toBe(204);
  expect(await list()).toHaveLength(1);
  await expectRefusal(await phone.call("/api/sessions"), "NOT_ALLOWED");

  const stranger = await (await edge.newBrowser().arrive()).signUp();
  const own = listed[0]?.sessionId ?? "";
  await expectRefusal(await stranger.json("DELETE", `/api/sessions/${own}`, {}), "NOT_ALLOWED");
  await expectRefusal(await stranger.json("DELETE", `/api/sessions/${"x".repeat(500)}`, {}), "NOT_ALLOWED");
  expect(await list()).toHaveLength(1);
});

test("[A41] signing out everywhere, a new password and deleting the account end every other session", async () => {
  await using edge = await startEdge();
  const person = newPerson();
  const [phone, laptop] = [await edge.newBrowser().arrive(), await edge.newBrowser().arrive()];
  const out = async () => expectRefusal(await phone.call("/api/sessions"), "NOT_ALLOWED");
  await phone.signUp(person);
  await laptop.signIn(person);
  expect((await laptop.json("POST", "/api/logout", { everywhere: true })).status).toBe(204);
  await out();

  edge.clock.step(1_000);
  await phone.signIn(person);
  await laptop.signIn(person);
  const wrong = { password: "not the password", newPassword: "another good password" };
  await expectRefusal(await laptop.json("PUT", "/api/account/password", wrong), "NOT_ALLOWED");
  expect((await phone.call("/api/sessions")).status).toBe(200);
  const right = { ...wrong, password: person.password };
  const changed = await laptop.json("PUT", "/api/account/password", right);
  laptop.csrfToken = ((await changed.json()) as Session).csrfToken;
  expect((await laptop.call("/api/sessions")).status).toBe(200);
  await out();
  await expectRefusal(await edge.send("POST", "/api/login", person), "NOT_ALLOWED");

  await phone.signIn({ ...person, password: wrong.newPassword });
  await expectRefusal(await laptop.json("DELETE", "/api/account", { password: "no" }), "NOT_ALLOWED");
  expect((await laptop.json("DELETE", "/api/account", { password: wrong.newPassword })).status).toBe(204);
  expect(laptop.session).toBeUndefined();
  await out();
});

test("[A43] guessing is limited for one account and one address, and costs others nothing", async () => {
  await using edge = await startEdge({ signInLimits: { triesHere: 3 }, settings: { trustProxy: 1 } });
  const person = newPerson();
  await (await edge.newBrowser().arrive()).signUp(person);
  const guess = (email: string, password: string, from: string) =>
    edge.send("POST", "/api/login", { email, password }, { "x-forwarded-for": from });
  for (let time = 0; time < 3; time++) {
    await expectRefusal(await guess(person.email, `guess number ${time}`, "198.51.100.1"), "NOT_ALLOWED");
  }
  const refused = await expectRefusal(
    await guess(person.email, person.password, "198.51.100.1"),
    "RATE_LIMITED",
  );
  expect(refused.retryAfterMs).toBeWithin(800_000, 900_001);
  expect((await guess(person.email, person.password, "198.51.100.2")).status).toBe(200);
  await expectRefusal(await guess("nobody@example.org", "guess", "198.51.100.1"), "NOT_ALLOWED");
});

test("[A43] an account is guarded from many addresses, an address from many accounts, unknown ones included", async () => {
  const limits = { triesForAccount: 4, triesFromAddress: 6, accountsPerHour: 2 };
  await using edge = await startEdge({ signInLimits: limits, settings: { trustProxy: 1 } });
  const guess = async (email: string, from: string) =>
    (await edge.send("POST", "/api/login", { email, password: "a guess" }, { "x-forwarded-for": from }))
      .status;
  const statuses = [];
  for (let time = 0; time < 5; time++) statuses.push(await guess("ghost@example.org", `198.51.100.${time}`));
  expect(statuses).toEqual([403, 403, 403, 403, 429]);
  statuses.length = 0;
  for (let time = 0; time < 7; time++)
    statuses.push(await guess(`ghost-${time}@example.org`, "203.0.113.77"));
  expect(statuses).toEqual([403, 403, 403, 403, 403, 403, 429]);
  const make = (from: string) => edge.send("POST", "/api/accounts", newPerson(), { "x-forwarded-for": from });
  expect([(await make("192.0.2.1")).status, (await make("192.0.2.1")).status]).toEqual([201, 201]);
  await expectRefusal(await make("192.0.2.1"), "RATE_LIMITED");
  expect((await make("192.0.2.2")).status).toBe(201);
});
