/** When the ballots of a poll were cast. */
import { createRoute } from "@hono/zod-openapi";
import { isRefusal } from "../../shared/refusals.ts";
import { readTimeline } from "../app/read-timeline.ts";
import { timelineAnswer } from "./answer-schemas.ts";
import type { EdgeApp, EdgePorts } from "./edge-ports.ts";
import { answerRefusal, PROBLEM_RESPONSE } from "./problem.ts";
import { pollParams } from "./request-parts.ts";

const timeline = createRoute({
  method: "get",
  path: "/api/polls/{pollId}/timeline",
  summary: "When the ballots were cast, as counts in equal steps; some seconds old while the poll is open.",
  request: { params: pollParams },
  responses: {
    200: {
      description: "By the clocks of the voters' browsers. Names no voter and no option.",
      content: { "application/json": { schema: timelineAnswer } },
    },
    ...PROBLEM_RESPONSE,
  },
});

export function timelineRoutes(app: EdgeApp, { polls }: EdgePorts): void {
  app.openapi(timeline, async (context) => {
    const found = await readTimeline(polls, context.req.valid("param").pollId);
    if (isRefusal(found)) return answerRefusal(context, found);
    return context.json({ ...found, ballots: found.ballots && [...found.ballots] }, 200);
  });
}
