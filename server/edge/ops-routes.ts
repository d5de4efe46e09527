/** For whoever runs the node: alive, ready, figures. */
import { createRoute, z } from "@hono/zod-openapi";
import type { FirstStore, OpsReport } from "../../shared/ops-report.ts";
import { type Refusal, refuse } from "../../shared/refusals.ts";
import type { EdgeApp, EdgePorts, EdgeSettings } from "./edge-ports.ts";
import { judgeOps } from "./ops-access.ts";
import { opsAnswer } from "./ops-schema.ts";
import { answerRefusal, PROBLEM_RESPONSE } from "./problem.ts";

/** After this, a balancer asks again or a browser comes back (ms). */
export const AWAY_RETRY_MS = 2_000;

const health = createRoute({
  method: "get",
  path: "/health",
  summary: "Whether the process is alive.",
  responses: {
    200: {
      description: "It is.",
      content: { "application/json": { schema: z.object({ status: z.literal("ok") }) } },
    },
  },
});

const ready = createRoute({
  method: "get",
  path: "/ready",
  summary: "Whether new visitors may be sent here; not while the node starts or drains.",
  responses: {
    200: {
      description: "They may.",
      content: { "application/json": { schema: z.object({ ready: z.literal(true) }) } },
    },
    ...PROBLEM_RESPONSE,
  },
});

const metrics = createRoute({
  method: "get",
  path: "/metrics",
  summary: "Figures for Prometheus. With the bearer token of OPS_TOKEN; without one set, on loopback.",
  responses: {
    200: { description: "Prometheus text.", content: { "text/plain": { schema: z.string() } } },
    ...PROBLEM_RESPONSE,
  },
});

const ops = createRoute({
  method: "get",
  path: "/api/ops",
  summary: "The state of this node and of its stores. Guarded like /metrics.",
  responses: {
    200: { description: "State and figures.", content: { "application/json": { schema: opsAnswer } } },
    ...PROBLEM_RESPONSE,
  },
});

export function opsRoutes(app: EdgeApp, ports: EdgePorts): void {
  const { settings, telemetry } = ports;
  const startedAt = performance.now();

  app.openapi(health, (context) => context.json({ status: "ok" as const }, 200));

  app.openapi(ready, (context) => {
    const away = awayRefusal(ports);
    return away ? answerRefusal(context, away) : context.json({ ready: true as const }, 200);
  });

  app.openapi(metrics, async (context) => {
    const refusal = judgeOps(context, settings.opsToken);
    if (refusal) return answerRefusal(context, refusal);
    const { contentType, text } = await telemetry.exposition();
    return context.text(text, 200, { "Content-Type": contentType });
  });

  app.openapi(ops, (context) => {
    const refusal = judgeOps(context, settings.opsToken);
    if (refusal) return answerRefusal(context, refusal);
    const report = ports.ops();
    return context.json(
      {
        node: settings.nodeName,
        environment: settings.environment,
        store: storeOf(settings, report),
        uptimeSeconds: Math.floor((performance.now() - startedAt) / 1000),
        draining: ports.isDraining(),
        ...telemetry.figures(),
        ...report,
      },
      200,
    );
  });
}

/** Where this node keeps its polls first. */
export function storeOf(
  { redis }: Pick<EdgeSettings, "redis">,
  { ledger }: Pick<OpsReport, "ledger">,
): FirstStore {
  if (redis !== null) return "redis";
  return ledger === null ? "embedded" : "ledger";
}

/** Why this node takes nobody new; `null` if it does. */
export function awayRefusal({
  isReady,
  isDraining,
}: Pick<EdgePorts, "isReady" | "isDraining">): Refusal | null {
  if (isDraining())
    return refuse("UNAVAILABLE", "This node is shutting down.", { retryAfterMs: AWAY_RETRY_MS });
  if (!isReady()) return refuse("UNAVAILABLE", "This node is starting.", { retryAfterMs: AWAY_RETRY_MS });
  return null;
}
