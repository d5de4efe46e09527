/** Casting a ballot without a socket. */
import { createRoute } from "@hono/zod-openapi";
import { castVoteRequest, voteAcceptedData, votePendingData } from "../../shared/messages.ts";
import { isRefusal, refuse } from "../../shared/refusals.ts";
import { castMeasured } from "./cast-measured.ts";
import type { EdgeApp, EdgePorts } from "./edge-ports.ts";
import { answerRefusal, PROBLEM_RESPONSE } from "./problem.ts";
import { pollParams } from "./request-parts.ts";
import { voteAnswer } from "./vote-answer.ts";

const cast = createRoute({
  method: "post",
  path: "/api/polls/{pollId}/votes",
  summary: "Cast or change this browser's vote. Needs the voter cookie of a page or of POST /api/session.",
  request: {
    params: pollParams,
    body: { required: true, content: { "application/json": { schema: castVoteRequest } } },
  },
  responses: {
    201: {
      description: "Counted, and as durable as it says.",
      content: { "application/json": { schema: voteAcceptedData } },
    },
    202: {
      description: "Received, not yet durable: send it again after `retryAfterMs`.",
      content: { "application/json": { schema: votePendingData } },
    },
    ...PROBLEM_RESPONSE,
  },
});

export function voteRoutes(app: EdgeApp, ports: EdgePorts): void {
  app.openapi(cast, async (context) => {
    const voter = await ports.identity.recognise(context.req.raw);
    if (!voter) {
      return answerRefusal(
        context,
        refuse("NO_VOTER", "This browser has no voter yet; call POST /api/session, then vote again."),
      );
    }
    const crowded = await ports.limits.ballot(voter);
    if (crowded) return answerRefusal(context, crowded);
    const { pollId } = context.req.valid("param");
    const { optionId, optionIds, revision } = context.req.valid("json");
    const chosen = optionIds ?? (optionId === undefined ? [] : [optionId]);
    const answer = voteAnswer(
      pollId,
      await castMeasured(ports, { pollId, voter, optionIds: chosen, revision }),
    );
    if (isRefusal(answer)) return answerRefusal(context, answer);
    return answer.type === "VOTE_ACCEPTED" ? context.json(answer.data, 201) : context.json(answer.data, 202);
  });
}
