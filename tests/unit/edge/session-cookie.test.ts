import { expect, test } from "bun:test";
import { newSessionToken, sessionIdOf } from "../../../server/app/session-token.ts";
import { createIdentity } from "../../../server/edge/identity.ts";
import { createSessionCookie } from "../../../server/edge/session-cookie.ts";

const PLAIN = { publicOrigin: null, trustProxy: 0 };
const HTTPS = { publicOrigin: "https://vote.example.org", trustProxy: 0 };
const [OLD, NEW] = ["the secret of last year", "the secret of this year"];
const requestWith = (cookie: string) => new Request("http://pollcast.test/", { headers: { cookie } });
const pairOf = (setCookie: string) => setCookie.split(";")[0] ?? "";

test("[A30] the session cookie is HttpOnly, Lax, for the whole site and a year, and names the session by its hash", async () => {
  const cookie = createSessionCookie([NEW], PLAIN);
  const token = newSessionToken();
  const given = await cookie.give(requestWith(""), token);
  expect(given).toStartWith(`pollcast_session=${token}.`);
  for (const part of ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=31536000"])
    expect(given).toContain(part);
  expect(given).not.toContain("Secure");
  const recognised = await cookie.recognise(requestWith(pairOf(given)));
  expect(recognised).toBe(sessionIdOf(token));
  expect(recognised).not.toContain(token);
  expect(cookie.takeAway(requestWith(""))).toStartWith("pollcast_session=; Max-Age=0; Path=/; HttpOnly");
});

test("[A30] over HTTPS it is Secure and bound to the host, and the plain name does not count", async () => {
  const cookie = createSessionCookie([NEW], HTTPS);
  const given = await cookie.give(requestWith(""), newSessionToken());
  expect(given).toStartWith("__Host-pollcast_session=");
  expect(given).toContain("Secure");
  expect(await cookie.recognise(requestWith(pairOf(given)))).not.toBeNull();
  expect(await cookie.recognise(requestWith(pairOf(given).replace("__Host-", "")))).toBeNull();
  const gone = cookie.takeAway(requestWith(""));
  expect(gone).toStartWith("__Host-pollcast_session=; Max-Age=0");
  expect(gone).toContain("Secure");
});

test("[A30] a forged, cut, doubled or foreign cookie is no session", async () => {
  const cookie = createSessionCookie([NEW], PLAIN);
  const token = newSessionToken();
  const pair = pairOf(await cookie.give(requestWith(""), token));
  const elsewhere = pairOf(await createSessionCookie([OLD], PLAIN).give(requestWith(""), token));
  const bad = [
    "",
    pair.slice(0, -5),
    `${pair.slice(0, 30)}${pair.slice(31)}`,
    pair.replace(token, newSessionToken()),
    elsewhere,
    `pollcast_session=${token}`,
    `pollcast_session=${token}.`,
    `pollcast_session=${sessionIdOf(token)}`,
    `pollcast_session=${token}.${"A".repeat(43)}%3D`,
    "pollcast_session=%E0%A4%A",
    `pollcast_session=${"x".repeat(8_000)}`,
    pair.replace("pollcast_session", "pollcast_sessions"),
    ";;;==;",
  ];
  for (const each of bad) expect([each, await cookie.recognise(requestWith(each))]).toEqual([each, null]);
  expect(await cookie.recognise(new Request("http://pollcast.test/"))).toBeNull();
});

test("[A30] neither a voter's cookie nor its signature passes for a session, nor the other way round", async () => {
  const [cookie, identity] = [createSessionCookie([NEW], PLAIN), createIdentity([NEW], PLAIN)];
  const voter = pairOf((await identity.issue(requestWith(""))).setCookie);
  expect(await cookie.recognise(requestWith(voter.replace("pollcast_voter", "pollcast_session")))).toBeNull();
  const session = pairOf(await cookie.give(requestWith(""), "A".repeat(43)));
  expect(
    await identity.recognise(requestWith(session.replace("pollcast_session", "pollcast_voter"))),
  ).toBeNull();
});

test("[A30] the first secret signs and every one verifies, so that one can be replaced without signing anybody out", async () => {
  const [before, during, after] = [[OLD], [NEW, OLD], [NEW]].map((secrets) =>
    createSessionCookie(secrets, PLAIN),
  );
  const token = newSessionToken();
  const old = requestWith(pairOf((await before?.give(requestWith(""), token)) ?? ""));
  expect(await during?.recognise(old)).toBe(sessionIdOf(token));
  expect(await after?.recognise(old)).toBeNull();
  const fresh = requestWith(pairOf((await during?.give(requestWith(""), token)) ?? ""));
  expect(await after?.recognise(fresh)).toBe(sessionIdOf(token));
  expect(await before?.recognise(fresh)).toBeNull();
});
