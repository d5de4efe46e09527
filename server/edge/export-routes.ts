/** What a host takes away: the result as a file, and the history of the poll. */
import { createRoute, z } from "@hono/zod-openapi";
import { formatJoinCode, type JoinCode, type PollId } from "../../shared/ids.ts";
import { systemEvent } from "../../shared/messages.ts";
import { isRefusal } from "../../shared/refusals.ts";
import { readPoll } from "../app/read-poll.ts";
import { pollView } from "../app/snapshot.ts";
import { pollViewAnswer, timelineAnswer } from "./answer-schemas.ts";
import type { EdgeApp, EdgeContext, EdgePorts } from "./edge-ports.ts";
import { exportCsv } from "./export-csv.ts";
import { answerRefusal, PROBLEM_RESPONSE } from "./problem.ts";
import { askerOf, hostHeaders, ownersOf, pollParams } from "./request-parts.ts";

const request = { params: pollParams, headers: hostHeaders };

const csv = createRoute({
  method: "get",
  path: "/api/polls/{pollId}/export.csv",
  summary: "The result as CSV for spreadsheets. For the host.",
  request,
  responses: {
    200: {
      description: "One row per option; the last column says whether the result is final.",
      content: { "text/csv": { schema: z.string() } },
    },
    ...PROBLEM_RESPONSE,
  },
});

const exported = pollViewAnswer.extend({ exportedAt: z.int(), timeline: timelineAnswer.nullable() });

const json = createRoute({
  method: "get",
  path: "/api/polls/{pollId}/export.json",
  summary: "The poll and its result as a file. For the host.",
  request,
  responses: {
    200: {
      description:
        "As `GET /api/polls/{pollId}` answers a host who has not voted, when it was taken (epoch ms), and as `GET /api/polls/{pollId}/timeline` answers: null for a draft.",
      content: { "application/json": { schema: exported } },
    },
    ...PROBLEM_RESPONSE,
  },
});

const auditEntry = z.object({
  at: z.int(),
  action: z.enum([...systemEvent.options, "created", "rewritten"]),
  by: z.enum(["host", "clock"]),
});

const audit = createRoute({
  method: "get",
  path: "/api/polls/{pollId}/audit",
  summary: "What was done to the poll, oldest first. For the host.",
  request,
  responses: {
    200: {
      description: "All of it, on one page.",
      content: {
        "application/json": { schema: z.object({ items: z.array(auditEntry), nextCursor: z.null() }) },
      },
    },
    ...PROBLEM_RESPONSE,
  },
});

export function exportRoutes(app: EdgeApp, ports: EdgePorts): void {
  app.openapi(csv, async (context) => {
    const { pollId } = context.req.valid("param");
    const view = await viewForHost(ports, context, pollId);
    if (isRefusal(view)) return answerRefusal(context, view);
    return context.body(exportCsv([view]), 200, {
      "Content-Type": "text/csv; charset=utf-8",
      ...attachment(pollId, "csv"),
    });
  });

  app.openapi(json, async (context) => {
    const { pollId } = context.req.valid("param");
    const view = await viewForHost(ports, context, pollId);
    if (isRefusal(view)) return answerRefusal(context, view);
    const timeline = await ports.polls.timeline(pollId);
    const ballots = timeline?.ballots ? [...timeline.ballots] : null;
    const file = { exportedAt: ports.clock(), ...view, timeline: timeline && { ...timeline, ballots } };
    return context.json(file, 200, attachment(pollId, "json"));
  });

  app.openapi(audit, async (context) => {
    const { pollId } = context.req.valid("param");
    const view = await viewForHost(ports, context, pollId);
    if (isRefusal(view)) return answerRefusal(context, view);
    return context.json({ items: [...(await ports.polls.audit(pollId))], nextCursor: null }, 200);
  });
}

/** Without the host's own vote: files are passed on, and nothing in them says who chose what. */
async function viewForHost(ports: EdgePorts, context: EdgeContext, pollId: PollId) {
  const found = await readPoll({ ...ports, ...ownersOf(ports) }, pollId, await askerOf(ports, context));
  if (isRefusal(found)) return found;
  return found.notHost ?? pollView(found.poll, { host: true, yourVote: null }, ports.clock());
}

/** Header of a file to keep, named after the code of what is in it. */
export function attachment(code: JoinCode, extension: string) {
  return { "Content-Disposition": `attachment; filename="pollcast-${formatJoinCode(code)}.${extension}"` };
}
