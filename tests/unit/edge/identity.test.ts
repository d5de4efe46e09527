import { expect, test } from "bun:test";
import { createIdentity } from "../../../server/edge/identity.ts";
import { startEdge } from "../../support/start-edge.ts";

const PLAIN = { publicOrigin: null, trustProxy: 0 };
const [OLD, NEW] = ["the secret of last year", "the secret of this year"];
const requestWith = (cookie: string, headers: Record<string, string> = {}) =>
  new Request("http://pollcast.test/", { headers: { cookie, ...headers } });
const pairOf = (setCookie: string) => setCookie.split(";")[0] ?? "";

test("[H9] the voter cookie is HttpOnly, Lax, for the whole site and 400 days, and is recognised", async () => {
  const identity = createIdentity([NEW], PLAIN);
  const { voter, setCookie } = await identity.issue(requestWith(""));
  expect(setCookie).toStartWith(`pollcast_voter=${voter}.`);
  for (const attribute of ["Max-Age=34560000", "Path=/", "HttpOnly", "SameSite=Lax"]) {
    expect(setCookie.split("; ")).toContain(attribute);
  }
  expect(setCookie).not.toContain("Secure");
  expect(voter).toMatch(/^[\w-]{22}$/);
  expect(await identity.recognise(requestWith(`theme=dark; ${pairOf(setCookie)}`))).toBe(voter);
});

test("[H9] the voter cookie is __Host- and Secure on HTTPS, where the plain one is nobody", async () => {
  const identity = createIdentity([NEW], { ...PLAIN, publicOrigin: "https://vote.example.org" });
  const { voter, setCookie } = await identity.issue(requestWith(""));
  expect(setCookie).toStartWith("__Host-pollcast_voter=");
  expect(setCookie.split("; ")).toContain("Secure");
  expect(setCookie).not.toContain("Domain");
  expect(await identity.recognise(requestWith(pairOf(setCookie)))).toBe(voter);
  const plain = pairOf((await createIdentity([NEW], PLAIN).issue(requestWith(""))).setCookie);
  expect(await identity.recognise(requestWith(plain))).toBeNull();
});

test("[H10] the voter cookie knows HTTPS from a trusted proxy only", async () => {
  const forwarded = requestWith("", { "x-forwarded-proto": "https" });
  const trusting = createIdentity([NEW], { ...PLAIN, trustProxy: 1 });
  expect((await trusting.issue(forwarded)).setCookie).toStartWith("__Host-");
  expect((await createIdentity([NEW], PLAIN).issue(forwarded)).setCookie).toStartWith("pollcast_voter");
});

test("[H9] a voter cookie that is forged, cut, foreign or nonsense is nobody's", async () => {
  const identity = createIdentity([NEW], PLAIN);
  const { voter, setCookie } = await identity.issue(requestWith(""));
  const pair = pairOf(setCookie);
  const foreign = pairOf((await createIdentity([OLD], PLAIN).issue(requestWith(""))).setCookie);
  const another = `x${voter.slice(1)}`;
  const bad = [
    "",
    pair.slice(0, -6),
    pair.replace(voter, another),
    foreign,
    `pollcast_voter=${voter}`,
    `pollcast_voter=${voter}.${"A".repeat(43)}%3D`,
    "pollcast_voter=.",
    "pollcast_voter=%E0%A4%A",
    `pollcast_voter=${"x".repeat(8000)}`,
    ";;;==;",
  ];
  for (const cookie of bad) expect(await identity.recognise(requestWith(cookie))).toBeNull();
  expect(await identity.recognise(new Request("http://pollcast.test/"))).toBeNull();
});

test("[H9] the voter cookie is signed by the first secret and recognised by every one, so that one can be replaced", async () => {
  const before = createIdentity([OLD], PLAIN);
  const during = createIdentity([NEW, OLD], PLAIN);
  const after = createIdentity([NEW], PLAIN);
  const old = await before.issue(requestWith(""));
  expect(await during.recognise(requestWith(pairOf(old.setCookie)))).toBe(old.voter);
  expect(await after.recognise(requestWith(pairOf(old.setCookie)))).toBeNull();
  const fresh = await during.issue(requestWith(""));
  expect(await after.recognise(requestWith(pairOf(fresh.setCookie)))).toBe(fresh.voter);
  expect(await before.recognise(requestWith(pairOf(fresh.setCookie)))).toBeNull();
});

test("[H9] POST /api/session gives a browser its voter once", async () => {
  await using edge = await startEdge();
  const first = await edge.call("/api/session", { method: "POST" });
  expect(await first.json()).toMatchObject({ voter: true, created: true });
  const cookie = pairOf(first.headers.get("set-cookie") ?? "");
  const second = await edge.call("/api/session", { method: "POST", headers: { cookie } });
  expect(await second.json()).toMatchObject({ voter: true, created: false });
  expect(second.headers.has("set-cookie")).toBe(false);
  const forged = await edge.call("/api/session", { method: "POST", headers: { cookie: `${cookie}x` } });
  expect(await forged.json()).toMatchObject({ voter: true, created: true });
});
