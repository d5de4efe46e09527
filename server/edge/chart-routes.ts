/** The picture of a poll's result. */
import { createRoute, z } from "@hono/zod-openapi";
import { etag } from "hono/etag";
import { speak } from "../../client/texts/spoken.ts";
import { formatJoinCode } from "../../shared/ids.ts";
import { isRefusal, refuse } from "../../shared/refusals.ts";
import { readPoll } from "../app/read-poll.ts";
import { pollView } from "../app/snapshot.ts";
import { chartSvg } from "./chart-svg.ts";
import type { EdgeApp, EdgePorts } from "./edge-ports.ts";
import { detectLanguage, languageOf } from "./language.ts";
import { pollEtag } from "./poll-etag.ts";
import { answerRefusal, PROBLEM_RESPONSE } from "./problem.ts";
import { askerOf, hostHeaders, ownersOf, pollParams } from "./request-parts.ts";

const chart = createRoute({
  method: "get",
  path: "/api/polls/{pollId}/chart.svg",
  summary:
    "The result as a picture: question, bars, votes, percent, code and date. For whoever may see the results.",
  middleware: [etag(), detectLanguage] as const,
  request: { params: pollParams, headers: hostHeaders },
  responses: {
    200: {
      description: "Stands by itself: no other file, no script. Its words are in the language asked for.",
      content: { "image/svg+xml": { schema: z.string() } },
    },
    304: { description: "What the asker has is still true." },
    ...PROBLEM_RESPONSE,
  },
});

export function chartRoutes(app: EdgeApp, ports: EdgePorts): void {
  app.openapi(chart, async (context) => {
    const { pollId } = context.req.valid("param");
    const found = await readPoll({ ...ports, ...ownersOf(ports) }, pollId, await askerOf(ports, context));
    if (isRefusal(found)) return answerRefusal(context, found);
    const { poll, beholder } = found;
    const view = pollView(poll, beholder, ports.clock());
    if (!view.results.results) return answerRefusal(context, hiddenRefusal(pollId));
    const language = languageOf(context);
    speak(language);
    return context.body(chartSvg(view, poll.control), 200, {
      "Content-Type": "image/svg+xml; charset=utf-8",
      "Content-Disposition": `inline; filename="pollcast-${formatJoinCode(pollId)}.svg"`,
      "Content-Language": language,
      // Opened by itself a picture is a page; this one needs nothing and runs nothing.
      "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
      "Cache-Control": "private, no-cache",
      ETag: `${pollEtag(poll, beholder).slice(0, -1)}-${language}"`,
      Vary: "Cookie, X-Host-Key, Accept-Language",
    });
  });
}

function hiddenRefusal(pollId: string) {
  return refuse(
    "NOT_ALLOWED",
    "You may not see the results of this poll now, so there is no picture of them.",
    {
      pollId,
    },
  );
}
