/** What a browser is to us: its voter, its session, and what it keeps there. */
import { createRoute, z } from "@hono/zod-openapi";
import { CSRF_HEADER } from "../../shared/csrf-header.ts";
import { writeSessionRequest } from "../../shared/messages.ts";
import { isRefusal } from "../../shared/refusals.ts";
import { tokenFor } from "./csrf-guard.ts";
import type { EdgeApp, EdgePorts } from "./edge-ports.ts";
import { noAccountsRefusal } from "./hosting.ts";
import { answerRefusal, PROBLEM_RESPONSE } from "./problem.ts";
import { clientOf, tokenHeaders } from "./request-parts.ts";
import { sessionAnswer, sessionView } from "./session-view.ts";
import { writeOwnCategory, writtenAnswer } from "./write-own-category.ts";

const begin = createRoute({
  method: "post",
  path: "/api/session",
  summary:
    "Make sure that this browser has its voter cookie, and tell it the CSRF token for calls by its session.",
  responses: {
    200: {
      description: "It has; `created` says whether the voter is new, in `Set-Cookie`.",
      content: {
        "application/json": {
          schema: z.object({
            voter: z.literal(true),
            created: z.boolean(),
            csrfToken: z.string().nullable().meta({ description: "`null`: nobody can sign in here." }),
          }),
        },
      },
    },
    ...PROBLEM_RESPONSE,
  },
});

const read = createRoute({
  method: "get",
  path: "/api/session",
  summary: "Who is signed in, what the browser keeps in its session, and how well the stores know it.",
  responses: {
    200: { description: "The session.", content: { "application/json": { schema: sessionAnswer } } },
    ...PROBLEM_RESPONSE,
  },
});

const write = createRoute({
  method: "put",
  path: "/api/session/{category}",
  summary: "Keep something in the session: `preferences`, `activity` or `scratch`.",
  request: {
    params: z.object({ category: z.string() }),
    headers: tokenHeaders,
    body: { required: true, content: { "application/json": { schema: writeSessionRequest } } },
  },
  responses: {
    200: { description: "It is kept.", content: { "application/json": { schema: writtenAnswer } } },
    ...PROBLEM_RESPONSE,
  },
});

export function sessionRoutes(app: EdgeApp, ports: EdgePorts): void {
  app.openapi(begin, async (context) => {
    const crowded = await ports.limits.arrival(clientOf(ports, context));
    if (crowded) return answerRefusal(context, crowded);
    const request = context.req.raw;
    const known = await ports.identity.recognise(request);
    const issued = known ? null : await ports.identity.issue(request);
    if (issued) context.header("Set-Cookie", issued.setCookie);
    const csrfToken = await tokenFor(ports, request, known ?? issued?.voter ?? null);
    return context.json({ voter: true as const, created: !known, csrfToken }, 200);
  });

  app.openapi(read, async (context) => context.json(await sessionView(ports, context.req.raw), 200));

  app.openapi(write, async (context) => {
    if (!ports.hosting) return answerRefusal(context, noAccountsRefusal());
    const { category } = context.req.valid("param");
    const token = context.req.header(CSRF_HEADER);
    const written = await writeOwnCategory(ports, context, category, context.req.valid("json"), token);
    return isRefusal(written) ? answerRefusal(context, written) : context.json(written, 200);
  });
}
