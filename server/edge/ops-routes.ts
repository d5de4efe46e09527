/** For whoever runs the node: alive, ready, figures. */
import { createHash, timingSafeEqual } from "node:crypto";
import { createRoute, z } from "@hono/zod-openapi";
import { type Refusal, refuse } from "../../shared/refusals.ts";
import { isLoopback } from "./client-address.ts";
import type { EdgeApp, EdgeContext, EdgePorts } from "./edge-ports.ts";
import { answerRefusal, PROBLEM_RESPONSE } from "./problem.ts";

/** After this, a balancer asks again or a browser comes back (ms). */
export const AWAY_RETRY_MS = 2_000;

/** Any of these says that the request came through a proxy, whose own address proves nothing about the client. */
const FORWARDING = [
  "forwarded",
  "via",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-real-ip",
];
/** A proxy that adds no header, or a page whose name was made to resolve here, still names another host. */
const LOOPBACK_HOST = /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/i;

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

const state = z.object({
  node: z.string(),
  environment: z.string(),
  /** How degraded the node is. The embedded store is there or the node is not; of Redis nobody keeps a level yet. */
  level: z.literal(0).nullable(),
  store: z.enum(["embedded", "redis"]),
  uptimeSeconds: z.int(),
  draining: z.boolean(),
  sockets: z.int(),
  livePolls: z.int(),
  ballotsAccepted: z.int(),
});

const ops = createRoute({
  method: "get",
  path: "/api/ops",
  summary: "The state of this node. Guarded like /metrics.",
  responses: {
    200: { description: "State and figures.", content: { "application/json": { schema: state } } },
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
    return context.json(
      {
        node: settings.nodeName,
        environment: settings.environment,
        ...(settings.redis === null
          ? { level: 0 as const, store: "embedded" as const }
          : { level: null, store: "redis" as const }),
        uptimeSeconds: Math.floor((performance.now() - startedAt) / 1000),
        draining: ports.isDraining(),
        ...telemetry.figures(),
      },
      200,
    );
  });
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

function judgeOps(context: EdgeContext, token: string | null): Refusal | null {
  const { headers } = context.req.raw;
  if (token !== null) {
    const given = /^Bearer (.+)$/i.exec(headers.get("authorization") ?? "")?.[1];
    if (given !== undefined && timingSafeEqual(sha256(given), sha256(token))) return null;
    return refuse("NOT_ALLOWED", "Send the operator's token: Authorization: Bearer OPS_TOKEN.");
  }
  const direct = isLoopback(context.env.peer) && LOOPBACK_HOST.test(headers.get("host") ?? "");
  if (direct && !FORWARDING.some((name) => headers.has(name))) return null;
  return refuse(
    "NOT_ALLOWED",
    "Only this machine may ask. To ask from elsewhere, set OPS_TOKEN on the node.",
  );
}

/** Of one length, as comparing in constant time needs. */
function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
