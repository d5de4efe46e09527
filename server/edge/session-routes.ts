import { createRoute, z } from "@hono/zod-openapi";
import type { EdgeApp, EdgePorts } from "./edge-ports.ts";
import { answerRefusal, PROBLEM_RESPONSE } from "./problem.ts";
import { clientOf } from "./request-parts.ts";

const begin = createRoute({
  method: "post",
  path: "/api/session",
  summary: "Make sure that this browser has its voter cookie.",
  responses: {
    200: {
      description: "It has; `created` says whether it is new, in `Set-Cookie`.",
      content: {
        "application/json": { schema: z.object({ voter: z.literal(true), created: z.boolean() }) },
      },
    },
    ...PROBLEM_RESPONSE,
  },
});

/** The voter cookie for programs and for pages that lost it. */
export function sessionRoutes(app: EdgeApp, ports: EdgePorts): void {
  app.openapi(begin, async (context) => {
    const crowded = await ports.limits.arrival(clientOf(ports, context));
    if (crowded) return answerRefusal(context, crowded);
    const known = await ports.identity.recognise(context.req.raw);
    if (!known) {
      const { setCookie } = await ports.identity.issue(context.req.raw);
      context.header("Set-Cookie", setCookie);
    }
    return context.json({ voter: true as const, created: !known }, 200);
  });
}
