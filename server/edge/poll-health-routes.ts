/** For a host: how well the service can look after the poll. Operators have `/api/ops`. */
import { createRoute, z } from "@hono/zod-openapi";
import { ballotDurability } from "../../shared/messages.ts";
import { LEVEL_NAMES } from "../../shared/ops-report.ts";
import { judgeHost } from "../app/host-claim.ts";
import { notFoundRefusal } from "../app/poll.ts";
import { pollHealth } from "../app/poll-health.ts";
import type { EdgeApp, EdgePorts } from "./edge-ports.ts";
import { storeOf } from "./ops-routes.ts";
import { answerRefusal, PROBLEM_RESPONSE } from "./problem.ts";
import { askerOf, hostHeaders, ownersOf, pollParams } from "./request-parts.ts";

const healthAnswer = z
  .object({
    level: z.literal([0, 1, 2, 3, 4]).meta({ description: "0 is normal; at 4 no vote can be counted." }),
    levelName: z.enum(LEVEL_NAMES),
    keptIn: ballotDurability.nullable().meta({
      description: "Where a vote is safe once it counts; null: none can be counted, the browsers keep them.",
    }),
  })
  .openapi("PollHealth");

const health = createRoute({
  method: "get",
  path: "/api/polls/{pollId}/health",
  summary: "How well the service can look after a poll at this moment. For its host.",
  request: { params: pollParams, headers: hostHeaders },
  responses: {
    200: {
      description: "As the node that answers sees it.",
      content: { "application/json": { schema: healthAnswer } },
    },
    ...PROBLEM_RESPONSE,
  },
});

export function pollHealthRoutes(app: EdgeApp, ports: EdgePorts): void {
  const { definitions, settings } = ports;
  app.openapi(health, async (context) => {
    const { pollId } = context.req.valid("param");
    const definition = definitions.known(pollId) ?? (await definitions.load(pollId));
    if (!definition) return answerRefusal(context, notFoundRefusal(pollId));
    const owning = { ...ports, ...ownersOf(ports) };
    const refused = await judgeHost(owning, definition, await askerOf(ports, context));
    if (refused) return answerRefusal(context, refused);
    const report = ports.ops();
    const shard = ports.shardOf(pollId);
    const embedded = storeOf(settings, report) === "embedded";
    const { durability } = definition.settings;
    return context.json(pollHealth(report, { shard, embedded, durability }), 200);
  });
}
