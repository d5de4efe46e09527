import { expect, test } from "bun:test";
import { LEVEL_WORDS, opsTexts } from "../../../client/views/ops-texts.ts";
import { buildAssets } from "../../../server/edge/assets.ts";
import type { EdgePorts } from "../../../server/edge/edge-ports.ts";
import { registerOpsPage } from "../../../server/edge/ops-page.tsx";
import { createTelemetry } from "../../../server/ops/telemetry.ts";
import { NO_STORES, NO_TIERS, type OpsReport } from "../../../shared/ops-report.ts";
import { type EdgeParts, startEdge } from "../../support/start-edge.ts";
import { degradedReport, NOON, opsReport, shardReport, storeReport } from "../ops/ops-reports.ts";

const HERE = { peer: "127.0.0.1", headers: { host: "localhost:3000" } };
const assets = await buildAssets();
const ON_ITS_OWN: OpsReport = { ...NO_STORES, ...NO_TIERS };

/** The edge with the operator's page on it, showing this report. */
function startOps(report: OpsReport, settings: EdgeParts["settings"] = { redis: {} }, draining = false) {
  const page: EdgePorts["settings"] = {
    publicOrigin: null,
    trustProxy: 0,
    nodeName: "node-under-test",
    environment: "test",
    redis: null,
    opsToken: null,
    ...settings,
  };
  const ports = {
    settings: page,
    telemetry: createTelemetry(),
    ops: () => report,
    isDraining: () => draining,
    clock: () => NOON,
    assets,
  };
  return startEdge({ settings, ops: report, pages: (app) => registerOpsPage(app, ports) });
}

/** What a reader sees, tags and extra blanks taken out. */
async function textOf(
  report: OpsReport,
  settings?: EdgeParts["settings"],
  draining?: boolean,
): Promise<string> {
  await using edge = await startOps(report, settings, draining);
  const html = await (await edge.call("/ops", HERE)).text();
  return html
    .replace(/^.*<body>/s, "")
    .replace(/<[^>]+>/g, " ")
    .replace(/&#39;/g, "'")
    .replace(/\s+/g, " ");
}

test("[K94] the page says in words how bad it is, where, since when, and what to do", async () => {
  const text = await textOf(degradedReport());
  const { name, means, todo } = LEVEL_WORDS[1];
  for (const part of [`Level 1 ${name} ${means}`, todo, "Level 1, Replica: away for 30 s"]) {
    expect(text).toContain(part);
  }
  expect(text).toContain(opsTexts.needsHands("10.0.0.1:6379"));
  expect(text).toContain("12 batches, the oldest 0.8 s");
  expect(text).toContain("3,450 votes of 2 polls, the oldest 1.2 s");
  expect(text).toContain("7, the last 4 min ago: 20,000 votes in 0.9 s");
  expect(text).toContain("10.0.0.6:6379 answers 0.8 ms answers 5 min 5 min ago");
});

test.each([
  ["all is well", opsReport(), LEVEL_WORDS[0].means],
  ["Redis was not found yet", opsReport({ shards: [], level: 3 }), opsTexts.noShards],
  ["no ledger is configured", opsReport({ ledger: null }), opsTexts.noLedger],
  [
    "the ledger is away",
    opsReport({ ledger: storeReport({ breaker: "open", openSince: NOON - 5_000 }) }),
    opsTexts.ledgerAway,
  ],
  [
    "nothing takes votes",
    opsReport({ shards: [shardReport({ level: 4 })] }),
    `Level 4 ${LEVEL_WORDS[4].name}`,
  ],
] as const)("[K94] the page where %s", async (_case, report, words) => {
  expect(await textOf(report)).toContain(words);
});

test("[K94] the page of a node on its own speaks of no other store; a draining one says so", async () => {
  const text = await textOf(ON_ITS_OWN, {}, true);
  expect(text).toContain(opsTexts.embedded);
  expect(text).toContain(opsTexts.draining);
  for (const absent of [opsTexts.noShards, opsTexts.noLedger, opsTexts.legend]) {
    expect(text).not.toContain(absent);
  }
});

test("[K94] the page of a node with a ledger alone speaks of no Redis", async () => {
  const text = await textOf(opsReport({ shards: [] }), {});
  expect(text).toContain(opsTexts.waiting);
  expect(text).not.toContain(opsTexts.noShards);
});

test("[K94][U5] the page has no script, comes anew by itself until it is held still, and no cache keeps it", async () => {
  await using edge = await startOps(opsReport());
  const answer = await edge.call("/ops", HERE);
  const html = await answer.text();
  expect(html).not.toContain("<script");
  expect(html).toContain('<meta http-equiv="refresh" content="2"/>');
  expect(await (await edge.call("/ops?still", HERE)).text()).not.toContain("http-equiv");
  expect(answer.headers.get("cache-control")).toBe("no-store");
  expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
});

test("[H13] without OPS_TOKEN the page is for this machine, and nobody is asked to sign in", async () => {
  await using edge = await startOps(opsReport());
  expect((await edge.call("/ops", HERE)).status).toBe(200);
  const stranger = await edge.call("/ops");
  expect([stranger.status, stranger.headers.get("www-authenticate")]).toEqual([403, null]);
  expect(await stranger.text()).not.toContain("10.0.0.1");
});

test("[H13] with OPS_TOKEN a browser is asked to sign in with it as password, under any name", async () => {
  const settings = { redis: {}, opsToken: "let:the-operator in" };
  await using edge = await startOps(opsReport(), settings);
  const basic = (pair: string) => ({ authorization: `Basic ${Buffer.from(pair).toString("base64")}` });
  for (const path of ["/ops", "/api/ops", "/metrics"]) {
    for (const name of ["", "anna"]) {
      const headers = basic(`${name}:let:the-operator in`);
      expect((await edge.call(path, { headers })).status).toBe(200);
    }
    expect((await edge.call(path, { headers: { authorization: "Bearer let:the-operator in" } })).status).toBe(
      200,
    );
    for (const headers of [basic("anna:let"), basic("let:the-operator in:anna"), basic("none"), {}]) {
      expect((await edge.call(path, { ...HERE, headers })).status).toBe(path === "/ops" ? 401 : 403);
    }
  }
  const asked = await edge.call("/ops");
  expect(asked.headers.get("www-authenticate")).toStartWith("Basic realm=");
});

test("[K94][H12] GET /api/ops answers the same in figures, as the OpenAPI document says", async () => {
  const report = degradedReport();
  await using edge = await startOps(report);
  const answer = (await (await edge.call("/api/ops", HERE)).json()) as Record<string, unknown>;
  expect(answer).toMatchObject({ node: "node-under-test", store: "redis", ...report });
  const document = (await (await edge.call("/openapi.json")).json()) as {
    components: { schemas: Record<string, { required: string[]; properties: object }> };
  };
  const { required, properties } = document.components.schemas.Ops ?? { required: [], properties: {} };
  expect(Object.keys(answer).sort()).toEqual([...required].sort());
  expect(Object.keys(properties).sort()).toEqual([...required].sort());
});
