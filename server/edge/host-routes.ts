/** What a host does to a running poll. */
import { createRoute } from "@hono/zod-openapi";
import { extendPollRequest } from "../../shared/messages.ts";
import { isRefusal } from "../../shared/refusals.ts";
import { pollViewAnswer } from "./answer-schemas.ts";
import type { EdgeApp, EdgePorts } from "./edge-ports.ts";
import { answerRefusal, PROBLEM_RESPONSE } from "./problem.ts";
import { hostHeaders, pollParams } from "./request-parts.ts";
import { steerAsHost } from "./steer-as-host.ts";

const RESPONSES = {
  200: {
    description: "The poll as its host now sees it; doing the same again changes nothing.",
    content: { "application/json": { schema: pollViewAnswer } },
  },
  ...PROBLEM_RESPONSE,
} as const;

const ACTIONS = [
  ["open", "Open a draft; its time runs from now."],
  ["close", "Close the poll; no ballot counts any more."],
  ["hide", "Hide the results from everybody but the host."],
  ["reveal", "Show the results to everybody."],
] as const;

const extend = createRoute({
  method: "post",
  path: "/api/polls/{pollId}/extend",
  summary: "Let the poll run longer, 30 days in all at the most.",
  request: {
    params: pollParams,
    headers: hostHeaders,
    body: { required: true, content: { "application/json": { schema: extendPollRequest } } },
  },
  responses: RESPONSES,
});

export function hostRoutes(app: EdgeApp, ports: EdgePorts): void {
  for (const [action, summary] of ACTIONS) {
    const route = createRoute({
      method: "post",
      path: `/api/polls/{pollId}/${action}`,
      summary,
      request: { params: pollParams, headers: hostHeaders },
      responses: RESPONSES,
    });
    app.openapi(route, async (context) => {
      const view = await steerAsHost(ports, context, context.req.valid("param").pollId, { action });
      return isRefusal(view) ? answerRefusal(context, view) : context.json(view, 200);
    });
  }

  app.openapi(extend, async (context) => {
    const { seconds } = context.req.valid("json");
    const { pollId } = context.req.valid("param");
    const view = await steerAsHost(ports, context, pollId, { action: "extend", seconds });
    return isRefusal(view) ? answerRefusal(context, view) : context.json(view, 200);
  });
}
