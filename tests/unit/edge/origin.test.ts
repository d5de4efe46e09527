import { expect, test } from "bun:test";
import { expectRefusal } from "../../support/expect-problem.ts";
import { ORIGIN, startEdge } from "../../support/start-edge.ts";

const POLL = { question: "q", options: ["a", "b"] };

test("[H8] without PUBLIC_ORIGIN our origin is scheme and Host; programs send none and pass", async () => {
  await using edge = await startEdge();
  const make = (headers: Record<string, string>) => edge.send("POST", "/api/polls", POLL, headers);
  expect((await make({})).status).toBe(201);
  expect((await make({ origin: ORIGIN })).status).toBe(201);
  expect((await make({ origin: "http://phone.lan:3000", host: "phone.lan:3000" })).status).toBe(201);
  const foreign = ["https://pollcast.test", `${ORIGIN}:81`, "http://evil.test", "null", "", "nonsense"];
  for (const origin of foreign) await expectRefusal(await make({ origin }), "BAD_ORIGIN");
  await expectRefusal(await make({ origin: ORIGIN, host: "" }), "BAD_ORIGIN");
});

test("[H8] with PUBLIC_ORIGIN only that is ours", async () => {
  await using edge = await startEdge({ settings: { publicOrigin: "https://vote.example.org" } });
  const make = (origin: string) => edge.send("POST", "/api/polls", POLL, { origin });
  expect((await make("https://vote.example.org")).status).toBe(201);
  await expectRefusal(await make(ORIGIN), "BAD_ORIGIN");
  const refused = await expectRefusal(await make("http://vote.example.org"), "BAD_ORIGIN");
  expect(refused.detail).toContain("https://vote.example.org");
});

test("[H8] every unsafe method is refused from another origin before anything is done; reading is not", async () => {
  await using edge = await startEdge();
  const { path, host } = await edge.makePoll();
  const headers = { ...host, origin: "http://evil.test" };
  await expectRefusal(await edge.call(path, { method: "DELETE", headers }), "BAD_ORIGIN");
  await expectRefusal(await edge.call(`${path}/close`, { method: "POST", headers }), "BAD_ORIGIN");
  await expectRefusal(await edge.send("PATCH", path, {}, headers), "BAD_ORIGIN");
  await expectRefusal(await edge.call("/api/session", { method: "POST", headers }), "BAD_ORIGIN");
  expect((await edge.call(path, { headers })).status).toBe(200);
});

test("[H10] the scheme that a trusted proxy tells counts, an untrusted one's does not", async () => {
  const headers = { origin: "https://pollcast.test", "x-forwarded-proto": "https" };
  await using alone = await startEdge();
  await expectRefusal(await alone.send("POST", "/api/polls", POLL, headers), "BAD_ORIGIN");
  await using proxied = await startEdge({ settings: { trustProxy: 1 } });
  expect((await proxied.send("POST", "/api/polls", POLL, headers)).status).toBe(201);
});
