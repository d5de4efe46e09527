/** "Where am I signed in", and ending one of those sessions. */
import { createRoute, z } from "@hono/zod-openapi";
import { CSRF_HEADER } from "../../shared/csrf-header.ts";
import { isRefusal } from "../../shared/refusals.ts";
import { listSessions, revokeSession } from "../app/own-sessions.ts";
import { takeSessionAway } from "./browser-session.ts";
import type { EdgeApp, EdgePorts } from "./edge-ports.ts";
import { answerRefusal, PROBLEM_RESPONSE } from "./problem.ts";
import { tokenHeaders } from "./request-parts.ts";
import { actingAs, signedInOf } from "./visitor.ts";

const ownSession = z
  .object({
    sessionId: z.string().meta({ description: "Names the session; nobody can sign in with it." }),
    device: z.string(),
    signedInAt: z.int(),
    lastUsedAt: z.int(),
    present: z.boolean(),
  })
  .openapi("OwnSession");

const list = createRoute({
  method: "get",
  path: "/api/sessions",
  summary: "Where the account is signed in, newest first.",
  responses: {
    200: {
      description: "All of them, on one page.",
      content: {
        "application/json": { schema: z.object({ items: z.array(ownSession), nextCursor: z.null() }) },
      },
    },
    ...PROBLEM_RESPONSE,
  },
});

const revoke = createRoute({
  method: "delete",
  path: "/api/sessions/{sessionId}",
  summary: "End one of the account's sessions: within 2 s it works on no node.",
  request: { params: z.object({ sessionId: z.string() }), headers: tokenHeaders },
  responses: { 204: { description: "It has ended." }, ...PROBLEM_RESPONSE },
});

export function ownSessionRoutes(app: EdgeApp, ports: EdgePorts): void {
  app.openapi(list, async (context) => {
    const desk = await signedInOf(ports, context.req.raw);
    if (isRefusal(desk)) return answerRefusal(context, desk);
    return context.json({ items: [...(await listSessions(desk.hosting, desk.who))], nextCursor: null }, 200);
  });

  app.openapi(revoke, async (context) => {
    const desk = await actingAs(ports, context, context.req.header(CSRF_HEADER));
    if (isRefusal(desk)) return answerRefusal(context, desk);
    const { sessionId } = context.req.valid("param");
    const revoked = await revokeSession(desk.hosting, desk.who, sessionId);
    if (typeof revoked === "object") return answerRefusal(context, revoked);
    if (sessionId === desk.who.sessionId) takeSessionAway(desk.hosting, context);
    return context.body(null, 204);
  });
}
