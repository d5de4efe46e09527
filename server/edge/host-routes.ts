/** What a host does to a running poll. */
import { createRoute, z } from "@hono/zod-openapi";
import { extendPollRequest } from "../../shared/messages.ts";
import { isRefusal } from "../../shared/refusals.ts";
import { askAgain } from "../app/ask-again.ts";
import { ownAlike } from "../app/own-polls.ts";
import { pollUpdate } from "../app/snapshot.ts";
import { pollAnswer, pollViewAnswer } from "./answer-schemas.ts";
import type { EdgeApp, EdgePorts } from "./edge-ports.ts";
import { answerRefusal, PROBLEM_RESPONSE } from "./problem.ts";
import { actingAskerOf, clientOf, hostHeaders, ownersOf, pollParams } from "./request-parts.ts";
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

const again = createRoute({
  method: "post",
  path: "/api/polls/{pollId}/again",
  summary: "Ask the same once more: open at once, or in a room a draft after this one.",
  request: { params: pollParams, headers: hostHeaders },
  responses: {
    201: {
      description:
        "The new poll. Its host key and its owner are those of the old one, which it names as `previousId` if that was ever open.",
      content: {
        "application/json": {
          schema: z.object({ poll: pollAnswer, hostKey: z.null(), owned: z.boolean() }),
        },
      },
    },
    ...PROBLEM_RESPONSE,
  },
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

  app.openapi(again, async (context) => {
    const crowded = await ports.limits.pollCreation(clientOf(ports, context));
    if (crowded) return answerRefusal(context, crowded);
    const asker = await actingAskerOf(ports, context);
    if (isRefusal(asker)) return answerRefusal(context, asker);
    const { pollId } = context.req.valid("param");
    const owning = { ...ports, ...ownersOf(ports) };
    const poll = await askAgain(owning, pollId, asker);
    if (isRefusal(poll)) return answerRefusal(context, poll);
    const { definition } = poll;
    const owned = definition.roomId === undefined && (await ownAlike(owning, pollId, definition));
    context.header("Location", `/api/polls/${definition.pollId}`);
    const update = pollUpdate(poll, { host: true, yourVote: null }, ports.clock());
    return context.json({ poll: update, hostKey: null, owned }, 201);
  });
}
