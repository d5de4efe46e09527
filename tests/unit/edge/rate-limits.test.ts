import { expect, test } from "bun:test";
import { buildAssets } from "../../../server/edge/assets.ts";
import { registerPages } from "../../../server/edge/pages.tsx";
import { expectRefusal } from "../../support/expect-problem.ts";
import { startEdge } from "../../support/start-edge.ts";

const assets = await buildAssets();
const POLL = { method: "POST", body: '{"question":"q","options":["a","b"]}' };
const headers = { "content-type": "application/json" };

test("[L1] polls are counted per client; the one too many is RATE_LIMITED and says when to come back", async () => {
  await using edge = await startEdge({ limits: { pollsPerMinute: 2 }, settings: { trustProxy: 1 } });
  const make = (client: string) =>
    edge.call("/api/polls", { ...POLL, headers: { ...headers, "x-forwarded-for": client } });
  expect((await make("198.51.100.1")).status).toBe(201);
  expect((await make("198.51.100.1")).status).toBe(201);
  const answer = await make("198.51.100.1");
  const refused = await expectRefusal(answer, "RATE_LIMITED");
  expect(refused.retryAfterMs).toBeWithin(50_000, 60_001);
  expect(Number(answer.headers.get("retry-after"))).toBeWithin(50, 61);
  expect((await make("198.51.100.2")).status).toBe(201);
});

test("[L1] a header from an untrusted client does not get it another count", async () => {
  await using edge = await startEdge({ limits: { pollsPerMinute: 1 } });
  const make = (client: string) =>
    edge.call("/api/polls", { ...POLL, headers: { ...headers, "x-forwarded-for": client } });
  expect((await make("198.51.100.1")).status).toBe(201);
  await expectRefusal(await make("198.51.100.2"), "RATE_LIMITED");
});

test("[L1] a poll that is refused for its text is not counted", async () => {
  await using edge = await startEdge({ limits: { pollsPerMinute: 1 } });
  for (let attempt = 0; attempt < 3; attempt++) {
    await expectRefusal(await edge.send("POST", "/api/polls", {}), "BAD_MESSAGE");
  }
  expect((await edge.makePoll()).pollId).toHaveLength(8);
});

test("[L2] pages, sessions and sockets of one client share one count", async () => {
  await using edge = await startEdge({
    limits: { arrivalsPerTenSeconds: 3 },
    pages: (app, ports) => registerPages(app, { ...ports, assets }),
  });
  expect((await edge.call("/")).status).toBe(200);
  expect((await edge.call("/ABCD1234")).status).toBe(404);
  expect((await edge.call("/api/session", { method: "POST" })).status).toBe(200);
  await expectRefusal(await edge.call("/ws"), "RATE_LIMITED");
  expect((await edge.call("/")).status).toBe(429);
  expect((await edge.call("/health")).status).toBe(200);
  expect((await edge.call("/", { peer: "203.0.113.10" })).status).toBe(200);
});

test("[L2][U41] the plain form is counted like a page, and gives nobody a voter beyond the limit", async () => {
  await using edge = await startEdge({
    limits: { arrivalsPerTenSeconds: 2 },
    pages: (app, ports) => registerPages(app, { ...ports, assets }),
  });
  const { pollId } = await edge.makePoll();
  const type = "application/x-www-form-urlencoded";
  const send = (body: string, cookie: Record<string, string> = {}) =>
    edge.call(`/${pollId}/vote`, { method: "POST", body, headers: { "content-type": type, ...cookie } });
  const known = await edge.newVoter();
  const statuses: [number, boolean][] = [];
  // What is no form of ours comes back with the page, too.
  for (const body of ["poll=nothing", "poll=nothing", `poll=${pollId}&choice=opt-1`]) {
    const answer = await send(body);
    statuses.push([answer.status, answer.headers.has("set-cookie")]);
  }
  expect(statuses).toEqual([
    [400, true],
    [429, false],
    [429, false],
  ]);
  const back = await send(`poll=${pollId}&choice=opt-2`, known);
  expect([back.status, (await back.text()).includes('value="opt-2" checked')]).toEqual([429, true]);
});

test("[L2] a hall of 2,000 phones behind one address gets in at once", async () => {
  await using edge = await startEdge();
  const upgrade = { headers: { upgrade: "websocket" } };
  let refused = 0;
  for (let phone = 0; phone < 2000; phone++) {
    const session = await edge.call("/api/session", { method: "POST" });
    await edge.call("/ws?protocol=1", upgrade);
    if (session.status !== 200) refused += 1;
  }
  expect(refused).toBe(0);
  expect(edge.upgraded).toHaveLength(2000);
});

test("[L3] ballots over HTTP are counted per voter like frames of a socket; 0 means no limit", async () => {
  const vote = { optionId: "opt-1" };
  await using edge = await startEdge({ limits: { ballotsPerSecond: 1 } });
  const { path } = await edge.makePoll();
  const [voter, another] = [await edge.newVoter(), await edge.newVoter()];
  const statuses = [];
  for (let time = 0; time < 3; time++) {
    statuses.push((await edge.send("POST", `${path}/votes`, vote, voter)).status);
  }
  expect(statuses).toEqual([201, 201, 429]);
  expect((await edge.send("POST", `${path}/votes`, vote, another)).status).toBe(201);

  await using unlimited = await startEdge({ limits: { ballotsPerSecond: 0 } });
  const poll = await unlimited.makePoll();
  const patient = await unlimited.newVoter();
  for (let time = 0; time < 300; time++) {
    expect((await unlimited.send("POST", `${poll.path}/votes`, vote, patient)).status).toBe(201);
  }
});

test("[L1][A36] guests who have something kept are counted per client: each is a session in both stores", async () => {
  await using edge = await startEdge({ limits: { sessionsPerMinute: 1 } });
  const keep = async () =>
    (await edge.newBrowser().arrive()).json("PUT", "/api/session/preferences", { data: { theme: "dark" } });
  expect((await keep()).status).toBe(200);
  await expectRefusal(await keep(), "RATE_LIMITED");
});

test("[L2][U94] every page of a code is an arrival; the one too many is a page that comes back by itself, without a voter", async () => {
  await using edge = await startEdge({
    limits: { arrivalsPerTenSeconds: 4 },
    pages: (app, ports) => registerPages(app, { ...ports, assets }),
  });
  const { pollId } = await edge.makePoll();
  for (const page of ["", "/host", "/present", "/results"]) {
    expect((await edge.call(`/${pollId}${page}`)).status).toBe(200);
  }
  const answer = await edge.call(`/${pollId}/results`, { headers: { "accept-language": "ja" } });
  const html = await answer.text();
  expect([answer.status, answer.headers.get("set-cookie")]).toEqual([429, null]);
  const seconds = answer.headers.get("retry-after");
  expect(Number(seconds)).toBeWithin(2, 11);
  expect(html).toContain(`http-equiv="refresh" content="${seconds}"`);
  expect(html).toContain("混み合っています");
  expect((await edge.call(`/${pollId}`, { peer: "198.51.100.77" })).status).toBe(200);
});
