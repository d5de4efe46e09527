import { createMiddleware } from "hono/factory";
import type { EdgeEnv, EdgePorts } from "./edge-ports.ts";

/**
 * One line per answer at level debug, and a count of each refusal. No address, query, header or body: what identifies
 * a voter or steers a poll is in those.
 */
export function accessLog({ log, telemetry }: Pick<EdgePorts, "log" | "telemetry">) {
  return createMiddleware<EdgeEnv>(async (context, next) => {
    const began = performance.now();
    await next();
    const refusal = context.get("refusal");
    if (refusal) telemetry.refusal(refusal);
    const { method, path } = context.req;
    const ms = Math.round((performance.now() - began) * 10) / 10;
    log.debug({ method, path: pathForLog(path), status: context.res.status, ms, refusal }, "request");
  });
}

/** No log line names a session. */
export function pathForLog(path: string): string {
  return path.replace(/^\/api\/sessions\/.*/s, "/api/sessions/:sessionId").slice(0, 200);
}
